"""NumPy's scalar types as functions: np.float32(x), np.int64(n)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, as_scalar
from .literals import as_array, filled
from .registry import register
from .scalars import SymFloat
from .symbolic import Sym, SymBool

_TYPES = (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)


def _constructor(kind: type):
    dtype = np.dtype(kind)

    @register(kind)
    def make(value: Any = 0, *args: Any):
        if isinstance(value, Array):
            return as_scalar(value.astype(dtype))
        if isinstance(value, (Sym, SymFloat, SymBool)):
            return as_scalar(filled((), value, dtype))
        if isinstance(value, (list, tuple, np.ndarray)):
            return as_array(value, dtype)
        return kind(value, *args)


for _kind in (*_TYPES, np.float32, np.float64):
    _constructor(_kind)
