"""Random programs: `generate(seed, index)` always gives the same one."""

from __future__ import annotations

import random
from dataclasses import replace

from ..program import Program
from ..watch import Inexact, quiet, watch
from .calls import draw_arguments, other_calls
from .state import ERRORS, Rejected, State
from .writes import statement

ATTEMPTS = 20
MAX_STATEMENTS = 25


def generate(seed: int, index: int = 0) -> Program:
    """Program `index` of slice `seed`. Same numbers and same NumPy: same program."""
    with quiet():
        for attempt in range(ATTEMPTS):
            program = _draw(random.Random(f"{seed}:{index}:{attempt}"), f"{seed}:{index}")
            if program is not None:
                return program
    raise AssertionError(f"no program {seed}:{index} after {ATTEMPTS} attempts")


def _draw(rng: random.Random, label: str) -> Program | None:
    try:
        state = State(rng, draw_arguments(rng))
    except Rejected:
        return None
    # Few long programs: a short one that fails is easier to read, a long one has more to interact.
    wanted = rng.choice([3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25])
    for _ in range(4 * wanted):
        if sum(s.count() for s in state.statements) >= wanted:
            break
        try:
            statement(state)
        except ERRORS:  # both branches of an if bind a name: without the first one the second one is not valid
            return None
    program = Program((state.arguments,), tuple(state.statements), _results(state), label)
    if not 3 <= program.statements() <= MAX_STATEMENTS or not runs(program):
        return None
    extra = [call for call in other_calls(rng, state.arguments) if runs(replace(program, calls=(call,)))]
    return replace(program, calls=(state.arguments, *extra))


def _results(state: State) -> tuple[str, ...]:
    """Some names: late ones rather, for early ones are seen through them."""
    names = [n for n in state.arrays() if n.startswith("v")] + state.scalars()
    chosen = [n for n in names if state.rng.random() < 0.5] or names[-1:]
    if state.rng.random() < 0.15:
        chosen.append(state.rng.choice(state.arrays()))  # an argument, perhaps twice
    return tuple(chosen[-5:])


def runs(program: Program) -> bool:
    """Whether all calls are valid and exact on NumPy."""
    try:
        for k in range(len(program.calls)):
            watch(program, k)
    except (Inexact, ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError, NameError):
        return False
    return True
