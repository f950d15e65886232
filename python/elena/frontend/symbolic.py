"""Run-time integers: canonical polynomials over atoms, with a hint (their value in the call being traced).

An atom is a symbol (an argument, a size, a stride) or an operation that is no polynomial: floordiv, mod, min, max,
select, shifts. Equal expressions have equal terms, so `n*4//4`, `(n-1)+1` and `n` are one Sym. Expressions
that are constant are Python ints.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import polynomials as poly
from .polynomials import Terms

if TYPE_CHECKING:
    from .trace import Trace

INFINITY = float("inf")


class Atom:
    """A symbol or an operation on integers that is not a polynomial."""

    __slots__ = ("arguments", "data", "high", "hint", "key", "low", "number", "op", "serial", "ssa")

    def __init__(self, serial, key, op, arguments, hint, low, high, data, ssa=None):
        self.serial, self.key, self.op, self.arguments = serial, key, op, arguments
        self.hint, self.low, self.high, self.data, self.ssa = hint, low, high, data, ssa
        self.number = False  # a Python int of the call, no size

    def __repr__(self) -> str:
        return self.key[1] if self.op == "symbol" else f"{self.op}{self.arguments}"


class SymbolTable:
    """The atoms of one trace, hash-consed."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.atoms: dict[tuple, Atom] = {}
        self.serial = 0

    def symbol(self, name, ssa, hint, *, low=-INFINITY, high=INFINITY, data=False) -> Sym:
        """A new symbol whose value is the SSA value `ssa` (of type index)."""
        key = ("symbol", name, self.serial)
        atom = Atom(self._next(), key, "symbol", (), hint, low, high, data, ssa)
        self.atoms[key] = atom
        if not low <= hint <= high:
            self.trace.facts.hints_agree = False
        return Sym(self, {(atom,): 1})

    def atom(self, op: str, arguments: tuple, hint: int, low=-INFINITY, high=INFINITY) -> Sym:
        """The atom `op(arguments)`; arguments are ints, Syms and SymBools."""
        key = (op, *(key_of(argument) for argument in arguments))
        if key not in self.atoms:
            data = any(is_data(argument) for argument in arguments)
            self.atoms[key] = Atom(self._next(), key, op, arguments, hint, low, high, data)
        return Sym(self, {(self.atoms[key],): 1})

    def _next(self) -> int:
        self.serial += 1
        return self.serial - 1

    def forget(self, first: int) -> None:
        """Forgets the atoms from serial number `first` on, but for symbols: the next ones are made anew."""
        for key in [key for key, atom in self.atoms.items() if atom.serial >= first and atom.arguments]:
            del self.atoms[key]

    def build(self, terms: Terms) -> int | Sym:
        if poly.is_constant(terms):
            return terms.get((), 0)
        return Sym(self, terms)


