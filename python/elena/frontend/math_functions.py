"""The math module on run-time numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from .builtin_functions import float_, host_value
from .errors import fail
from .registry import register
from .scalars import SymFloat, as_float, computed, to_integer
from .symbolic import Sym, SymBool
from .trace import Trace
from .ufuncs import is_traced


def _number(value: Any) -> SymFloat:
    value = as_float(Trace.current(), float_(host_value(value)))
    if value is None:
        fail(TypeError, "must be real number")
    return value


def _require(condition: Any, message: str = "math domain error") -> None:
    Trace.current().require(condition, ValueError, message)


def _math(original: Callable, operation: str, domain: Callable | None = None) -> None:
    @register(original)
    def function(*values: Any):
        if not is_traced(values):
            return original(*values)
        numbers = [_number(value) for value in values]
        if domain is not None:
            _require(domain(*numbers))
        trace = Trace.current()
        name = trace.emit(f"math.{operation} {', '.join(n.name for n in numbers)} : f64", "f")
        return SymFloat(trace, name, computed(trace, original, *(n.hint for n in numbers)))


for _name in (
    "exp",
    "expm1",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "atan",
    "erf",
    "atan2",
    "copysign",
):
    _math(getattr(math, _name), _name)
if hasattr(math, "exp2"):
    _math(math.exp2, "exp2")
_math(math.sqrt, "sqrt", lambda x: x >= 0.0)
_math(math.log2, "log2", lambda x: x > 0.0)
_math(math.log10, "log10", lambda x: x > 0.0)
_math(math.log1p, "log1p", lambda x: x > -1.0)
_math(math.pow, "powf")
_math(math.fabs, "absf")


@register(math.log)
def log(x: Any, base: Any = None):
    if not is_traced([x, base]):
        return math.log(x) if base is None else math.log(x, base)
    value = _number(x)
    _require(value > 0.0)
    trace = Trace.current()
    result = SymFloat(trace, trace.emit(f"math.log {value.name} : f64", "f"), computed(trace, math.log, value.hint))
    return result if base is None else result / log(base)


def _to_int(original: Callable, rounding: str) -> None:
    @register(original)
    def function(x: Any):
        value = host_value(x)
        if isinstance(value, SymFloat):
            return to_integer(value, rounding)
        if isinstance(value, SymBool):
            return value.to_int()
        return value if isinstance(value, Sym) else original(value)


_to_int(math.floor, "floor")
_to_int(math.ceil, "ceil")
_to_int(math.trunc, "trunc")


@register(math.isnan)
def isnan(x: Any):
    if not is_traced([x]):
        return math.isnan(x)
    value = _number(x)
    return value != value


@register(math.isinf)
def isinf(x: Any):
    return abs(_number(x)) == math.inf if is_traced([x]) else math.isinf(x)


@register(math.isfinite)
def isfinite(x: Any):
    return abs(_number(x)) < math.inf if is_traced([x]) else math.isfinite(x)


@register(math.hypot)
def hypot(*values: Any):
    if not is_traced(values):
        return math.hypot(*values)
    total: Any = 0.0
    for value in values:
        number = _number(value)
        total = total + number * number
    trace = Trace.current()
    return SymFloat(trace, trace.emit(f"math.sqrt {total.name} : f64", "f"), computed(trace, math.sqrt, total.hint))


@register(math.fmod)
def fmod(x: Any, y: Any):
    if not is_traced([x, y]):
        return math.fmod(x, y)
    a, b = _number(x), _number(y)
    _require(b != 0.0)
    trace = Trace.current()
    name = trace.emit(f"arith.remf {a.name}, {b.name} : f64", "f")
    return SymFloat(trace, name, computed(trace, math.fmod, a.hint, b.hint))


@register(math.radians)
def radians(x: Any):
    return _number(x) * (math.pi / 180.0) if is_traced([x]) else math.radians(x)


@register(math.degrees)
def degrees(x: Any):
    return _number(x) * (180.0 / math.pi) if is_traced([x]) else math.degrees(x)


@register(math.prod)
def prod(values: Any, *, start: Any = 1):
    result = start
    for value in values:
        result = result * value
    return result


@register(math.gcd)
def gcd(*values: Any) -> int:
    return math.gcd(*(operator.index(value) for value in values))


@register(math.isqrt)
def isqrt(n: Any) -> int:
    return math.isqrt(operator.index(n))
