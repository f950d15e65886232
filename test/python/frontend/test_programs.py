"""Random programs of views, copies and in-place writes, compiled: every buffer and result equals NumPy's."""

import random

import elena
import numpy as np
import pytest
from test_chains import random_slice, step

assert elena._native.native is not None, "the native module has not been built: run scripts/setup.sh"


def write(rng, x):
    """A random in-place write that NumPy accepts for a writeable x."""
    key = tuple(random_slice(rng, size) for size in x.shape)
    other = tuple(slice(None, None, rng.choice([1, -1])) for _ in x.shape)
    n = x.shape[0] if x.ndim else 0
    indices = [rng.randrange(-n, n) for _ in range(3)] if n else []
    value = rng.randrange(5)
    options = {
        "set": lambda np, a: a.__setitem__(key, value),
        "add": lambda np, a: a.__setitem__(key, a[key] + value),
        "flip": lambda np, a: a.__setitem__(other, a),
        "mask": lambda np, a: a.__setitem__(a > value, 1),
        "mask_add": lambda np, a: a.__setitem__(a > value, a[a > value] + 1),
        "out": lambda np, a: np.add(a, a[other], out=a),
        "where": lambda np, a: np.multiply(a, 2, out=a, where=a[other] > value),
    }
    if n:
        options["scatter"] = lambda np, a: a.__setitem__(indices, a[indices] + 1)
        options["shift"] = lambda np, a: a.__setitem__(slice(1, None), a[:-1])
    return options[rng.choice(list(options))]


def program(rng, x):
    """(functions of (np, array) that return an array or None)."""
    functions, value = [], x.copy()
    for _ in range(rng.randrange(2, 7)):
        writeable = isinstance(value, np.ndarray) and value.flags.writeable and value.ndim
        if writeable and rng.random() < 0.5:
            function = write(rng, value)
            functions.append((True, function))
            function(np, value)
        else:
            _, function = step(rng, value)
            functions.append((False, function))
            value = function(np, value)
        if isinstance(value, np.generic):
            break
    return functions


SHAPES = [(6,), (6, 7), (5, 8, 6), (1, 6), (6, 1, 7), (3, 5), (2, 3, 6)]
LAYOUTS = [lambda a: a, lambda a: a.T, lambda a: a[::-1], lambda a: a[..., ::2]]


def make(seed):
    """(a random program as one function, its dtype and shape, the layout of its argument)."""
    rng = random.Random(seed)
    shape, dtype = rng.choice(SHAPES), rng.choice(["float32", "float64", "int64", "uint8"])
    layout = rng.choice(LAYOUTS)
    functions = program(rng, layout(values(shape, dtype)))

    def run(np, a):
        kept = []
        for in_place, function in functions:
            if in_place:
                function(np, a)
            else:
                a = function(np, a)
                kept.append(a)
        return kept

    return run, dtype, shape, layout


def values(shape, dtype):
    return np.arange(np.prod(shape)).astype(dtype).reshape(shape)


def check(compiled, run, base, layout):
    mine, theirs = base.copy(), base.copy()
    try:
        expected = run(np, layout(theirs))
    except (ValueError, IndexError) as error:
        with pytest.raises(type(error)):
            compiled(np, layout(mine))
        return
    result = compiled(np, layout(mine))
    np.testing.assert_array_equal(mine, theirs)
    assert len(result) == len(expected)
    for a, b in zip(result, expected):
        assert a.dtype == b.dtype and a.shape == b.shape
        if b.dtype.kind == "f":
            np.testing.assert_allclose(a, b, rtol=1e-6)
        else:
            np.testing.assert_array_equal(a, b)
        assert np.shares_memory(a, mine) == np.shares_memory(b, theirs)
        if isinstance(b, np.ndarray) and b.size:
            assert all(n == 1 or s == t for n, s, t in zip(b.shape, a.strides, b.strides))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(150))
def test_program(seed):
    run, dtype, shape, layout = make(seed)
    check(elena.jit(run), run, values(shape, dtype), layout)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_other_sizes(seed):
    """A version that was made for one size is right at every other size that its guards let through."""
    run, dtype, shape, layout = make(seed)
    compiled = elena.jit(run)
    rng = random.Random(seed)
    for _ in range(4):
        check(compiled, run, values(shape, dtype), layout)
        shape = tuple(
            n if n < 5 and rng.random() < 0.7 else rng.choice([n, n + 1, n + 2, 2 * n, 9, 5, 1])
            for n in shape
        )
