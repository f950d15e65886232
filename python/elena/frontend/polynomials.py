"""Integer polynomials over atoms: {monomial: coefficient}, a monomial being a sorted tuple of atoms."""

from __future__ import annotations

from collections import Counter
from math import gcd

Terms = dict  # {tuple[Atom, ...]: int}; the empty monomial is the constant


def constant(value: int) -> Terms:
    return {(): value} if value else {}


def add(a: Terms, b: Terms, factor: int = 1) -> Terms:
    """a + factor * b."""
    result = dict(a)
    for monomial, coefficient in b.items():
        total = result.get(monomial, 0) + factor * coefficient
        if total:
            result[monomial] = total
        else:
            result.pop(monomial, None)
    return result


def join(a: tuple, b: tuple) -> tuple:
    """The product of two monomials."""
    return tuple(sorted(a + b, key=lambda atom: atom.serial)) if a and b else a or b


def multiply(a: Terms, b: Terms) -> Terms:
    result: Terms = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial = join(left, right)
            total = result.get(monomial, 0) + x * y
            if total:
                result[monomial] = total
            else:
                result.pop(monomial, None)
    return result


def scale(a: Terms, factor: int) -> Terms:
    return {m: c * factor for m, c in a.items()} if factor else {}


def is_constant(a: Terms) -> bool:
    return not a or (len(a) == 1 and () in a)


def content(a: Terms) -> int:
    """The gcd of the coefficients of the non-constant terms (0 if there are none)."""
    result = 0
    for monomial, coefficient in a.items():
        if monomial:
            result = gcd(result, coefficient)
    return result


def divide_monomial(a: tuple, b: tuple) -> tuple | None:
    """a / b as a monomial, or None."""
    left = Counter(a)
    left.subtract(Counter(b))
    if any(count < 0 for count in left.values()):
        return None
    return tuple(sorted(left.elements(), key=lambda atom: atom.serial))


def _order(monomial: tuple) -> tuple:
    return (len(monomial), tuple(atom.serial for atom in monomial))


def leading(a: Terms) -> tuple:
    return max(a, key=_order)


def divide(a: Terms, b: Terms) -> tuple[Terms, Terms]:
    """(quotient, remainder) with a = quotient * b + remainder, as much divided as goes out evenly."""
    lead = leading(b)
    unit = b[lead]
    quotient: Terms = {}
    remainder: Terms = {}
    rest = dict(a)
    while rest:
        top = leading(rest)
        ratio = divide_monomial(top, lead)
        if ratio is None or rest[top] % unit:
            if ratio is not None and not lead:  # division by a constant: split the coefficient
                remainder[top] = rest[top] % unit
                quotient[top] = rest[top] // unit
                if not quotient[top]:
                    del quotient[top]
            else:
                remainder[top] = rest[top]
            del rest[top]
            continue
        factor = rest[top] // unit
        quotient[ratio] = quotient.get(ratio, 0) + factor
        rest = add(rest, multiply({ratio: factor}, b), -1)
    return quotient, remainder


def atoms(a: Terms) -> set:
    return {atom for monomial in a for atom in monomial}


def hint(a: Terms) -> int:
    """The value for the hints of the atoms."""
    total = 0
    for monomial, coefficient in a.items():
        for atom in monomial:
            coefficient *= atom.hint
        total += coefficient
    return total


def freeze(a: Terms) -> tuple:
    """A hashable canonical form."""
    items = [(tuple(atom.serial for atom in monomial), c) for monomial, c in a.items()]
    return tuple(sorted(items))
