"""The ufuncs: NumPy's ufunc (for its dtype rules) and the scalar body of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import scalar_ops as ops
from .casts import cast
from .dtypes import BOOL
from .ir import Lines


@dataclass(frozen=True)
class Ufunc:
    """emit(region, loop dtypes of the inputs, names) -> name of the result."""

    name: str
    ufunc: np.ufunc
    emit: Callable


TABLE: dict[str, Ufunc] = {}


def _same(function: Callable) -> Callable:
    """A body whose inputs all have one dtype."""
    return lambda r, types, *names: function(r, types[0], *names)


def _add(name: str, emit: Callable, ufunc: np.ufunc | None = None) -> None:
    TABLE[name] = Ufunc(name, ufunc or getattr(np, name), emit)


for _name, _function in {
    "add": ops.add,
    "subtract": ops.subtract,
    "multiply": ops.multiply,
    "divide": ops.divide,
    "floor_divide": ops.floor_divide,
    "remainder": ops.remainder,
    "fmod": ops.fmod,
    "power": ops.power,
    "negative": ops.negative,
    "reciprocal": ops.reciprocal,
    "square": ops.square,
    "absolute": ops.absolute,
    "fabs": ops.absolute,
    "sign": ops.sign,
    "maximum": ops.maximum,
    "minimum": ops.minimum,
    "fmax": ops.fmax,
    "fmin": ops.fmin,
    "bitwise_and": ops.bitwise("andi"),
    "bitwise_or": ops.bitwise("ori"),
    "bitwise_xor": ops.bitwise("xori"),
    "invert": ops.invert,
    "left_shift": ops.left_shift,
    "right_shift": ops.right_shift,
    "isnan": ops.isnan,
    "isinf": ops.isinf,
    "isfinite": ops.isfinite,
    "signbit": ops.signbit,
    "floor": ops.rounding("floor"),
    "ceil": ops.rounding("ceil"),
    "trunc": ops.rounding("trunc"),
    "rint": ops.rounding("roundeven"),
    "hypot": ops.hypot,
    "arctan2": ops.math_call("atan2"),
    "copysign": ops.math_call("copysign"),
    "arctan": ops.math_call("atan"),
    "positive": lambda r, t, a: a,
}.items():
    _add(_name, _same(_function))

for _name in ("sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p"):
    _add(_name, _same(ops.math_call(_name)))
for _name in ("sin", "cos", "tan", "sinh", "cosh", "tanh"):
    _add(_name, _same(ops.math_call(_name)))

for _name, _relation in {
    "equal": "eq",
    "not_equal": "ne",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
}.items():
    _add(_name, ops.comparison(_relation))


def _logical(op: str) -> Callable:
    def emit(r: Lines, types: tuple, *names: str) -> str:
        bools = [cast(r, name, t, BOOL) for name, t in zip(names, types)]
        return ops.invert_bool(r, bools[0]) if op == "not" else ops.binary(r, op, "i1", *bools)

    return emit


_add("logical_and", _logical("andi"))
_add("logical_or", _logical("ori"))
_add("logical_xor", _logical("xori"))
_add("logical_not", _logical("not"))
_add("clip", _same(ops.clip), np._core.umath.clip)


def _scaled(factor: float) -> Callable:
    def emit(r: Lines, t: np.dtype, a: str) -> str:
        return ops.multiply(r, t, a, r.constant(float(t.type(factor)), "f32" if t.itemsize == 4 else "f64"))

    return emit


_add("deg2rad", _same(_scaled(np.pi / 180.0)))
_add("rad2deg", _same(_scaled(180.0 / np.pi)))
_add("radians", _same(_scaled(np.pi / 180.0)))
_add("degrees", _same(_scaled(180.0 / np.pi)))
