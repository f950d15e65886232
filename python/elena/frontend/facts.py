"""What is known about run-time integers: bounds, equalities and inequalities that guards have established.

Proofs use intervals after shifting every atom to its lower bound (so `W*C - C >= 0` for W, C >= 5), a case split on
min/max/select, and the defining inequalities of floordiv.

The hints are a model of the facts: what is false for them follows from nothing, and is not tried. (Where they are none,
as in a branch that the call at hand does not take, all is tried.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import polynomials as poly

if TYPE_CHECKING:
    from .symbolic import Atom, Sym, SymBool, SymbolTable

INFINITY = float("inf")
_DEPTH = 4


class Facts:
    """The facts of one trace. They hold for the whole version (guards are evaluated at the entry), but for what is
    found in a region: that holds there."""

    def __init__(self) -> None:
        self.decided: dict[tuple, bool] = {}
        self.equal: dict[Atom, poly.Terms] = {}
        self.nonnegative: list[poly.Terms] = []
        #: by the key of a condition, what else holds where it holds
        self.implications: dict = {}
        #: whether every fact is true for the hints of its atoms
        self.hints_agree = True
        self._answers: dict[tuple, bool | None] = {}  # of `known`, as long as no fact is added
        self._busy = False
        self._supposing = False

    # ---- regions -----------------------------------------------------------------------------------------

    def mark(self, symbols: SymbolTable) -> tuple:
        """What is known now, for `restore`."""
        bounds = [(atom, atom.low, atom.high) for atom in symbols.atoms.values()]
        return dict(self.decided), dict(self.equal), list(self.nonnegative), bounds, self.hints_agree

    def restore(self, mark: tuple) -> None:
        """Forgets what was found since `mark`, in a region that may not run."""
        self.decided, self.equal, self.nonnegative = mark[0], mark[1], mark[2]
        for atom, low, high in mark[3]:
            atom.low, atom.high = low, high
        self.hints_agree = mark[4]
        self._answers.clear()

    # ---- questions ---------------------------------------------------------------------------------------

    def known(self, condition: SymBool) -> bool | None:
        """True or False if it follows from the facts, else None."""
        if condition.op in ("and", "or"):
            return self._known_logical(condition)
        key = condition.key()
        answer = self.decided.get(key)
        if answer is not None or condition.op == "opaque":
            return answer
        if self._busy:  # answers less
            return self._compare(condition)
        if key not in self._answers:
            self._answers[key] = self._compare(condition)
        return self._answers[key]

    def _compare(self, condition: SymBool) -> bool | None:
        terms = self._rewrite(condition.operands[0])
        if condition.op == "ge":
            return self._sign(terms)
        zero = self._is_zero(terms)
        return zero if zero is None or condition.op == "eq" else not zero

    def _known_logical(self, condition: SymBool) -> bool | None:
        answers = [self.known(operand) for operand in condition.operands]
        decisive = condition.op == "or"
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive

    def _sign(self, terms: poly.Terms) -> bool | None:
        """terms >= 0?"""
        if self._prove(terms, _DEPTH):
            return True
        if self._prove(poly.add(poly.scale(terms, -1), poly.constant(1), -1), _DEPTH):
            return False
        return None

    def _is_zero(self, terms: poly.Terms) -> bool | None:
        if not terms:
            return True
        if poly.is_constant(terms):
            return False
        minus_one = poly.constant(-1)
        if self._prove(poly.add(terms, minus_one), _DEPTH):
            return False
        if self._prove(poly.add(poly.scale(terms, -1), minus_one), _DEPTH):
            return False
        if self._nonzero_product(terms):
            return False
        if self._prove(terms, _DEPTH) and self._prove(poly.scale(terms, -1), _DEPTH):
            return True
        return None

    def _nonzero_product(self, terms: poly.Terms) -> bool:
        """A single product of atoms that are all known not to be 0."""
        if len(terms) != 1:
            return False
        (monomial,) = terms
        return all(
            self.decided.get(("ne", poly.freeze({(atom,): 1}))) or atom.low > 0 or atom.high < 0
            for atom in monomial
        )

    def bounds(self, value: int | Sym) -> tuple[float, float]:
        """An interval that surely contains the value."""
        if isinstance(value, int):
            return value, value
        terms = self._rewrite(value)
        return self._low(terms), -self._low(poly.scale(terms, -1))

    def normalize(self, value: Sym) -> int | Sym:
        """The value with the established equalities substituted."""
        return value.table.build(self._rewrite(value))

    # ---- proofs ------------------------------------------------------------------------------------------

    def _prove(self, terms: poly.Terms, depth: int) -> bool:
        """Whether terms >= 0 follows."""
        if self.hints_agree and poly.hint(terms) < 0:
            return False
        if self._low(terms) >= 0:
            return True
        atoms = poly.atoms(terms) if self.nonnegative else ()
        for fact in self.nonnegative:
            if not atoms.isdisjoint(poly.atoms(fact)) and self._low(poly.add(terms, fact, -1)) >= 0:
                return True
        return depth > 0 and self._prove_cases(terms, depth)

    def _prove_cases(self, terms: poly.Terms, depth: int) -> bool:
        for monomial, coefficient in terms.items():
            if len(monomial) != 1:
                continue
            atom = monomial[0]
            if atom.op in ("min", "max", "select"):
                options = atom.arguments[1:] if atom.op == "select" else atom.arguments
                need_all = atom.op == "select" or (atom.op == "min") == (coefficient > 0)
                proofs = (self._prove(_replace(terms, atom, option), depth - 1) for option in options)
                if all(proofs) if need_all else any(proofs):
                    return True
            elif atom.op in ("floordiv", "mod") and self._positive(atom.arguments[1]):
                prove = self._prove_division if atom.op == "floordiv" else self._prove_modulus
                if prove(terms, atom, coefficient, depth):
                    return True
        return False

    def _positive(self, value: int | Sym) -> bool:
        return value > 0 if isinstance(value, int) else self._low(value.terms) > 0

    def _prove_modulus(self, terms: poly.Terms, atom: Atom, coefficient: int, depth: int) -> bool:
        """0 <= a % d <= d - 1"""
        from .symbolic import terms_of

        most = poly.add(terms_of(atom.arguments[1]), poly.constant(-1))
        rest = {monomial: c for monomial, c in terms.items() if monomial != (atom,)}
        return self._prove(rest if coefficient > 0 else poly.add(rest, most, coefficient), depth - 1)

    def _prove_division(self, terms: poly.Terms, atom: Atom, coefficient: int, depth: int) -> bool:
        """(a - d + 1) <= d * (a // d) <= a."""
        from .symbolic import terms_of

        dividend, divisor = terms_of(atom.arguments[0]), terms_of(atom.arguments[1])
        low = poly.add(poly.add(dividend, divisor, -1), poly.constant(1))
        bound = low if coefficient > 0 else dividend
        rest = {monomial: c for monomial, c in terms.items() if monomial != (atom,)}
        scaled = poly.add(poly.multiply(rest, divisor), poly.scale(bound, coefficient))
        return self._prove(scaled, depth - 1)

    def _low(self, terms: poly.Terms) -> float:
        """A lower bound: every atom with a lower bound l is written l + a', a' >= 0."""
        if all(len(monomial) < 2 for monomial in terms):
            return _linear_low(terms)
        shifted: poly.Terms = {}
        for monomial, coefficient in terms.items():
            product = poly.constant(coefficient)
            for atom in monomial:
                factor = {(atom,): 1}
                if atom.low != -INFINITY and atom.low:
                    factor[()] = int(atom.low)
                product = poly.multiply(product, factor)
            shifted = poly.add(shifted, product)
        return sum((_monomial_low(monomial, c) for monomial, c in shifted.items()), 0)

    def _rewrite(self, value: Sym) -> poly.Terms:
        """The terms with known equalities substituted, inside atoms too."""
        terms = value.terms
        for _ in range(8):
            changed = False
            for atom in poly.atoms(terms):
                replacement = self._replacement(atom)
                if replacement is not None:
                    terms = _substitute(terms, atom, replacement)
                    changed = True
            if not changed:
                break
        return terms

    def _replacement(self, atom: Atom) -> poly.Terms | None:
        if atom in self.equal:
            return self.equal[atom]
        if not self.equal or not atom.arguments or self._busy:
            return None
        from .symbolic import Sym, SymBool, terms_of

        if atom.op == "select":
            taken = self.known(atom.arguments[0])
            return None if taken is None else terms_of(atom.arguments[1 if taken else 2])
        if any(isinstance(argument, SymBool) for argument in atom.arguments):
            return None
        arguments = [self.normalize(a) if isinstance(a, Sym) else a for a in atom.arguments]
        if all(poly_same(a, b) for a, b in zip(arguments, atom.arguments)):
            return None
        self._busy = True
        try:
            terms = terms_of(rebuild(atom, arguments))
        finally:
            self._busy = False
        return None if terms == {(atom,): 1} else terms

    def implies(self, condition: SymBool | bool, consequence: SymBool | bool) -> bool:
        """Whether the consequence follows where the condition holds as well."""
        if isinstance(condition, bool) or isinstance(consequence, bool):
            return condition is False or consequence is True
        mark = self.mark(condition.table)
        self._supposing = True
        try:
            self.assume(condition)
            return self.known(consequence) is True
        finally:
            self._supposing = False
            self.restore(mark)

    # ---- facts -------------------------------------------------------------------------------------------

    def note_implication(self, condition: SymBool, implied: SymBool) -> None:
        """Where the condition, a value of the run time, holds, so does the other: `i < n and x[i] > 0` and `i < n`."""
        self.implications.setdefault(condition.key(), []).append(implied)

    def assume(self, condition: SymBool | bool) -> None:
        """The condition holds from now on."""
        if isinstance(condition, bool):
            return
        opposite = ~condition
        self._answers.clear()
        self.hints_agree = self.hints_agree and condition.hint
        self.decided[condition.key()] = True
        if not isinstance(opposite, bool):
            self.decided[opposite.key()] = False
        if condition.op == "and":
            for operand in condition.operands:
                self.assume(operand)
        for implied in self.implications.get(condition.key(), ()):
            self.assume(implied)
        if condition.op in ("and", "or", "opaque"):
            return
        terms = self._rewrite(condition.operands[0])
        if condition.op == "ge":
            self._assume_nonnegative(terms)
        elif condition.op == "eq":
            self._assume_zero(terms)
            self._assume_divisible(terms)

    def _assume_nonnegative(self, terms: poly.Terms) -> None:
        variable = [monomial for monomial in terms if monomial]
        if len(variable) == 1 and len(variable[0]) == 1:
            atom, constant = variable[0][0], terms.get((), 0)
            coefficient = terms[variable[0]]
            if coefficient > 0:
                atom.low = max(atom.low, -(constant // coefficient))
            else:
                atom.high = min(atom.high, constant // -coefficient)
        else:
            self.nonnegative.append(terms)

    def _assume_divisible(self, terms: poly.Terms) -> None:
        """a % b == 0 also says a == b * (a // b)."""
        if len(terms) != 1:
            return
        (monomial,) = terms
        if len(monomial) == 1 and monomial[0].op == "mod":
            from .symbolic import SymBool, floordiv

            a, b = monomial[0].arguments
            whole = floordiv(a, b) * b == a
            if isinstance(whole, SymBool):
                self.decided[whole.key()] = True
                self._assume_zero(self._rewrite(whole.operands[0]))

    def _assume_zero(self, terms: poly.Terms) -> None:
        """Solve for an atom that occurs once, linearly, with coefficient 1 or -1."""
        candidates = [m[0] for m, c in terms.items() if len(m) == 1 and abs(c) == 1]
        for atom in sorted(candidates, key=lambda a: (a.op == "symbol", -a.serial)):
            rest = {m: c for m, c in terms.items() if m != (atom,)}
            if any(_occurs(atom, other) for other in poly.atoms(rest)):
                continue
            value = poly.scale(rest, -terms[(atom,)])
            self.equal[atom] = value
            # Of a fact that stays, passes see what it says and not what follows: they get the guard for that.
            if self._supposing and atom.op in ("min", "max"):
                self._assume_extreme(atom, value)
            return

    def _assume_extreme(self, atom: Atom, value: poly.Terms) -> None:
        """max(a, b) == v says that v >= a and v >= b; where v > b, that a == v."""
        from .symbolic import terms_of

        sign = 1 if atom.op == "max" else -1
        gaps = [poly.scale(poly.add(value, terms_of(argument), -1), sign) for argument in atom.arguments]
        apart = [self._prove(poly.add(gap, poly.constant(-1)), 1) for gap in gaps]
        for gap in gaps:
            self._assume_nonnegative(gap)
        if apart.count(False) == 1:
            self._assume_zero(gaps[apart.index(False)])


def _occurs(atom: Atom, inside: Atom) -> bool:
    from .symbolic import Sym, SymBool

    if inside is atom:
        return True
    for argument in inside.arguments:
        operands = (
            argument.operands if isinstance(argument, SymBool) and argument.op != "opaque" else (argument,)
        )
        for operand in operands:
            if isinstance(operand, SymBool):
                return True
            if isinstance(operand, Sym) and any(_occurs(atom, a) for a in poly.atoms(operand.terms)):
                return True
    return False


def _replace(terms: poly.Terms, atom: Atom, value) -> poly.Terms:
    from .symbolic import terms_of

    rest = {monomial: c for monomial, c in terms.items() if monomial != (atom,)}
    return poly.add(rest, terms_of(value), terms[(atom,)])


def _substitute(terms: poly.Terms, atom: Atom, replacement: poly.Terms) -> poly.Terms:
    result: poly.Terms = {}
    for monomial, coefficient in terms.items():
        product = poly.constant(coefficient)
        for factor in monomial:
            product = poly.multiply(product, replacement if factor is atom else {(factor,): 1})
        result = poly.add(result, product)
    return result


def _linear_low(terms: poly.Terms) -> float:
    """`Facts._low` where no atoms are multiplied: each is at one of its bounds."""
    low: float = 0
    for monomial, coefficient in terms.items():
        bound = 1 if not monomial else monomial[0].low if coefficient > 0 else monomial[0].high
        low += coefficient * bound
    return low


def _monomial_low(monomial: tuple, coefficient: int) -> float:
    """The least value of coefficient * product, every atom with a finite lower bound shifted to 0."""
    low: float = coefficient
    high: float = coefficient
    for atom in monomial:
        first = 0 if atom.low != -INFINITY else -INFINITY
        last = atom.high - atom.low if atom.low != -INFINITY else atom.high
        products = [_times(x, y) for x in (low, high) for y in (first, last)]
        low, high = min(products), max(products)
    return low


def _times(x: float, y: float) -> float:
    return 0 if x == 0 or y == 0 else x * y


def poly_same(a, b) -> bool:
    from .symbolic import key_of

    return key_of(a) == key_of(b)


def rebuild(atom: Atom, arguments: list):
    """The atom's operation on other arguments."""
    from . import symbolic

    build = {
        "floordiv": symbolic.floordiv,
        "mod": symbolic.mod,
        "min": symbolic.minimum,
        "max": symbolic.maximum,
    }.get(atom.op)
    if build is not None:
        return build(*arguments)
    if atom.op in ("and", "or", "xor"):
        return symbolic.bitwise(atom.op, *arguments)
    return symbolic.Sym(next(a.table for a in arguments if isinstance(a, symbolic.Sym)), {(atom,): 1})
