"""Python's builtins on run-time values."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .arrays import Array, as_scalar
from .errors import fail, unsupported
from .host import weak_type
from .registry import register
from .scalars import SymFloat, as_float, from_integer, to_integer
from .symbolic import Sym, SymBool, index_of, is_data, maximum, minimum
from .ufuncs import apply, is_traced


def host_value(value: Any) -> Any:
    """A 0-d array (or scalar) as a run-time number; everything else as it is."""
    if isinstance(value, Array):
        return value._scalar_value()
    return value


@register(builtins.len)
def len_(value: Any):
    return value.length() if isinstance(value, Array) else builtins.len(value)


@register(builtins.abs)
def abs_(value: Any):
    return builtins.abs(value)


@register(builtins.int)
def int_(value: Any = 0, *args: Any):
    if isinstance(value, Array):
        value = host_value(value)
    if isinstance(value, SymFloat):
        return to_integer(value, "trunc")
    if isinstance(value, SymBool):
        return value.to_int()
    return value if isinstance(value, Sym) else builtins.int(value, *args)


@register(builtins.float)
def float_(value: Any = 0.0):
    value = host_value(value)
    if isinstance(value, SymBool):
        value = value.to_int()
    if isinstance(value, Sym):
        return from_integer(value)
    return value if isinstance(value, SymFloat) else builtins.float(value)


@register(builtins.bool)
def bool_(value: Any = False):
    if isinstance(value, Array) and all(type(size) is int and size == 1 for size in value.shape):
        value = host_value(value)
    if isinstance(value, Sym):
        return value != 0
    if isinstance(value, SymFloat):
        return value != 0.0
    return value if isinstance(value, SymBool) else builtins.bool(value)


def _extreme(name: str, values: tuple, options: dict):
    original = getattr(builtins, name)
    if builtins.len(values) == 1:
        if isinstance(values[0], Array):
            unsupported(f"{name}() of an array", f"write x.{name}() or np.{name}(x)")
        values = tuple(values[0])
    if options or not any(isinstance(v, (Array, Sym, SymFloat)) for v in values):
        return original(*((values,) if builtins.len(values) != 0 else ((),)), **options)
    if any(isinstance(v, (Array, np.generic)) for v in values):
        return _extreme_element(name, values)
    if all(isinstance(v, (int, Sym)) for v in values):
        return (minimum if name == "min" else maximum)(*values)
    result = values[0]
    for value in values[1:]:
        result = _pick(name, result, value)
    return result


def _extreme_element(name: str, values: tuple):
    """min/max of NumPy's numbers: one of them, so they must be of one type for the result to have one."""
    from .selection import where

    kinds = {value.dtype if isinstance(value, Array) else weak_type(value) for value in values}
    if any(isinstance(value, Array) and not value.scalar for value in values):
        unsupported(f"{name}() of arrays", f"write np.{name}imum(a, b)")
    if builtins.len(kinds) > 1:
        unsupported(
            f"{name}() of numbers of types {' and '.join(sorted(getattr(kind, '__name__', str(kind)) for kind in kinds))}: the result is one of them, and "
            "its type depends on the data",
            f"write np.{name}imum(a, b), or make one type of them: {name}(float(a), b), {name}(a, np.float32(b))",
        )
    result = values[0]
    for value in values[1:]:
        result = as_scalar(where(apply("less" if name == "min" else "greater", value, result), value, result))
    return result


def _pick(name: str, first: Any, second: Any):
    """Python's min/max of two numbers: the second one where it is strictly better."""
    better = second < first if name == "min" else second > first
    if isinstance(better, bool):
        return second if better else first
    if isinstance(first, (int, Sym)) != isinstance(second, (int, Sym)) and not is_data(better):
        return second if better else first  # of another type: the outcome is guarded
    trace = next(v.trace for v in (first, second) if isinstance(v, SymFloat))
    a, b = as_float(trace, first), as_float(trace, second)
    chosen = trace.emit(f"arith.select {better.ssa()}, {b.name}, {a.name} : f64", "f")
    hint = None if a.hint is None or b.hint is None else (b.hint if better.hint else a.hint)
    return SymFloat(trace, chosen, hint)


