"""Element types: NumPy dtypes and MLIR types; which loop a ufunc takes (NEP 50)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import unsupported

BOOL = np.dtype(np.bool_)
INT64 = np.dtype(np.int64)
FLOAT32 = np.dtype(np.float32)
FLOAT64 = np.dtype(np.float64)

_MLIR = {
    "bool": "i1",
    "int8": "i8",
    "int16": "i16",
    "int32": "i32",
    "int64": "i64",
    "uint8": "i8",
    "uint16": "i16",
    "uint32": "i32",
    "uint64": "i64",
    "float32": "f32",
    "float64": "f64",
}
#: by dtype (its name takes long to make): the one of several equal dtypes that is used, and the MLIR type
_TYPES = {np.dtype(name): (np.dtype(name), kind) for name, kind in _MLIR.items()}


def dtype_of(value: Any) -> np.dtype:
    """np.dtype(value), refused unless Elena knows the type. Long and long long are one type."""
    dtype = np.dtype(value)
    if dtype not in _TYPES:
        unsupported(f"arrays of dtype {dtype}", "use bool, (u)int8 to (u)int64, float32 or float64")
    return _TYPES[dtype][0]


def mlir_type(dtype: np.dtype) -> str:
    return _TYPES[dtype][1]


def is_float(dtype: np.dtype) -> bool:
    return dtype.kind == "f"


def is_integer(dtype: np.dtype) -> bool:
    return dtype.kind in "iu"


def is_unsigned(dtype: np.dtype) -> bool:
    return dtype.kind == "u"


def width(dtype: np.dtype) -> int:
    """Bits of the MLIR type."""
    return 1 if dtype == BOOL else dtype.itemsize * 8


def ref_type(shape: tuple, dtype: np.dtype, layout: str = "") -> str:
    """`!tensorref.ref<4x?xf32>`; sizes that are no Python int are `?`."""
    sizes = "".join(f"{size}x" if isinstance(size, int) else "?x" for size in shape)
    return f"!tensorref.ref<{sizes}{mlir_type(dtype)}{layout}>"


def element_range(dtype: np.dtype) -> tuple[int, int]:
    """The least and the greatest value of an integer type."""
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)
