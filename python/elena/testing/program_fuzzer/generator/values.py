"""Values: expressions that broadcast to a shape, masks, reductions, new arrays."""

from __future__ import annotations

import numpy as np

from ..expressions import Expr, name, part, subscript, value
from .calls import dtype
from .state import Rejected, State
from .views import random_view, window

INFIX = {"+": 5, "-": 5, "*": 2, "&": 0.5, "|": 0.5, "^": 0.5}
CALLS = {
    "np.minimum": 2,
    "np.maximum": 2,
    "np.add": 1,
    "np.subtract": 1,
    "np.multiply": 1,
    "np.logical_and": 0.3,
    "np.logical_xor": 0.3,
}
UNARY = (
    "(-{0})",
    "np.abs({0})",
    "np.sign({0})",
    "np.square({0})",
    "np.logical_not({0})",
    "(~{0})",
    "{0}.copy()",
    "np.floor({0})",
)
NUMBERS = ("1", "1", "2", "2", "3", "5", "-1", "-2", "0", "2.0", "True", "np.float32(2)", "np.int8(3)")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
REDUCTIONS = {"sum": 4, "max": 3, "min": 2, "any": 1, "all": 1, "argmax": 1, "argmin": 1, "count_nonzero": 0.5}


def weighted(state: State, table: dict[str, float]) -> str:
    return state.rng.choices(list(table), list(table.values()))[0]


def number(state: State) -> Expr:
    """A small number: a literal, an argument, a loop variable, an element computed before."""
    rng = state.rng
    if state.integers() and rng.random() < 0.3:
        return name(rng.choice(state.integers()))
    if state.scalars() and rng.random() < 0.4:
        return name(rng.choice(state.scalars()))
    return part(rng.choice(NUMBERS), "1")


def operand(state: State, shape: tuple[int, ...]) -> Expr:
    """An array, or a number, that broadcasts to `shape`."""
    if state.chance(0.12):
        return number(state)
    for _ in range(6):
        array = state.array()
        try:
            if state.chance(0.25):
                array = random_view(state, array)
            return window(state, array, shape)
        except Rejected:
            continue
    return number(state)


def expression(state: State, shape: tuple[int, ...], depth: int = 2) -> Expr:
    """A value that broadcasts to `shape`; a tree of at most `depth` levels."""
    if depth == 0 or state.chance(0.2):
        return operand(state, shape)
    kinds = (
        (8, infix),
        (2, call),
        (1.5, unary),
        (1.5, choice),
        (1, bounded),
        (1, cast),
        (0.8, mask),
        (1.2, normalised),
        (0.5, gathered),
    )
    return state.pick(kinds)(state, shape, depth - 1)


