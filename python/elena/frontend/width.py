"""How large run-time integers can be: what does not surely have 64 bits is checked where it is computed."""

from __future__ import annotations

from .._protocol import INT_LIMIT
from .symbolic import Atom, Sym, SymBool

#: checked values are less than this
LIMIT = 2**62
_DATA = 2**61  # elements are taken to be smaller, so that `int(x[0]) + 1` needs no check


def magnitude(value: int | Sym | SymBool) -> int:
    """A bound of abs(value), if the product of the sizes in a term is less than INT_LIMIT."""
    if isinstance(value, SymBool):
        return 1
    if not isinstance(value, Sym):
        return abs(int(value))
    return sum(abs(coefficient) * _product(monomial) for monomial, coefficient in value.terms.items())


def _product(monomial: tuple[Atom, ...]) -> int:
    product, sizes = 1, 1
    for atom in monomial:
        if _is_size(atom):
            sizes = INT_LIMIT
        else:
            product *= _of_atom(atom)
    return product * sizes


def _is_size(atom: Atom) -> bool:
    """A size or a stride of an array, or made of such."""
    if atom.data:
        return False
    if not atom.arguments:
        return atom.op == "symbol" and not atom.number
    return not any(
        isinstance(a, SymBool) or any(not _is_size(part) for monomial in a.terms for part in monomial)
        for a in atom.arguments
        if isinstance(a, (Sym, SymBool))
    )


def _of_atom(atom: Atom) -> int:
    known = max(abs(atom.low), abs(atom.high))
    if not atom.arguments:
        return int(min(known, _DATA if atom.data else INT_LIMIT))
    parts = [magnitude(argument) for argument in atom.arguments]
    if atom.op == "floordiv":
        bound = parts[0]
    elif atom.op == "mod":
        bound = parts[1]
    elif atom.op in ("and", "or", "xor"):
        bound = 2 * max(parts)
    else:
        bound = max(parts)
    return int(min(known, bound))
