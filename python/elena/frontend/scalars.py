"""Run-time Python floats: f64 values computed on the host."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from . import scalar_ops
from .dtypes import FLOAT64
from .symbolic import Sym, SymBool, hint_of, is_data


class SymFloat:
    """A run-time Python float. `hint` is its value in the call being traced (None where it depends on data)."""

    __slots__ = ("hint", "name", "trace")
    __array_ufunc__ = None

    def __init__(self, trace, name: str, hint: float | None):
        self.trace, self.name, self.hint = trace, name, hint

    @property
    def data(self) -> bool:
        return self.hint is None

    def ssa(self) -> str:
        """SSA name of the value, of type f64."""
        return self.name

    def __repr__(self) -> str:
        return f"SymFloat({self.name}, hint={self.hint})"

    def _binary(self, other: Any, emit: Callable, compute: Callable, reflected: bool):
        other = as_float(self.trace, other)
        if other is None:
            return NotImplemented
        a, b = (other, self) if reflected else (self, other)
        name = emit(self.trace.text, FLOAT64, a.name, b.name)
        self.trace.dtypes.append(((FLOAT64, FLOAT64), FLOAT64))
        return SymFloat(self.trace, name, computed(self.trace, compute, a.hint, b.hint))

    def _checked(self, other: Any, emit: Callable, compute: Callable, reflected: bool, message: str):
        """A division: ZeroDivisionError as Python's."""
        divisor = self if reflected else as_float(self.trace, other)
        if divisor is None:
            return NotImplemented
        self.trace.require(divisor != 0.0, ZeroDivisionError, message)
        return self._binary(other, emit, compute, reflected)

    def __add__(self, other):
        return self._binary(other, scalar_ops.add, lambda a, b: a + b, False)

    def __sub__(self, other):
        return self._binary(other, scalar_ops.subtract, lambda a, b: a - b, False)

    def __rsub__(self, other):
        return self._binary(other, scalar_ops.subtract, lambda a, b: a - b, True)

    def __mul__(self, other):
        return self._binary(other, scalar_ops.multiply, lambda a, b: a * b, False)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        return self._checked(other, scalar_ops.divide, lambda a, b: a / b, False, "float division by zero")

    def __rtruediv__(self, other):
        return self._checked(other, scalar_ops.divide, lambda a, b: a / b, True, "float division by zero")

    def __floordiv__(self, other):
        return self._checked(
            other, scalar_ops.floor_divide, lambda a, b: a // b, False, "float floor division by zero"
        )

    def __rfloordiv__(self, other):
        return self._checked(
            other, scalar_ops.floor_divide, lambda a, b: a // b, True, "float floor division by zero"
        )

    def __mod__(self, other):
        return self._checked(other, scalar_ops.remainder, lambda a, b: a % b, False, "float modulo")

    def __rmod__(self, other):
        if isinstance(other, str):
            return NotImplemented
        return self._checked(other, scalar_ops.remainder, lambda a, b: a % b, True, "float modulo")

    def __divmod__(self, other):
        return self // other, self % other

    def __pow__(self, other):
        return self._binary(other, scalar_ops.power, lambda a, b: a**b, False)

    def __rpow__(self, other):
        return self._binary(other, scalar_ops.power, lambda a, b: a**b, True)

    def _unary(self, text: str, compute: Callable) -> SymFloat:
        name = self.trace.emit(f"{text} {self.name} : f64", "f")
        return SymFloat(self.trace, name, computed(self.trace, compute, self.hint))

    def __neg__(self):
        return self._unary("arith.negf", lambda a: -a)

    def __pos__(self):
        return self

    def __abs__(self):
        return self._unary("math.absf", abs)

    # ---- comparisons -------------------------------------------------------------------------------------

    def _compare(self, other: Any, predicate: str, compute: Callable):
        other = as_float(self.trace, other)
        if other is None:
            return NotImplemented
        key = ("cmpf", predicate, self.name, other.name)
        text = f"arith.cmpf {predicate}, {self.name}, {other.name} : f64"
        name = self.trace.once(key, lambda: self.trace.emit(text, "b"))
        data = self.data or other.data or self.trace.in_region
        hint = predicate == "une" if data else bool(computed(self.trace, compute, self.hint, other.hint))
        condition = SymBool(self.trace.symbols, "opaque", (name, hint, data))
        known = self.trace.facts.known(condition)
        return condition if known is None else known

    def __eq__(self, other):
        return self._compare(other, "oeq", lambda a, b: a == b)

    def __ne__(self, other):
        return self._compare(other, "une", lambda a, b: a != b)

    def __lt__(self, other):
        return self._compare(other, "olt", lambda a, b: a < b)

    def __le__(self, other):
        return self._compare(other, "ole", lambda a, b: a <= b)

    def __gt__(self, other):
        return self._compare(other, "ogt", lambda a, b: a > b)

    def __ge__(self, other):
        return self._compare(other, "oge", lambda a, b: a >= b)

    def __hash__(self) -> int:
        return hash(self.name)

    # ---- conversions -------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self != 0.0)

    def __float__(self) -> float:
        """The value, fixed for this version by a guard."""
        if self.hint is None or self.trace.in_region:
            _refuse_data("a float that depends on array elements, where the compiler must know it")
        if math.isnan(self.hint):
            self.trace.decide(self._compare(self, "uno", lambda a, b: a != a))
        else:
            self.trace.decide(self == self.hint)
        return self.hint

    def __int__(self) -> int:
        return int(to_integer(self, "trunc"))

    def __trunc__(self):
        return to_integer(self, "trunc")

    def __floor__(self):
        return to_integer(self, "floor")

    def __ceil__(self):
        return to_integer(self, "ceil")

    def __round__(self, digits=None):
        if digits is None:
            return to_integer(self, "roundeven")
        from .errors import unsupported

        unsupported("round(x, digits) of a run-time float", "use np.round on an array")

    def __format__(self, specification: str) -> str:
        return format(float(self), specification)

    def is_integer(self):
        return self == from_integer(to_integer(self, "trunc"))

    @property
    def real(self):
        return self


