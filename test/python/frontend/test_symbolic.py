"""Run-time integers: canonical forms, proofs, guards."""

import random

import pytest
from elena.frontend.symbolic import Sym, maximum, minimum, select
from elena.frontend.trace import Trace
from elena.frontend.views import slice_length


@pytest.fixture
def trace():
    current = Trace("test")
    with current:
        yield current


def sizes(trace, **hints):
    return [trace.symbols.symbol(name, f"%{name}", hint, low=5) for name, hint in hints.items()]


def guards(trace):
    return sum("tensorref.guard" in line for line in trace.text.lines)


def test_equal_expressions_are_equal(trace):
    n, h, w = sizes(trace, n=7, h=6, w=8)
    assert (n * 4 // 4 == n) is True
    assert ((n - 1) + 1 == n) is True
    assert (h * w == w * h) is True
    assert (3 * h * w // (h * w) == 3) is True
    assert ((4 * n + 3) // 4 == n) is True
    assert (n * 4 % 4 == 0) is True
    assert n - n == 0 and type(n - n) is int
    assert ((h * w * n) // (w * n) == h) is True
    assert (n // 2 // 3 == n // 6) is True
    assert guards(trace) == 0


def test_provable_comparisons_need_no_guard(trace):
    n, h, w = sizes(trace, n=7, h=6, w=8)
    assert (n >= 5) is True and (n > 4) is True and (n == 1) is False
    assert (h * w >= w) is True
    assert (maximum(n, 3) == n) is True
    assert minimum(n, 4) == 4
    assert (n - n % 4 >= 0) is True
    assert (n // 4 * 4 <= n) is True
    assert (n % h < h) is True
    assert (maximum(0, minimum(n - 2, h)) <= h) is True
    assert guards(trace) == 0


def test_unknown_comparisons_guard_what_the_hints_say(trace):
    n, h = sizes(trace, n=7, h=6)
    assert bool(n > h)
    assert guards(trace) == 1
    assert bool(n > h) and not bool(n <= h)
    assert guards(trace) == 1


def test_equalities_are_remembered(trace):
    n, m, h = sizes(trace, n=7, m=7, h=6)
    assert bool(n == m)
    assert (n * h == m * h) is True
    assert (n // 2 == m // 2) is True
    assert guards(trace) == 1


def test_divisibility_is_remembered(trace):
    n, h = sizes(trace, n=8, h=6)
    assert bool(n * h % 4 == 0)
    assert (n * h // 4 * 4 == n * h) is True
    assert guards(trace) == 1


def test_index_is_a_guard(trace):
    (n,) = sizes(trace, n=7)
    assert range(n)[-1] == 6
    assert guards(trace) == 1
    assert (n == 7) is True and (n + 1 == 8) is True


def test_select_and_abs(trace):
    n = trace.new_argument_int(-3)
    assert abs(n).hint == 3
    assert select(n < 0, n + 10, n).hint == 7
    assert abs(n + 0 * n).hint == 3


def test_data_is_asserted_not_guarded(trace):
    count = trace.symbols.symbol("count", "%count", 7, low=0, data=True)
    assert not bool(count == 3)
    assert guards(trace) == 0
    assert any("tensorref.assert" in line for line in trace.text.lines)


OPERATIONS = ["add", "sub", "mul", "div", "mod", "min", "max", "select", "neg"]


def evaluate(value, values):
    """The value of an expression where the symbols have other values than the hints."""
    if not isinstance(value, Sym):
        return value
    total = 0
    for monomial, coefficient in value.terms.items():
        for atom in monomial:
            coefficient *= evaluate_atom(atom, values)
        total += coefficient
    return total


def evaluate_atom(atom, values):
    if atom.op == "symbol":
        return values[atom.key[1]]
    arguments = [evaluate(a, values) for a in atom.arguments if not hasattr(a, "op")]
    if atom.op == "select":
        condition = atom.arguments[0]
        tested = evaluate(condition.operands[0], values)
        holds = {"ge": tested >= 0, "eq": tested == 0, "ne": tested != 0}[condition.op]
        return arguments[0] if holds else arguments[1]
    operation = {"floordiv": lambda a, b: a // b, "mod": lambda a, b: a % b, "min": min, "max": max}[atom.op]
    return operation(*arguments)


def combine(operation, a, f, b, g, divisor):
    """(expression, its meaning) of one operation."""
    return {
        "add": lambda: (a + b, lambda v: f(v) + g(v)),
        "sub": lambda: (a - b, lambda v: f(v) - g(v)),
        "mul": lambda: (a * b, lambda v: f(v) * g(v)),
        "div": lambda: (a // divisor, lambda v: f(v) // divisor),
        "mod": lambda: (a % divisor, lambda v: f(v) % divisor),
        "min": lambda: (minimum(a, b), lambda v: min(f(v), g(v))),
        "max": lambda: (maximum(a, b), lambda v: max(f(v), g(v))),
        "select": lambda: (select(a < 0, a + b, a), lambda v: f(v) + g(v) if f(v) < 0 else f(v)),
        "neg": lambda: (-a, lambda v: -f(v)),
    }[operation]()


@pytest.mark.parametrize("seed", range(400))
def test_random_expressions(seed, trace):
    """The canonical form has the right value everywhere; what is proved holds everywhere."""
    rng = random.Random(seed)
    names = ["n", "m", "p"]
    hints = {"n": rng.randrange(5, 30), "m": rng.randrange(5, 30), "p": rng.randrange(-20, 20)}
    symbols = [
        trace.symbols.symbol(k, f"%{k}", hints[k], low=5 if k != "p" else float("-inf")) for k in names
    ]
    pairs = [(s, lambda v, k=k: v[k]) for s, k in zip(symbols, names)] + [
        (c, lambda v, c=c: c) for c in (0, 1, 3, -1)
    ]
    for _ in range(8):
        (a, f), (b, g) = rng.choice(pairs), rng.choice(pairs)
        pairs.append(combine(rng.choice(OPERATIONS), a, f, b, g, rng.choice([2, 3, 4, 7])))
    others = [
        {"n": rng.randrange(5, 40), "m": rng.randrange(5, 40), "p": rng.randrange(-50, 50)} for _ in range(30)
    ]
    for value, function in pairs:
        assert (value.hint if isinstance(value, Sym) else value) == function(hints)
        assert all(evaluate(value, v) == function(v) for v in others)
    for (a, f), (b, g) in [(rng.choice(pairs), rng.choice(pairs)) for _ in range(10)]:
        for answer, holds in ((a >= b, lambda v: f(v) >= g(v)), (a == b, lambda v: f(v) == g(v))):  # noqa: B023
            if isinstance(answer, bool):
                assert all(holds(v) == answer for v in [hints, *others])
    check_implications(trace, rng, pairs, [hints, *others])
    assert guards(trace) == 0


def check_implications(trace, rng, pairs, samples):
    """What follows from another condition holds wherever that does; afterwards nothing more is known than before."""
    for _ in range(10):
        ((a, f), (b, g)), ((c, h), (d, k)) = rng.sample(pairs, 2), rng.sample(pairs, 2)
        condition, consequence = a == b, rng.choice([c == d, c <= d])
        if isinstance(condition, bool) or isinstance(consequence, bool):
            continue
        known = trace.facts.known(consequence)
        if trace.facts.implies(condition, consequence):
            holds = {"eq": lambda v: h(v) == k(v), "ge": lambda v: h(v) <= k(v)}[consequence.op]  # noqa: B023
            assert all(holds(v) for v in samples if f(v) == g(v))
        assert trace.facts.known(consequence) == known


def test_slice_of_one_row_is_as_long_as_its_range(trace):
    """arange(top, bottom) has one element only if x[top:bottom] has, for top >= 0 and bottom <= len(x)."""
    (n,) = sizes(trace, n=7)
    a, b = (trace.symbols.symbol(k, f"%{k}", hint) for k, hint in (("a", 3), ("b", 6)))
    top, bottom = maximum(a - 1, 0), minimum(b + 1, n)
    arange, view = maximum(bottom - top, 0), slice_length(n, top, bottom, 1)
    assert trace.facts.implies(arange == 1, view == 1)
    assert not trace.facts.implies(view == 1, arange == 1)  # bottom may be negative
    assert trace.facts.known(view == 1) is None


def test_truth_values_count(trace):
    n, h = sizes(trace, n=7, h=6)
    assert ((n > h) * 3).hint == 3
    assert ((n > h) + (h > n)).hint == 1
    assert ((n > h) & (n < 9)).hint and not (~(n > h)).hint
