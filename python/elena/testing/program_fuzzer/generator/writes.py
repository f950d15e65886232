"""Statements: names for views and values, writes of every form, loops and ifs."""

from __future__ import annotations

import numpy as np

from ..expressions import Expr, is_subscript, part, subscript, value
from ..statements import Bind, Write, condition, loop
from .state import MAX_STATEMENTS_RUN, Rejected, State
from .values import expression, indices, mask, new_array, number, operand, reduction, shape_like, weighted
from .views import random_view, window

UPDATES = {"+=": 5, "-=": 4, "*=": 1, "//=": 0.3, "%=": 0.4, "&=": 0.3, "|=": 0.3, "^=": 0.3}
OUT = {"np.add": 4, "np.subtract": 3, "np.maximum": 2, "np.minimum": 2, "np.multiply": 1}
DTYPES_OF_EMPTY = ("np.float32", "np.float64", "np.int32", "np.uint8")


def statement(state: State) -> bool:
    """Draws one statement; False if it came to nothing."""
    kinds = [
        (5, bind_view),
        (6, assign),
        (6, update),
        (2.5, write_out),
        (1.5, write_masked),
        (1, write_where),
        (0.8, write_indexed),
        (0.4, fill),
        (0.6, reduce_into),
        (2, bind_value),
        (1.5, bind_reduction),
        (1.5, bind_new),
        (0.3, bind_empty),
    ]
    if state.depth < 2 and cost(state) < MAX_STATEMENTS_RUN:
        kinds += [(1.0, for_loop), (0.8, if_else)]
    try:
        return state.pick(kinds)(state)
    except Rejected:
        return False


def cost(state: State) -> int:
    """How many operations there are once loops are unrolled, roughly."""
    return sum(3 * s.count() if s.count() > 1 else 1 for s in state.statements)


# ---- names ---------------------------------------------------------------------------------------------------


def bind_view(state: State) -> bool:
    array = state.array()
    return state.attempt(Bind(target_name(state), random_view(state, array)))


def bind_value(state: State) -> bool:
    expr = expression(state, shape_like(state))
    if expr.kind in ("name", "part"):
        raise Rejected
    return state.attempt(Bind(target_name(state), expr))


def bind_reduction(state: State) -> bool:
    array = state.array()
    if state.chance(0.4):
        array = random_view(state, array)
    return state.attempt(Bind(target_name(state), reduction(state, array)))


def bind_new(state: State) -> bool:
    return state.attempt(Bind(state.new_name(), new_array(state)))


def bind_empty(state: State) -> bool:
    made = f"np.empty({shape_like(state)}, {state.rng.choice(DTYPES_OF_EMPTY)})"
    return state.attempt(Bind(state.new_name(), part(made), fill=state.rng.choice(["1", "2", "n"])))


def target_name(state: State) -> str:
    """A new name, seldom one that is in use: then an old view may lose its name."""
    old = [n for n in state.arrays() if n.startswith("v")]
    return state.rng.choice(old) if old and state.chance(0.07) else state.new_name()


# ---- writes --------------------------------------------------------------------------------------------------


def target(state: State) -> Expr:
    """A view to write to: of an array that can be written, seldom all of it."""
    array = state.array(lambda a: a.flags.writeable)
    if state.chance(0.2):
        return array
    expr = shrunk(state, array) if state.chance(0.45) else random_view(state, array)
    written = state.value_of(expr)
    if isinstance(written, np.generic) and is_subscript(expr):
        return expr  # x[1, 2] = ...
    if not isinstance(written, np.ndarray) or not written.flags.writeable:
        raise Rejected
    if not np.may_share_memory(written, state.value_of(array)):
        raise Rejected  # a copy: nobody would see the write
    return expr


def shrunk(state: State, array: Expr) -> Expr:
    """`x[1:]`, `x[:-2]`, ... in one dimension: leaves room for another window of the same shape beside it."""
    shape = state.value_of(array).shape
    long = [k for k, n in enumerate(shape) if n > 1]
    if not long:
        return subscript(array, ["..."])
    k, by = state.rng.choice(long), state.rng.choice([1, 1, 1, 2])
    item = state.rng.choice([f"{by}:", f":-{by}", f":{-by - 1 if by == 1 else -1}:-1", f"{by}:"])
    return subscript(array, [*[":"] * k, item])


def shape_of(state: State, expr: Expr) -> tuple[int, ...]:
    return np.shape(state.value_of(expr))


def source_for(state: State, goal: Expr) -> Expr:
    """What is written to `goal`; in every third case it reads another window of the same array."""
    shape = shape_of(state, goal)
    if goal.children and state.chance(0.45):
        array = goal.children[0]
        if np.ndim(state.value_of(array)):
            other = window(state, array, shape)
            if state.chance(0.5):
                return other
            return value(f"({{0}} {state.rng.choice('+-')} {{1}})", other, expression(state, shape, 1))
    return expression(state, shape)


