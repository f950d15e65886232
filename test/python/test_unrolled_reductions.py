"""Reductions over a few elements are expressions: same values as the loops, NaN, ties and signed zeros included."""

import elena
import numpy as np
import pytest

REDUCTIONS = ("sum", "prod", "min", "max", "argmin", "argmax", "any", "all")
VALUES = (0.0, -0.0, 1.5, -2.25, np.nan, np.inf, -np.inf, 30.0, 3.0, 3.0, 0.125, 7.0)


def rows(count, dtype, specials):
    """Rows of `count` values in different orders."""
    rng = np.random.default_rng(count)
    values = [value for value in VALUES if specials or abs(value) < 100]
    return rng.choice(np.array(values), size=(64, count)).astype(dtype)


@pytest.mark.parametrize("count", [1, 2, 4, 8, 9])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "u1", "?"])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_same_values_as_the_loop(name, dtype, count):
    def fused(x):
        pieces = np.stack([x[:, k] for k in range(count)], axis=-1)
        return getattr(pieces, name)(axis=-1), getattr(np.stack([x, x], axis=1), name)(axis=1)

    x = rows(count, dtype, specials=dtype.startswith("f"))
    with np.errstate(all="ignore"):
        expected = fused(x)
    looped = elena.jit(fused, fuse="-unroll")(x)
    for actual, loop, numpy in zip(elena.jit(fused)(x), looped, expected):
        assert actual.dtype == numpy.dtype
        assert actual.tobytes() == loop.tobytes()
        np.testing.assert_allclose(actual, numpy, rtol=1e-6)


def test_rows_in_place_of_what_they_are_reduced_from():
    def fused(x):
        np.min(x, axis=1, out=x[:, 1])
        x[0] = x[:4].sum(axis=0)
        return x

    x = rows(4, "f8", specials=False)
    expected = fused(x.copy())
    np.testing.assert_array_equal(elena.jit(fused)(x.copy()), expected)