@register(builtins.min)
def min_(*values: Any, **options: Any):
    return _extreme("min", values, options)


@register(builtins.max)
def max_(*values: Any, **options: Any):
    return _extreme("max", values, options)


@register(builtins.sum)
def sum_(values: Any, start: Any = 0):
    result = start
    for value in values:
        result = result + value
    return result


@register(builtins.round)
def round_(value: Any, ndigits: Any = None):
    if isinstance(value, Array) and ndigits is None:
        return to_integer(float_(value), "roundeven")
    return builtins.round(value) if ndigits is None else builtins.round(value, ndigits)


@register(builtins.pow)
def pow_(base: Any, exponent: Any, mod: Any = None):
    if mod is None:
        return builtins.pow(base, exponent)
    if not any(isinstance(value, (Array, Sym, SymFloat)) for value in (base, exponent, mod)):
        return builtins.pow(base, exponent, mod)
    if not all(isinstance(value, (int, Sym)) for value in (base, exponent, mod)):
        unsupported("pow() with a modulus of numbers that are no Python ints", "write base ** exponent % modulus")
    exponent = index_of(exponent)
    if exponent < 0:
        unsupported("pow() with a modulus and a negative exponent", "compute the inverse before, and pass it")
    if not mod > 0 and mod == 0:
        fail(ValueError, "pow() 3rd argument cannot be 0")
    return base**exponent % mod


def class_of(value: Any) -> type:
    """type(value) as the compiled function sees it."""
    if isinstance(value, Array):
        return value.dtype.type if value.scalar else np.ndarray
    if isinstance(value, Sym):
        return int
    if isinstance(value, SymFloat):
        return float
    return bool if isinstance(value, SymBool) else type(value)


@register(builtins.isinstance)
def isinstance_(value: Any, classes: Any) -> bool:
    if isinstance(value, (Array, Sym, SymFloat, SymBool)):
        return issubclass(class_of(value), classes)
    return isinstance(value, classes)


@register(builtins.type)
def type_(value: Any, *rest: Any) -> type:
    return type(value, *rest) if rest else class_of(value)


@register(builtins.divmod)
def divmod_(a: Any, b: Any):
    if not is_traced([a, b]):
        return builtins.divmod(a, b)
    if isinstance(a, Array) or isinstance(b, Array):
        return apply("floor_divide", a, b), apply("remainder", a, b)
    return a // b, a % b


# ---- questions about metadata ------------------------------------------------------------------------------


def _metadata(value: Any) -> Array:
    from .literals import as_array

    return value if isinstance(value, Array) else as_array(value)


@register(np.ndim)
def ndim(a: Any) -> int:
    return 0 if isinstance(a, (Sym, SymFloat, SymBool, int, float)) else _metadata(a).ndim


@register(np.shape)
def shape(a: Any) -> tuple:
    return () if isinstance(a, (Sym, SymFloat, SymBool, int, float)) else _metadata(a).shape


@register(np.size)
def size(a: Any, axis: Any = None):
    array = _metadata(a)
    return array.size if axis is None else array.shape[axis]


@register(np.isscalar)
def isscalar(element: Any) -> bool:
    if isinstance(element, Array):
        return element.scalar
    return isinstance(element, (Sym, SymFloat, SymBool)) or np.isscalar(element)


@register(np.result_type)
def result_type(*values: Any) -> np.dtype:
    from .selection import weak_value

    return np.result_type(
        *(weak_value(v) if isinstance(v, (Array, Sym, SymFloat, SymBool)) else v for v in values)
    )


@register(np.can_cast)
def can_cast(from_: Any, to: Any, casting: str = "safe") -> bool:
    return np.can_cast(from_.dtype if isinstance(from_, Array) else from_, to, casting)


@register(np.may_share_memory, np.shares_memory)
def shares_memory(*_: Any, **__: Any):
    unsupported("np.shares_memory in a compiled function", "ask outside the compiled function")


