"""Scalars between arrays and the host: loads of elements, host values as elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from .casts import cast
from .dtypes import BOOL, FLOAT64, INT64, element_range, is_float, is_integer, mlir_type
from .errors import fail
from .scalars import SymFloat
from .symbolic import Sym, SymBool, is_data
from .trace import Trace


def load(array):
    """The element of a 0-d (or one-element) array as a host value: Sym, SymFloat or SymBool that depends on data."""
    if array.number is not None:
        return array.number
    if array.shape:
        from .views import squeeze

        array = squeeze(array, range(array.ndim))
    trace = array.owner
    name = trace.emit(f"tensorref.load {array.name} : {array.type}", "e")
    if array.dtype == BOOL:
        return SymBool(trace.symbols, "opaque", (name, False, True))
    if is_float(array.dtype):
        return SymFloat(trace, cast(trace.text, name, array.dtype, FLOAT64), None)
    if array.dtype == np.uint64:  # run-time integers have 64 bits with a sign
        fits = trace.emit(f"arith.cmpi sge, {name}, {trace.constant(0, 'i64')} : i64", "b")
        trace.emit_assert(fits, "OverflowError", "Python int too large to convert to C long")
    return data_integer(trace, cast(trace.text, name, array.dtype, INT64), array.dtype)


def data_integer(trace, name: str, dtype: np.dtype, *, low=None, high=float("inf"), hint: int = 7) -> Sym:
    """A run-time integer that depends on data (i64 value `name`)."""
    ssa = trace.emit(f"arith.index_cast {name} : i64 to index", "n")
    least, most = element_range(dtype)
    low = least if low is None else low
    return trace.symbols.symbol(f"element({name})", ssa, hint, low=low, high=min(high, most), data=True)


def is_host_scalar(value: Any) -> bool:
    """A Python or NumPy number, known or run-time, that is no Array."""
    return isinstance(value, (bool, int, float, np.generic, Sym, SymFloat, SymBool))


def weak_type(value: Any):
    """What NEP 50 sees: the types int and float for Python numbers, else a dtype."""
    if isinstance(value, (bool, np.bool_, SymBool)):
        return BOOL
    if isinstance(value, np.generic):
        return np.dtype(value.dtype.name)
    if isinstance(value, (int, Sym)):
        return int
    return float


def element(trace, region, value: Any, dtype: np.dtype) -> str:
    """SSA name of a host scalar as an element of `dtype`; constants are put into `region`."""
    if isinstance(value, SymBool):
        return cast(trace.text, value.ssa(), BOOL, dtype)
    if isinstance(value, Sym):
        return _integer_element(trace, value, dtype)
    if isinstance(value, SymFloat):
        key = ("element", value.name, dtype)
        return trace.once(key, lambda: cast(trace.text, value.ssa(), FLOAT64, dtype))
    return region.constant(known_element(value, dtype), mlir_type(dtype))


def known_element(value: Any, dtype: np.dtype):
    """A known number cast to `dtype` as NumPy assigns it."""
    if is_integer(dtype) and isinstance(value, int):
        check_range(value, dtype)
        return int(value)
    if isinstance(value, np.generic):
        with np.errstate(all="ignore"):
            return value.astype(dtype).item()
    if is_integer(dtype):
        with np.errstate(all="ignore"):
            return np.float64(value).astype(dtype).item()
    if dtype == BOOL:
        return bool(value)
    with np.errstate(all="ignore"):
        return float(dtype.type(value))


def check_range(value: Any, dtype: np.dtype) -> None:
    """OverflowError where a Python integer does not fit into the dtype."""
    low, high = element_range(dtype)
    message = f"Python integer {Trace.current().numbers.text(value)} out of bounds for {dtype}"
    if is_data(value):
        for inside in (value >= low, value <= high):
            if inside is not True:
                trace = Trace.current()
                condition = inside.ssa() if isinstance(inside, SymBool) else trace.constant(inside, "i1")
                trace.emit_assert(condition, "OverflowError", message)
        return
    if not value >= low or not value <= high:
        fail(OverflowError, message)


def _integer_element(trace, value: Sym, dtype: np.dtype) -> str:
    if is_integer(dtype) and dtype != INT64:
        if dtype.kind == "u" and dtype.itemsize == 8 and not is_data(value):
            if not value >= 0:
                check_range(value, dtype)
        else:
            check_range(value, dtype)
    key = ("element", value.key(), dtype)

    def convert() -> str:
        wide = trace.emit(f"arith.index_cast {value.ssa()} : index to i64", "i")
        if dtype == np.float32:  # as Python: int -> float -> float32
            return cast(trace.text, cast(trace.text, wide, INT64, FLOAT64), FLOAT64, dtype)
        return cast(trace.text, wide, INT64, dtype)

    return trace.once(key, convert)
