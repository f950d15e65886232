"""Random chains of views, evaluated by NumPy.

A chain is a base view (shape and strides, in elements) and the ops applied to it. Each op is stored
as data (`Op`), so that it can be written for `elena-view-arith` (`to_arith`) and for `elena-opt`
(`view_chains_mlir.py`). NumPy's answer is `Chain.expected`: (offset, sizes, strides) in elements,
or None where the last op, a reshape, makes a copy of the view `Chain.copied`.
"""

import random
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

ITEMSIZE = 4
MEMORY = np.zeros(1 << 14, np.float32)
ORIGIN = MEMORY.size // 2  # element 0 of every base view


@dataclass(frozen=True)
class Op:
    name: str
    operands: tuple  # as `elena-view-arith` takes them
    shape: tuple  # of the result
    source_shape: tuple


@dataclass(frozen=True)
class Chain:
    shape: tuple
    strides: tuple
    ops: tuple
    expected: tuple | None
    copied: tuple | None = None


def layout(array):
    """(offset from the base view's element 0, sizes, strides), in elements."""
    offset = array.__array_interface__["data"][0] - MEMORY.__array_interface__["data"][0]
    return offset // ITEMSIZE - ORIGIN, array.shape, tuple(s // ITEMSIZE for s in array.strides)


def at_origin(offset, shape, strides):
    return as_strided(MEMORY[ORIGIN + offset :], shape, [s * ITEMSIZE for s in strides])


def random_base(rng):
    rank = rng.randint(0, 4)
    shape = tuple(rng.choice((0, 1, 1, 2, 3, 4, 5, 6)) for _ in range(rank))
    if rng.random() < 0.6:  # dense, then perhaps transposed or reversed: reshapes are often views
        order = rng.sample(range(rank), rank) if rng.random() < 0.3 else range(rank)
        strides, step = [0] * rank, rng.choice((1, 1, 2))
        for d in reversed(order):
            strides[d] = step * (-1 if rng.random() < 0.1 else 1)
            step *= max(shape[d], 1)
    else:
        strides = [rng.randint(-20, 20) for _ in range(rank)]
    return shape, tuple(strides)


def random_slice(rng, n):
    def bound():
        return None if rng.random() < 0.3 else rng.randint(-n - 3, n + 3)

    return slice(bound(), bound(), rng.choice((1, 1, 1, 2, 3, -1, -2)))


def random_factors(rng, count):
    """A random shape with that many elements."""
    factors = []
    while count > 1:
        factor = rng.choice([f for f in range(2, count + 1) if count % f == 0])
        factors.append(factor)
        count //= factor
    for _ in range(rng.randint(0, 2)):
        factors.insert(rng.randint(0, len(factors)), 1)
    rng.shuffle(factors)
    return tuple(factors)


def random_reshape(rng, shape):
    if 0 in shape:
        return tuple(rng.sample((0, *rng.choices((1, 2, 3), k=rng.randint(0, 2))), 1)) + (0,)
    choice = rng.random()
    if choice < 0.4 and len(shape) >= 2:  # merge two neighbours
        d = rng.randrange(len(shape) - 1)
        return (*shape[:d], shape[d] * shape[d + 1], *shape[d + 2 :])
    if choice < 0.8 and shape:  # split one
        d = rng.randrange(len(shape))
        return (*shape[:d], *random_factors(rng, shape[d]), *shape[d + 1 :])
    return random_factors(rng, int(np.prod(shape, dtype=int)))