def infix(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    operator = weighted(state, INFIX)
    return value(f"({{0}} {operator} {{1}})", expression(state, shape, depth), expression(state, shape, depth))


def call(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    function = weighted(state, CALLS)
    return value(f"{function}({{0}}, {{1}})", expression(state, shape, depth), expression(state, shape, depth))


def unary(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    return value(state.rng.choice(UNARY), array_operand(state, shape, depth))


def array_operand(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    """An expression that is an array (a number has no methods)."""
    expr = expression(state, shape, depth)
    if not isinstance(state.value_of(expr), np.ndarray):
        raise Rejected
    return expr


def choice(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    chosen = mask(state, shape, depth)
    return value("np.where({0}, {1}, {2})", chosen, operand(state, shape), expression(state, shape, depth))


def bounded(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    """Keeps values small, so that long programs stay exact."""
    form = state.rng.choice(["({0} % {1})", "({0} // {1})", "np.clip({0}, -{1}, {1})", "np.minimum({0}, {1})"])
    return value(form, array_operand(state, shape, depth), part(state.rng.choice(["3", "4", "7"])))


def cast(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    to = f"np.{dtype(state.rng).replace('bool', 'bool_')}"
    return value(f"{{0}}.astype({to})", array_operand(state, shape, depth), watched=f"_into({{0}}, {to}).astype({to})")


def mask(state: State, shape: tuple[int, ...], depth: int = 0) -> Expr:
    bools = state.arrays(lambda array: array.dtype == bool and array.shape == shape)
    if bools and state.chance(0.5):
        return name(state.rng.choice(bools))
    comparison = state.rng.choice(COMPARISONS)
    right = part(state.rng.choice(["0", "2", "3"])) if state.chance(0.6) else operand(state, shape)
    made = value(f"({{0}} {comparison} {{1}})", operand(state, shape), right)
    if not isinstance(state.value_of(made), np.ndarray):
        raise Rejected  # one bool is no mask
    return made


def reduction(state: State, array: Expr, keepdims: bool | None = None) -> Expr:
    """Of all elements or along one or two axes."""
    rng = state.rng
    rank = state.value_of(array).ndim
    function = weighted(state, REDUCTIONS)
    options = []
    if rank and (keepdims or rng.random() < 0.75):
        axis = str(rng.randrange(-rank, rank))
        if rank > 1 and not function.startswith("arg") and rng.random() < 0.15:
            axis = str(tuple(sorted(rng.sample(range(rank), 2))))
        options.append(f"axis={axis}")
    if keepdims or (keepdims is None and rng.random() < 0.25):
        options.append("keepdims=True")
    if function == "count_nonzero" or rng.random() < 0.3:
        return value(f"np.{function}({', '.join(['{0}', *options])})", array)
    return value(f"{{0}}.{function}({', '.join(options)})", array)


def normalised(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    """`x - x.max(axis, keepdims=True)`: a reduction, read again at every element of what it reduced."""
    array = operand(state, shape)
    if not isinstance(state.value_of(array), np.ndarray):
        raise Rejected
    return value("({0} - {1})", array, reduction(state, array, keepdims=True))


def gathered(state: State, shape: tuple[int, ...], depth: int) -> Expr:
    """Elements chosen by a list or an array of indices."""
    if not shape or not shape[0]:
        raise Rejected
    source = state.array(lambda array: array.ndim == len(shape) and array.shape[1:] == shape[1:] and array.shape[0] > 0)
    return value("{0}[{1}]", source, indices(state, state.value_of(source).shape[0], shape[0]))


def indices(state: State, below: int, count: int, distinct: bool = False) -> Expr:
    def fits(array: np.ndarray) -> bool:
        if array.dtype != np.int64 or array.shape != (count,):
            return False
        return bool(((-below <= array) & (array < below)).all())

    fitting = state.arrays(fits)
    if fitting and not distinct and state.chance(0.5):
        return name(state.rng.choice(fitting))
    if count > 8 or (distinct and count > below):
        raise Rejected
    if distinct:
        numbers = state.rng.sample(range(below), count)
    else:
        numbers = [state.rng.randrange(-below, below) for _ in range(count)]
    return part(f"np.array({numbers})" if state.chance(0.5) else numbers)


# ---- new arrays ----------------------------------------------------------------------------------------------


def new_array(state: State) -> Expr:
    """zeros, ones, full, arange, copies, joined arrays."""
    kinds = ((3, _constant), (2, _copied), (3, _joined), (1, _like), (0.7, _arange))
    return state.pick(kinds)(state)


def shape_like(state: State) -> tuple[int, ...]:
    """The shape of some array, sometimes larger."""
    shape = state.value_of(state.array()).shape
    if shape and state.chance(0.3):
        k = state.rng.randrange(len(shape))
        shape = (*shape[:k], shape[k] + state.rng.choice([1, 2]), *shape[k + 1 :])
    return shape


def _constant(state: State) -> Expr:
    shape, kind = shape_like(state), f"np.{dtype(state.rng).replace('bool', 'bool_')}"
    form = state.rng.choice(["np.zeros({0}, {1})", "np.ones({0}, {1})", "np.full({0}, 3, {1})"])
    return value(form, part(shape), part(kind))


def _copied(state: State) -> Expr:
    array = random_view(state, state.array()) if state.chance(0.5) else state.array()
    return value(state.rng.choice(["{0}.copy()", "np.array({0})", "np.copy({0})"]), array)


def _joined(state: State) -> Expr:
    first = state.array(lambda array: array.ndim > 0)
    shape = state.value_of(first).shape
    second = state.array(lambda array: array.shape == shape)
    if state.chance(0.3):
        return value(f"np.stack([{{0}}, {{1}}], axis={state.rng.randrange(len(shape) + 1)})", first, second)
    axis = state.rng.randrange(len(shape))
    if axis == 0 and state.chance(0.5):  # parts of different length
        second = subscript(second, [state.rng.choice(["1:", "::-1"])])
    return value(f"np.concatenate([{{0}}, {{1}}], axis={axis})", first, second)


def _like(state: State) -> Expr:
    form = state.rng.choice(["np.zeros_like({0})", "np.ones_like({0})", "np.full_like({0}, 2)"])
    return value(form, state.array())


def _arange(state: State) -> Expr:
    kind = state.rng.choice(["", ", dtype=np.float32", ", dtype=np.int32"])
    return value(f"np.arange({{0}}{kind})", part(state.rng.choice(["4", "7", "n", "m", "n + 3"])))
