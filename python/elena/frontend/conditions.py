"""Run-time truth values: comparisons of run-time integers. Import them from `symbolic`, which comes first."""

from __future__ import annotations

from typing import Any

from . import polynomials as poly
from .polynomials import Terms
from .symbolic import Sym, SymbolTable


class SymBool:
    """A run-time truth value: `ge` (terms >= 0), `eq`/`ne` (terms == 0), `and`/`or` of such, or `opaque` (an i1)."""

    __slots__ = ("op", "operands", "table")
    __array_ufunc__ = None

    def __init__(self, table: SymbolTable, op: str, operands: tuple):
        self.table, self.op, self.operands = table, op, operands

    @property
    def hint(self) -> bool:
        if self.op == "opaque":
            return bool(self.operands[1])
        hints = [operand.hint for operand in self.operands]
        if self.op == "and":
            return all(hints)
        if self.op == "or":
            return any(hints)
        return {"ge": hints[0] >= 0, "eq": hints[0] == 0, "ne": hints[0] != 0}[self.op]

    def key(self) -> tuple:
        if self.op == "opaque":
            return ("opaque", self.operands[0])
        return (self.op, *(operand.key() for operand in self.operands))

    def ssa(self) -> str:
        """SSA name of the value, of type i1."""
        from .symbolic_text import condition_ssa

        return condition_ssa(self)

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.operands))})"

    def __bool__(self) -> bool:
        return self.table.trace.decide(self)

    def __invert__(self):
        """`not`, without a decision."""
        if self.op == "opaque":
            from .symbolic_text import negated_opaque

            return negated_opaque(self)
        if self.op in ("and", "or"):
            other = "or" if self.op == "and" else "and"
            return SymBool(self.table, other, tuple(~operand for operand in self.operands))
        terms = self.operands[0].terms
        if self.op == "ge":
            return nonnegative(self.table, poly.add(poly.scale(terms, -1), poly.constant(1), -1))
        return equal_zero(self.table, terms, self.op == "ne")

    def __and__(self, other):
        return _logical(self, other, "and")

    def __or__(self, other):
        return _logical(self, other, "or")

    __rand__, __ror__ = __and__, __or__

    def to_int(self) -> int | Sym:
        from .integer_ops import select

        return select(self, 1, 0)

    def __index__(self) -> int:
        return int(bool(self))

    __int__ = __index__

    def __eq__(self, other):
        if isinstance(other, (bool, SymBool)):
            same = (self & other) | (~self & (~other if isinstance(other, SymBool) else not other))
            return same
        return NotImplemented

    def __ne__(self, other):
        same = self.__eq__(other)
        return same if same is NotImplemented else (~same if isinstance(same, SymBool) else not same)

    def __add__(self, other):
        return self.to_int() + other

    def __mul__(self, other):
        return self.to_int() * other

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self.to_int() - other

    def __rsub__(self, other):
        return other - self.to_int()


def _logical(a: SymBool, b: Any, op: str):
    if isinstance(b, bool):
        return (a if b else False) if op == "and" else (True if b else a)
    return SymBool(a.table, op, (a, b)) if isinstance(b, SymBool) else NotImplemented


# ---- building conditions -----------------------------------------------------------------------------------


def equal_zero(table: SymbolTable, terms: Terms, wanted: bool) -> bool | SymBool:
    """terms == 0 (wanted) or terms != 0, in canonical form."""
    if poly.is_constant(terms):
        return (terms.get((), 0) == 0) == wanted
    common = poly.content(terms)
    if terms.get((), 0) % common:
        return not wanted
    if terms[poly.leading(terms)] < 0:
        common = -common
    value = Sym(table, {m: c // common for m, c in terms.items()})
    condition = SymBool(table, "eq" if wanted else "ne", (value,))
    return _answer(condition)


def nonnegative(table: SymbolTable, terms: Terms) -> bool | SymBool:
    """terms >= 0 in canonical form."""
    if poly.is_constant(terms):
        return terms.get((), 0) >= 0
    common = poly.content(terms)
    value = Sym(table, {m: c // common for m, c in terms.items() if c // common})
    return _answer(SymBool(table, "ge", (value,)))


def _answer(condition: SymBool) -> bool | SymBool:
    known = condition.table.trace.facts.known(condition)
    return condition if known is None else known


def prove(condition: bool | SymBool) -> bool:
    """True if the condition surely holds (no guard)."""
    return condition is True