def attempt(state: State, write: Write) -> bool:
    if not state.attempt(write):
        return False
    try:
        written = state.value_of(write.target)
    except Rejected:
        return True
    if isinstance(written, np.ndarray):
        state.hot = written
    return True


def assign(state: State) -> bool:
    goal = target(state)
    form = "{0} = {1}" if is_subscript(goal) else "{0}[...] = {1}"
    return attempt(state, Write(form, goal, (source_for(state, goal),), casts=True))


def update(state: State) -> bool:
    goal = target(state)
    if goal.kind != "name" and not is_subscript(goal):
        raise Rejected
    return attempt(state, Write(f"{{0}} {weighted(state, UPDATES)} {{1}}", goal, (source_for(state, goal),)))


def write_out(state: State) -> bool:
    goal = target(state)
    function = weighted(state, OUT)
    values = (source_for(state, goal), operand(state, shape_of(state, goal)))
    if not isinstance(state.value_of(goal), np.ndarray):
        raise Rejected
    return attempt(state, Write(f"{function}({{1}}, {{2}}, out={{0}})", goal, values))


def write_masked(state: State) -> bool:
    array = state.array(lambda a: a.flags.writeable and a.ndim > 0)
    shape = shape_of(state, array)
    form = state.rng.choice(["{0}[{2}] = {1}", "{0}[{2}] = {1}", "{0}[{2}] += {1}"])
    return attempt(state, Write(form, array, (number(state), mask(state, shape)), casts="+=" not in form))


def write_where(state: State) -> bool:
    goal = target(state)
    values = (source_for(state, goal), mask(state, shape_of(state, goal)))
    return attempt(state, Write("np.copyto({0}, {1}, where={2})", goal, values))


def write_indexed(state: State) -> bool:
    array = state.array(lambda a: a.flags.writeable and a.ndim > 0 and a.shape[0] > 0)
    shape = shape_of(state, array)
    count = state.rng.randrange(1, min(shape[0], 4) + 1)
    form = state.rng.choice(["{0}[{2}] = {1}", "{0}[{2}] += {1}"])
    # Where an index comes twice, the last value wins.
    chosen = indices(state, shape[0], count, distinct="+=" in form)
    return attempt(state, Write(form, array, (operand(state, (count, *shape[1:])), chosen), casts="+=" not in form))


def fill(state: State) -> bool:
    goal = target(state)
    return attempt(state, Write("{0}.fill({1})", goal, (part(state.rng.choice(["0", "1", "3"])),)))


def reduce_into(state: State) -> bool:
    """`np.sum(x, axis=0, out=y[k])`; the result may lie inside of what is reduced."""
    array = state.array(lambda a: a.ndim > 0)
    shape = shape_of(state, array)
    axis = state.rng.randrange(len(shape))
    kept = (*shape[:axis], *shape[axis + 1 :])
    goal = window(state, state.array(lambda a: a.flags.writeable), kept)
    if shape_of(state, goal) != kept or not isinstance(state.value_of(goal), np.ndarray):
        raise Rejected
    function = state.rng.choice(["np.sum", "np.max", "np.min"])
    return attempt(state, Write(f"{function}({{1}}, axis={axis}, out={{0}})", goal, (array,), casts=True))


# ---- blocks --------------------------------------------------------------------------------------------------


def for_loop(state: State) -> bool:
    variable = "ij"[len(state.loops)]
    count = state.rng.choice(["2", "3", "n", "2", "m"])
    times = state.rng.choice([1, 1, 2, 3])

    def body() -> None:
        for _ in range(times):
            if not state.chance(0.5) or not indexed_write(state, variable):
                statement(state)

    return state.block(loop(variable, count), variable, body, None)


def indexed_write(state: State, variable: str) -> bool:
    """`x[i + 1] = x[i] + ...`: what one round writes, the next one reads."""
    try:
        array = state.array(lambda a: a.ndim > 0 and a.flags.writeable and a.shape[0] > 3)
        goal = subscript(array, [state.rng.choice([variable, f"{variable} + 1", f"{variable}:", f"-{variable} - 1"])])
        near = subscript(array, [state.rng.choice([variable, f"{variable} + 1", f"-{variable} - 1", "0"])])
        source = near if state.chance(0.3) else value("({0} + {1})", near, expression(state, shape_of(state, near), 1))
        form, casts = state.rng.choice([("{0} = {1}", True), ("{0} += {1}", False)])
        return attempt(state, Write(form, goal, (source,), casts))
    except Rejected:
        return False


def if_else(state: State) -> bool:
    numbers = state.integers()
    if not numbers:
        raise Rejected
    test = f"{state.rng.choice(numbers)} {state.rng.choice(['>', '<=', '==', '!='])} {state.rng.choice([0, 1, 2])}"
    times = state.rng.choice([1, 1, 2])

    def body() -> None:
        for _ in range(times):
            statement(state)

    return state.block(condition(test), None, body, body if state.chance(0.4) else None)