def random_op(rng, x):
    """(name, operands, NumPy's result or None for a copy), or None to try again."""
    rank, shape = x.ndim, x.shape
    name = rng.choice(OPS)
    if name == "slice":
        slices = tuple(random_slice(rng, n) for n in shape)
        return name, (slices,), x[slices] if rank else x[...]
    if name == "select":
        dims = [d for d in range(rank) if shape[d]]
        if not dims:
            return None
        dim = rng.choice(dims)
        index = rng.randint(-shape[dim], shape[dim] - 1)
        # A slice of everything else keeps a 0-d result an array.
        return name, (dim, index), x[(*[slice(None)] * dim, index, ...)]
    if name == "newaxis":
        if rank > 4:
            return None
        dims = tuple(sorted(rng.sample(range(rank + 2), 2))) if rng.random() < 0.3 else (rng.randint(0, rank),)
        index = [slice(None)] * rank
        for d in dims:
            index.insert(d, None)
        return name, (dims,), x[tuple(index)]
    if name == "squeeze":
        dims = tuple(d for d in range(rank) if shape[d] == 1 and rng.random() < 0.7)
        return (name, (dims,), np.squeeze(x, dims)) if dims else None
    if name == "transpose":
        permutation = tuple(rng.sample(range(rank), rank))
        return name, (permutation,), x.transpose(permutation)
    if name == "broadcast":
        if rank > 4:
            return None
        target = tuple(rng.randint(0, 4) if n == 1 and rng.random() < 0.8 else n for n in shape)
        target = tuple(rng.randint(0, 3) for _ in range(rng.randint(0, 2))) + target
        return name, (target,), np.broadcast_to(x, target)
    if name == "reshape":
        target = random_reshape(rng, shape)
        result = x.reshape(target)
        copied = x.size and result.__array_interface__["data"][0] != x.__array_interface__["data"][0]
        return name, (target,), None if copied else result
    if name == "flip":
        if rank == 0:
            return None  # np.flip makes a scalar of it
        dims = tuple(d for d in range(rank) if rng.random() < 0.5)
        return name, (dims,), np.flip(x, dims)
    if name == "diagonal":
        if rank < 2:
            return None
        first, second = rng.sample(range(rank), 2)
        offset = rng.randint(-4, 4)
        return name, (offset, first, second), np.diagonal(x, offset, first, second)
    if name == "window":
        if rank == 0 or rank > 3:
            return None
        dims = tuple(rng.sample(range(rank), rng.randint(1, min(2, rank))))
        windows = tuple(rng.randint(min(1, shape[d]), shape[d]) for d in dims)
        return name, (windows, dims), sliding_window_view(x, windows, dims)
    assert name == "strided"
    sizes = tuple(rng.randint(0, 3) for _ in range(rng.randint(0, 3)))
    strides = tuple(rng.randint(-9, 9) for _ in sizes)
    offset = rng.randint(-5, 5)
    return name, (offset, sizes, strides), at_origin(layout(x)[0] + offset, sizes, strides)


OPS = (
    *("slice", "slice", "slice", "select", "newaxis", "squeeze", "transpose", "transpose"),
    *("broadcast", "reshape", "reshape", "reshape", "flip", "diagonal", "window", "strided"),
)


def random_chain(rng):
    shape, strides = random_base(rng)
    x = at_origin(0, shape, strides)
    ops = []
    for _ in range(rng.randint(1, 6)):
        step = None
        while step is None:
            step = random_op(rng, x)
        name, operands, result = step
        if result is None:
            ops.append(Op(name, operands, operands[0], x.shape))
            return Chain(shape, strides, tuple(ops), None, layout(x))
        ops.append(Op(name, operands, result.shape, x.shape))
        x = result
    return Chain(shape, strides, tuple(ops), layout(x))


def random_chains(count, seed):
    rng = random.Random(seed)
    return [random_chain(rng) for _ in range(count)]


def ints(values):
    return ",".join(map(str, values)) or "-"


def bounds(s):
    start, stop = ("_" if b is None else str(b) for b in (s.start, s.stop))
    return f"{start}:{stop}:{s.step}"


def operand_text(operand):
    if isinstance(operand, int):
        return str(operand)
    if operand and isinstance(operand[0], slice):
        return ",".join(map(bounds, operand))
    return ints(operand)


def to_arith(chain):
    """A line for elena-view-arith."""
    words = [f"{ints(chain.shape)} {ints(chain.strides)}"]
    words += [" ".join([op.name, *map(operand_text, op.operands)]) for op in chain.ops]
    return " ; ".join(words)


def expected_text(expected):
    if expected is None:
        return "COPY"
    offset, sizes, strides = expected
    return f"{offset} {ints(sizes)} {ints(strides)}"
