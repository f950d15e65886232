"""Views: slices of every kind, flips, transposes, reshapes, broadcasts; and windows of one shape out of any array."""

from __future__ import annotations

from ..expressions import Expr, part, subscript, view
from .state import Rejected, State

MAX_RANK = 4


def random_slice(state: State, extent: int) -> str:
    """A slice of a dimension; sometimes beyond its ends, sometimes empty."""
    rng = state.rng
    a, b = sorted((rng.randrange(extent + 1), rng.randrange(extent + 1)))
    variable = rng.choice(state.integers() or ["1"])
    texts = {
        f"{rng.choice([1, 1, 1, 2])}:": 5,
        f":-{rng.choice([1, 1, 1, 2])}": 5,
        f"{a}:{b}": 3 if b > a else 0.2,
        f":{b}": 1 if b else 0.2,
        "1:-1": 2,
        ":": 3,
        "::2": 2,
        "1::2": 2,
        "::3": 1,
        "::-1": 3,
        "::-2": 1,
        "-2::-1": 1,
        f"{b}:{a}:-1": 0.5,
        f"{a}:{b}:{rng.choice([2, 3])}": 0.7,
        f"-{extent + 3}:{extent + 9}": 0.4,
        f"{variable}:": 1.5,
        f":{variable}": 0.7,
        f"{variable}:{variable} + {max(1, extent // 2)}": 1,
        f":-{variable}": 0.4,
    }
    return rng.choices(list(texts), list(texts.values()))[0]


def sliced(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    """`array[...]` with slices, numbers and None."""
    rng, items = state.rng, []
    used = rng.randrange(1, len(shape) + 1) if shape else 0
    for extent in shape[:used]:
        kind = rng.random()
        if kind < 0.12 and extent and len(shape) > 1:
            items.append(str(rng.choice([0, -1, rng.randrange(extent), *_loop_variables(state)])))
        else:
            items.append(random_slice(state, extent) if kind < 0.85 else ":")
    if used and used < len(shape) and state.chance(0.3):
        items = ["...", *[random_slice(state, n) if item != ":" else item for n, item in zip(shape[-used:], items)]]
    if len(shape) < MAX_RANK and state.chance(0.1):
        items.insert(rng.randrange(len(items) + 1), "None")
    return subscript(array, items)


def _loop_variables(state: State) -> list[str]:
    return 3 * state.loops


def transposed(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    axes = list(range(len(shape)))
    state.rng.shuffle(axes)
    text = state.rng.choice(["{0}.T", f"{{0}}.transpose({', '.join(map(str, axes))})", "np.swapaxes({0}, 0, -1)"])
    return view(text if len(shape) > 1 else "{0}.T", array)


def flipped(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    axis = state.rng.choice(["", *(f", axis={k}" for k in range(len(shape)))])
    return view(f"np.flip({{0}}{axis})", array)


def reshaped(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    """A view where NumPy can, else a copy: which is for NumPy to decide."""
    size = 1
    for n in shape:
        size *= n
    divisors = [d for d in range(1, size + 1) if size % d == 0] or [1]
    d = state.rng.choice(divisors)
    forms = ["{0}.reshape(-1)", f"{{0}}.reshape({d}, {size // d})", "{0}.ravel()"]
    if len(shape) > 1 and size:
        forms += [f"{{0}}.reshape({shape[0]}, -1)", f"{{0}}.reshape(-1, {shape[-1]})", f"{{0}}.reshape{shape[::-1]}"]
    return view(state.rng.choice(forms), array)


def broadcast(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    if len(shape) >= MAX_RANK:
        raise Rejected
    return view("np.broadcast_to({0}, {1})", array, part((state.rng.choice([1, 2, 3]), *shape)))


def diagonal(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    # NumPy's is read-only.
    return view(f"np.diagonal({{0}}{state.rng.choice(['', ', 1', ', -1'])})", array)


def expanded(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    if len(shape) >= MAX_RANK:
        raise Rejected
    return view(f"np.expand_dims({{0}}, {state.rng.randrange(len(shape) + 1)})", array)


def random_view(state: State, array: Expr) -> Expr:
    """Some view of an array, of any shape."""
    shape = state.value_of(array).shape
    if not shape:
        return view("{0}[...]", array)
    rank = len(shape)
    kinds = (
        (10, sliced),
        (2 if rank > 1 else 0.2, transposed),
        (1.5, flipped),
        (2, reshaped),
        (0.6, broadcast),
        (0.6 if rank > 1 else 0, diagonal),
        (0.4, expanded),
    )
    return state.pick(kinds)(state, array, shape)


def window(state: State, array: Expr, shape: tuple[int, ...]) -> Expr:
    """A view of `array` that broadcasts to `shape`: shifted or reversed at random where it is larger.

    This is what makes views that overlap in part: `x[1:]` and `x[:-1]` are windows of one shape in one array.
    """
    own = state.value_of(array).shape
    if len(own) > len(shape):
        extra = len(own) - len(shape)
        items = [str(state.rng.choice([0, -1])) for _ in range(extra)]
        if any(n == 0 for n in own[:extra]):
            raise Rejected
        own = own[extra:]
    else:
        items = []
    for extent, wanted in zip(own, shape[len(shape) - len(own) :]):
        items.append(_span(state, extent, wanted))
    if all(item == ":" for item in items):
        if len(own) == 2 and own[0] == own[1] and state.chance(0.25):
            return view("{0}.T", array)
        return array
    return subscript(array, items)


def _span(state: State, extent: int, wanted: int) -> str:
    """A slice with `wanted` of `extent` elements, or with one that is broadcast."""
    rng = state.rng
    if extent < wanted and extent != 1:
        if not extent:
            raise Rejected
        k = rng.randrange(extent)
        return f"{k}:{k + 1}"
    if extent == 1 or extent == wanted:
        return "::-1" if wanted > 1 and extent > 1 and state.chance(0.2) else ":"
    if wanted > 1 and extent >= 2 * wanted - 1 and state.chance(0.3):
        return f":{2 * wanted - 1}:2"
    start = rng.randrange(extent - wanted + 1)
    if state.chance(0.15) and wanted:
        first = start + wanted - 1
        return f"{first}:{start - 1}:-1" if start else f"{first}::-1"
    if start + wanted == extent:
        return f"{start}:" if start else ":"
    return f"{start}:{start + wanted}" if start else f":{wanted}"
