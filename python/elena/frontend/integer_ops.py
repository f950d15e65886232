"""Operations on run-time integers that are no polynomials. Import them from `symbolic`, which comes first."""

from __future__ import annotations

from math import gcd
from typing import Any

from . import polynomials as poly
from .conditions import SymBool, prove
from .symbolic import INFINITY, Sym, SymbolTable, _single_atom, hint_of, is_data, key_of, table_of, terms_of


def floordiv(a: int | Sym, b: int | Sym) -> int | Sym:
    table = table_of(a, b)
    _check_divisor(b, "integer division or modulo by zero")
    if not isinstance(a, Sym) and (not isinstance(b, Sym) or a == 0):
        return a if a == 0 else a // b
    quotient, remainder = poly.divide(terms_of(a), terms_of(b))
    whole, rest = table.build(quotient), table.build(remainder)
    if prove_range(rest, b):
        return whole
    return whole + _floordiv_atom(table, rest, b)


def _divisor_hint(b: int | Sym) -> int:
    """Of a divisor that is not 0: in a branch or an iteration that is not the first, its value in this call may be."""
    return hint_of(b) or 1


def _check_divisor(b: int | Sym, message: str) -> None:
    """Not 0, and (but for data) of a known sign: a version is for positive or for negative divisors."""
    if is_data(b):
        b.table.trace.require(b != 0, ZeroDivisionError, message)
        return
    if not b > 0 and b == 0:
        from .errors import fail

        fail(ZeroDivisionError, message)


def _floordiv_atom(table: SymbolTable, a: int | Sym, b: int | Sym) -> int | Sym:
    if isinstance(a, int) and (a == 0 or isinstance(b, int)):
        return a if a == 0 else a // b
    if type(b) is int and b > 0:
        common = gcd(b, *terms_of(a).values())
        if common > 1:
            a, b = floordiv(a, common), b // common
        inner = _single_atom(a)
        if (
            inner is not None
            and inner.op == "floordiv"
            and type(inner.arguments[1]) is int
            and inner.arguments[1] > 0
        ):
            return floordiv(inner.arguments[0], inner.arguments[1] * b)
    low, high = table.trace.facts.bounds(a)
    positive = prove(b > 0)
    low = (
        0
        if positive and low >= 0
        else (-INFINITY if not (type(b) is int and b > 0) or low == -INFINITY else low // b)
    )
    if type(b) is int and b > 0 and high != INFINITY:
        high = high // b
    elif not (positive and high >= 0):
        high = INFINITY
    return table.atom("floordiv", (a, b), hint_of(a) // _divisor_hint(b), low, high)


def mod(a: int | Sym, b: int | Sym) -> int | Sym:
    """Python's a % b (the sign of b)."""
    table = table_of(a, b)
    _check_divisor(b, "integer modulo by zero")
    if not isinstance(a, Sym) and not isinstance(b, Sym):
        return a % b
    rest = table.build(poly.divide(terms_of(a), terms_of(b))[1])
    if prove_range(rest, b):
        return rest
    if not isinstance(rest, Sym) and (not isinstance(b, Sym) or rest == 0):
        return rest if rest == 0 else rest % b
    low, high = -INFINITY, INFINITY
    if prove(b > 0):
        low = 0
        high = table.trace.facts.bounds(b)[1] - 1
    return table.atom("mod", (rest, b), hint_of(rest) % _divisor_hint(b), low, high)


def prove_range(a: int | Sym, b: int | Sym) -> bool:
    """0 <= a < b, provably."""
    return prove(a >= 0) and prove(a < b)


def minimum(*values: int | Sym) -> int | Sym:
    return _extreme("min", values)


def maximum(*values: int | Sym) -> int | Sym:
    return _extreme("max", values)


def _extreme(op: str, values: tuple) -> int | Sym:
    table = table_of(*values)
    flat: list = []
    for value in values:
        atom = _single_atom(value)
        flat.extend(atom.arguments if atom is not None and atom.op == op else (value,))
    kept: list = []
    for value in flat:
        if any(_dominates(op, other, value) for other in kept):
            continue
        kept = [other for other in kept if not _dominates(op, value, other)] + [value]
    if len(kept) == 1:
        return kept[0]
    kept.sort(key=lambda value: repr(key_of(value)))
    bounds = [table.trace.facts.bounds(value) for value in kept]
    pick = min if op == "min" else max
    hint = pick(hint_of(value) for value in kept)
    return table.atom(op, tuple(kept), hint, pick(low for low, _ in bounds), pick(high for _, high in bounds))


def _dominates(op: str, winner, loser) -> bool:
    return prove(winner <= loser) if op == "min" else prove(winner >= loser)


def select(condition: bool | SymBool, a: int | Sym, b: int | Sym) -> int | Sym:
    """`a if condition else b` without a decision."""
    if isinstance(condition, bool):
        return a if condition else b
    if prove(a == b):
        return a
    table = condition.table
    (low, high), (other_low, other_high) = table.trace.facts.bounds(a), table.trace.facts.bounds(b)
    hint = hint_of(a) if condition.hint else hint_of(b)
    return table.atom("select", (condition, a, b), hint, min(low, other_low), max(high, other_high))


def bitwise(op: str, a: Any, b: Any):
    if terms_of(a) is None or terms_of(b) is None:
        return NotImplemented
    table = table_of(a, b)
    operate = {"and": int.__and__, "or": int.__or__, "xor": int.__xor__}[op]
    if not isinstance(a, Sym) and not isinstance(b, Sym):  # one was a symbol whose value a guard has fixed
        return operate(a, b)
    first, second = sorted((a, b), key=lambda value: repr(key_of(value)))
    return table.atom(op, (first, second), operate(hint_of(a), hint_of(b)))
