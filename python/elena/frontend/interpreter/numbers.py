"""Run-time numbers that go in and out of regions: as index, f64 or i1."""

from __future__ import annotations

from typing import Any

from ..scalars import SymFloat, as_float
from ..symbolic import Sym, SymBool, hint_of
from ..trace import Trace
from .values import type_of

_CARRIED = 2**61  # what is assumed of elements: sums of two of them have 64 bits


def kind_of(value: Any) -> str | None:
    """The MLIR type of a Python number; None for what is no Python number."""
    if isinstance(value, (bool, SymBool)):
        return "i1"
    if isinstance(value, Sym) or type(value) is int:
        return "index"
    return "f64" if isinstance(value, SymFloat) or type(value) is float else None


def operand(trace: Trace, value: Any, kind: str) -> str:
    """SSA name of a number as `kind`."""
    if kind == "f64":
        return as_float(trace, value).ssa()
    if kind == "i1":
        return value.ssa() if isinstance(value, SymBool) else trace.constant(value, "i1")
    return trace.ssa(value)


def carried_operand(trace: Trace, value: Any, kind: str) -> str:
    """`operand`, of an integer that is made sure to leave room for arithmetic in the next iteration."""
    if kind == "index":
        low, high = trace.facts.bounds(value)
        if not (-_CARRIED < low and high < _CARRIED):
            message = "an integer of more than 62 bits in a loop"
            for inside in (value > -_CARRIED, value < _CARRIED):
                if isinstance(inside, SymBool):
                    trace.emit_assert(inside.ssa(), "OverflowError", message)
    return operand(trace, value, kind)


def symbol(trace: Trace, kind: str, ssa: str, hint: Any = 0, low=float("-inf"), high=float("inf")) -> Any:
    """The number that the SSA value `ssa` is: known at run time only, and of no use for a guard."""
    if kind == "f64":
        return SymFloat(trace, ssa, None)
    if kind == "i1":
        return SymBool(trace.symbols, "opaque", (ssa, False, True))
    return trace.symbols.symbol(f"loop({ssa})", ssa, hint_of(hint), low=low, high=high, data=True)


def describe(value: Any) -> str:
    """What a message calls a value."""
    from ..arrays import Array

    if isinstance(value, Array):
        kind = "number" if value.scalar else f"array of {value.ndim} dimensions"
        return f"a {kind} of dtype {value.dtype}"
    return "None" if value is None else f"of type {type_of(value).__name__}"