class Sym:
    """A run-time integer. Behaves as a Python int; comparisons give SymBool (or bool where provable)."""

    __slots__ = ("_hash", "_hint", "table", "terms")
    __array_ufunc__ = None

    def __init__(self, table: SymbolTable, terms: Terms):
        self.table = table
        self.terms = terms
        self._hash = None
        self._hint = None

    @property
    def hint(self) -> int:
        """The value in the call being traced."""
        if self._hint is None:
            self._hint = poly.hint(self.terms)
        return self._hint

    def ssa(self) -> str:
        """SSA name of the value, of type index (arithmetic is emitted where needed)."""
        from .symbolic_text import integer_ssa

        return integer_ssa(self)

    def key(self) -> tuple:
        return poly.freeze(self.terms)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.key())
        return self._hash

    def __repr__(self) -> str:
        parts = []
        for monomial, coefficient in self.terms.items():
            factors = [repr(atom) for atom in monomial]
            if coefficient != 1 or not factors:
                factors.insert(0, str(coefficient))
            parts.append("*".join(factors))
        return " + ".join(parts)

    # ---- arithmetic --------------------------------------------------------------------------------------

    def __add__(self, other):
        terms = terms_of(other)
        return _float(self, other, "__add__") if terms is None else self._new(poly.add(self.terms, terms))

    __radd__ = __add__

    def __sub__(self, other):
        terms = terms_of(other)
        return _float(self, other, "__sub__") if terms is None else self._new(poly.add(self.terms, terms, -1))

    def __rsub__(self, other):
        terms = terms_of(other)
        return (
            _float(self, other, "__rsub__") if terms is None else self._new(poly.add(terms, self.terms, -1))
        )

    def __mul__(self, other):
        if isinstance(other, (str, bytes, list, tuple)):
            return other * self.__index__()
        terms = terms_of(other)
        return (
            _float(self, other, "__mul__") if terms is None else self._new(poly.multiply(self.terms, terms))
        )

    __rmul__ = __mul__

    def _new(self, terms: Terms) -> int | Sym:
        return self.table.build(terms)

    def __neg__(self):
        return self._new(poly.scale(self.terms, -1))

    def __pos__(self):
        return self

    def __abs__(self):
        if prove(self >= 0):
            return self
        return -self if prove(self <= 0) else maximum(self, -self)

    def __invert__(self):
        return -self - 1

    def __floordiv__(self, other):
        return _float(self, other, "__floordiv__") if terms_of(other) is None else floordiv(self, other)

    def __rfloordiv__(self, other):
        return _float(self, other, "__rfloordiv__") if terms_of(other) is None else floordiv(other, self)

    def __mod__(self, other):
        return _float(self, other, "__mod__") if terms_of(other) is None else mod(self, other)

    def __rmod__(self, other):
        if isinstance(other, str):
            return NotImplemented
        return _float(self, other, "__rmod__") if terms_of(other) is None else mod(other, self)

    def __divmod__(self, other):
        return self // other, self % other

    def __rdivmod__(self, other):
        return other // self, other % self

    def __truediv__(self, other):
        return _float(self, other, "__truediv__")

    def __rtruediv__(self, other):
        return _float(self, other, "__rtruediv__")

    def __pow__(self, other, modulo=None):
        if type(other) is int and other >= 0 and modulo is None:
            result: Any = 1
            for _ in range(other):
                result = result * self
            return result
        if isinstance(other, Sym) and modulo is None:
            return self ** other.__index__()
        return _float(self, other, "__pow__")

    def __rpow__(self, other):
        if terms_of(other) is None:
            return _float(self, other, "__rpow__")
        return other ** self.__index__()

    def __lshift__(self, other):
        return self * 2 ** _shift_count(other)

    def __rlshift__(self, other):
        return other << _shift_count(self)

    def __rshift__(self, other):
        return floordiv(self, 2 ** _shift_count(other))

    def __rrshift__(self, other):
        return other >> _shift_count(self)

    def __and__(self, other):
        return bitwise("and", self, other)

    def __or__(self, other):
        return bitwise("or", self, other)

    def __xor__(self, other):
        return bitwise("xor", self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    # ---- comparisons -------------------------------------------------------------------------------------

    def __eq__(self, other):
        return False if other is None else _compare(self, other, "eq")

    def __ne__(self, other):
        return True if other is None else _compare(self, other, "ne")

    def __lt__(self, other):
        return _compare(self, other, "lt")

    def __le__(self, other):
        return _compare(self, other, "le")

    def __gt__(self, other):
        return _compare(self, other, "gt")

    def __ge__(self, other):
        return _compare(self, other, "ge")

    # ---- conversions -------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        return self.table.trace.decide(self != 0)

    def __index__(self) -> int:
        return self.table.trace.concretize(self)

    __int__ = __index__

    def __float__(self) -> float:
        return float(self.__index__())

    def __round__(self, digits=None):
        return self if digits is None or index_of(digits) >= 0 else round(self.__index__(), digits)

    def __trunc__(self):
        return self

    __floor__ = __ceil__ = __trunc__

    def __format__(self, specification: str) -> str:
        return format(self.__index__(), specification)

    def bit_length(self) -> int:
        return self.__index__().bit_length()

    @property
    def real(self):
        return self

    def to_float(self):
        """float(n) as a run-time value."""
        from .scalars import from_integer

        return from_integer(self)


def _float(a: Sym, b: Any, method: str):
    """An operation of an integer with something that is no integer: floats, arrays."""
    from .scalars import SymFloat

    if isinstance(b, (float, SymFloat)) or (
        isinstance(b, (int, Sym)) and method.strip("_r") in ("truediv", "pow", "powe")
    ):
        return getattr(a.to_float(), method)(b)
    return NotImplemented


def _compare(a: Sym, b: Any, relation: str):
    terms = terms_of(b)
    if terms is None:
        from .scalars import SymFloat

        if isinstance(b, (float, SymFloat)):
            return getattr(a.to_float(), f"__{relation}__")(b)
        return NotImplemented
    difference = poly.add(a.terms, terms, -1)  # a - b
    if relation in ("lt", "le"):
        difference = poly.scale(difference, -1)
    if relation in ("eq", "ne"):
        return equal_zero(a.table, difference, relation == "eq")
    if relation in ("lt", "gt"):
        difference = poly.add(difference, poly.constant(1), -1)
    return nonnegative(a.table, difference)


# ---- helpers -----------------------------------------------------------------------------------------------


def terms_of(value: Any) -> Terms | None:
    """The terms of an int, a bool, a Sym; None for anything else."""
    if isinstance(value, Sym):
        return value.terms
    if isinstance(value, int):
        return poly.constant(int(value))
    if isinstance(value, SymBool):
        return terms_of(value.to_int())
    import numpy as np

    return poly.constant(int(value)) if isinstance(value, np.integer) else None


def table_of(*values: Any) -> SymbolTable | None:
    return next((value.table for value in values if isinstance(value, (Sym, SymBool))), None)


def _single_atom(value: Any) -> Atom | None:
    if isinstance(value, Sym) and len(value.terms) == 1:
        ((monomial, coefficient),) = value.terms.items()
        if len(monomial) == 1 and coefficient == 1:
            return monomial[0]
    return None


def key_of(value: Any) -> tuple:
    if isinstance(value, (Sym, SymBool)):
        return value.key()
    return (((), int(value)),) if value else ()


def hint_of(value: Any) -> int:
    return value.hint if isinstance(value, (Sym, SymBool)) else int(value)


def is_data(value: Any) -> bool:
    """Whether a value depends on array elements (then it cannot be guarded)."""
    if isinstance(value, Sym):
        return any(atom.data for atom in poly.atoms(value.terms))
    if isinstance(value, SymBool):
        if value.op == "opaque":
            return bool(value.operands[2])
        return any(is_data(operand) for operand in value.operands)
    return False


def depends_on_number(value: Any) -> bool:
    """Whether an integer of the call (and not only sizes of arrays) is in it."""
    return _contains(value, lambda atom: atom.number)


def divides(value: Any) -> bool:
    """Whether it is computed with a quotient by a run-time integer."""
    return _contains(value, lambda atom: atom.op in ("floordiv", "mod") and isinstance(atom.arguments[1], Sym))


def _contains(value: Any, holds: Callable[[Atom], bool]) -> bool:
    if isinstance(value, Sym):
        return any(
            holds(atom) or any(_contains(argument, holds) for argument in atom.arguments)
            for atom in poly.atoms(value.terms)
        )
    if isinstance(value, SymBool) and value.op != "opaque":
        return any(_contains(operand, holds) for operand in value.operands)
    return False


def index_of(value: Any) -> int:
    """A Python int of an int or Sym (guarded)."""
    return operator.index(value)


def _shift_count(value: Any) -> int:
    count = index_of(value)
    if count < 0:
        from .errors import fail

        fail(ValueError, "negative shift count")
    return count


# The rest of the algebra, split by concept; these modules need the names above.
from .conditions import SymBool, equal_zero, nonnegative, prove  # noqa: E402
from .integer_ops import bitwise, floordiv, maximum, minimum, mod, prove_range, select  # noqa: E402

__all__ = [
    "Sym",
    "SymBool",
    "SymbolTable",
    "bitwise",
    "depends_on_number",
    "divides",
    "floordiv",
    "hint_of",
    "is_data",
    "maximum",
    "minimum",
    "mod",
    "prove",
    "prove_range",
    "select",
]