def _refuse_data(what: str) -> None:
    from .errors import unsupported

    unsupported(what, "pass the number as an argument, or keep it in an array")


def computed(trace, compute: Callable, *hints: float | None) -> float | None:
    """compute(*hints), None if one is unknown (or it is computed in a region, where no guard can be), nan where
    Python raises."""
    if trace.in_region or any(hint is None for hint in hints):
        return None
    try:
        value = compute(*hints)
    except (ArithmeticError, ValueError):
        return math.nan
    return math.nan if isinstance(value, complex) else value


def as_float(trace, value: Any) -> SymFloat | None:
    """A Python number as a SymFloat; None for what is no Python number."""
    if isinstance(value, SymFloat):
        return value
    if isinstance(value, SymBool):
        value = value.to_int()
    if isinstance(value, Sym):
        return from_integer(value)
    if isinstance(value, (int, float)):
        number = float(value)
        return SymFloat(trace, trace.constant(number, "f64"), number)
    return None


def from_integer(value: Sym) -> SymFloat:
    trace = value.table.trace
    key = ("sitofp", value.key())

    def convert() -> str:
        wide = trace.emit(f"arith.index_cast {value.ssa()} : index to i64", "i")
        return trace.emit(f"arith.sitofp {wide} : i64 to f64", "f")

    data = is_data(value) or trace.in_region
    return SymFloat(trace, trace.once(key, convert), None if data else float(hint_of(value)))


_ROUND = {"trunc": math.trunc, "floor": math.floor, "ceil": math.ceil, "roundeven": round}


def to_integer(value: SymFloat, rounding: str) -> Sym:
    """int(), math.floor, math.ceil, round() of a run-time float."""
    trace = value.trace
    trace.require(value == value, ValueError, "cannot convert float NaN to integer")
    message = "cannot convert float infinity to integer, or a float of more than 62 bits in a compiled function"
    trace.require(abs(value) < 2.0**62, OverflowError, message)
    key = ("to_integer", rounding, value.name)

    def convert() -> Sym:
        rounded = trace.emit(f"math.{rounding} {value.name} : f64", "f")
        limit = trace.constant(2.0**62, "f64")
        size = trace.emit(f"math.absf {rounded} : f64", "f")
        fits = trace.emit(f"arith.cmpf olt, {size}, {limit} : f64", "b")
        safe = trace.emit(f"arith.select {fits}, {rounded}, {trace.constant(0.0, 'f64')} : f64", "f")
        wide = trace.emit(f"arith.fptosi {safe} : f64 to i64", "i")
        ssa = trace.emit(f"arith.index_cast {wide} : i64 to index", "i")
        data = value.data or trace.in_region
        hint = 7 if data else _ROUND[rounding](value.hint)
        return trace.symbols.symbol(f"{rounding}({value.name})", ssa, hint, data=data)

    return trace.once(key, convert)
