"""Arguments: the ones a program is drawn for, and others to call the same compiled function with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..arguments import ALIASES, LAYOUTS, AliasArgument, Argument, Arguments, ArrayArgument, IntArgument

DTYPES = {
    "float32": 5,
    "float64": 2,
    "int32": 2,
    "int64": 2,
    "bool": 1,
    "int8": 1,
    "int16": 1,
    "uint8": 1,
    "uint16": 1,
    "uint32": 1,
    "uint64": 1,
}
LAYOUT_WEIGHTS = {
    "contiguous": 9,
    "sliced": 2,
    "strided": 2,
    "spread": 1,
    "transposed": 2,
    "flipped": 2,
    "head": 2,
    "repeated": 0.4,
}


def dtype(rng: random.Random) -> str:
    return rng.choices(list(DTYPES), list(DTYPES.values()))[0]


def draw_arguments(rng: random.Random) -> Arguments:
    """1 to 4 arrays, often of one dtype and few extents, so that they fit together; then n and m."""
    extents, common = _extents(rng), dtype(rng)
    items: list[Argument] = []
    for k in range(rng.choice([1, 1, 2, 2, 2, 3, 3, 4])):
        alias = _alias(rng, f"x{k}", items) if k and rng.random() < 0.35 else None
        items.append(alias or _array(rng, f"x{k}", extents, common if rng.random() < 0.7 else dtype(rng)))
    if rng.random() < 0.2:
        below = max(1, min(extents))
        shape = (rng.choice(extents),)
        items.append(ArrayArgument(f"x{len(items)}", shape, "int64", seed=rng.randrange(9), index_below=below))
    numbers = (IntArgument("n", rng.choice([0, 1, 2, 2, 3])), IntArgument("m", rng.choice([1, 2, 3, 4])))
    return Arguments((*items, *numbers))


def _extents(rng: random.Random) -> list[int]:
    kind = rng.random()
    if kind < 0.06:
        extra = 0
    elif kind < 0.18:
        extra = 1
    elif kind < 0.3:
        extra = rng.choice([16, 17, 33, 40, 65])
    else:
        extra = rng.randrange(2, 9)
    return [rng.randrange(3, 8), extra, rng.randrange(2, 7)][: rng.choice([2, 2, 3])]


def _array(rng: random.Random, name: str, extents: list[int], kind: str) -> ArrayArgument:
    rank = rng.choice([0, 1, 1, 1, 2, 2, 2, 2, 3, 3])
    shape = tuple(rng.choice(extents) for _ in range(rank))
    while np.prod(shape) > 1000:
        shape = shape[1:]
    return ArrayArgument(name, shape, kind, _layout(rng), rng.randrange(9))


def _layout(rng: random.Random) -> str:
    assert LAYOUT_WEIGHTS.keys() == LAYOUTS.keys()
    return rng.choices(list(LAYOUT_WEIGHTS), list(LAYOUT_WEIGHTS.values()))[0]


def _alias(rng: random.Random, name: str, items: list[Argument]) -> AliasArgument | None:
    arrays = [item for item in items if isinstance(item, ArrayArgument) and item.shape]
    if not arrays:
        return None
    of = rng.choice(arrays)
    if of.layout == "head" and rng.random() < 0.6:
        return AliasArgument(name, of.name, "{1}[1:]")  # the same shape, one row further
    return AliasArgument(name, of.name, rng.choice(ALIASES))


# ---- other calls of the same function -------------------------------------------------------------------------


def other_calls(rng: random.Random, arguments: Arguments) -> list[Arguments]:
    """Other layouts and aliasing, other sizes: does the version compiled first fit, or know that it does not?

    Some do not fit the program, which then does not make them.
    """
    calls = []
    if rng.random() < 0.5:
        calls.append(Arguments(tuple(_other_memory(rng, arguments))))
    if rng.random() < 0.5:
        calls.append(Arguments(tuple(_other_sizes(rng, arguments))))
    return calls


def _other_memory(rng: random.Random, arguments: Arguments) -> Iterator[Argument]:
    _, values = arguments.make()
    seen: list[ArrayArgument] = []
    for item, array in zip(arguments.items, values):
        if isinstance(item, AliasArgument):
            item = ArrayArgument(item.name, array.shape, array.dtype.name, seed=rng.randrange(9))
        elif isinstance(item, ArrayArgument) and item.shape and not item.index_below:
            equal = [o for o in seen if (o.shape, o.dtype) == (item.shape, item.dtype) and not o.index_below]
            if equal and rng.random() < 0.6:
                of = rng.choice(equal)
                yield AliasArgument(item.name, of.name, "{1}[1:]" if of.layout == "head" else "{0}")
                continue
            item = replace(item, layout=_layout(rng), seed=rng.randrange(9))
        if isinstance(item, ArrayArgument):
            seen.append(item)
        yield item


def _other_sizes(rng: random.Random, arguments: Arguments) -> Iterator[Argument]:
    extents = {n for item in arguments.items if isinstance(item, ArrayArgument) for n in item.shape}
    grown = {n: n + rng.choice([0, 1, 2, 5]) if n > 1 else n for n in extents}
    for item in arguments.items:
        if isinstance(item, ArrayArgument):
            item = replace(item, shape=tuple(grown[n] for n in item.shape))
        yield item
