"""Arrays at odd addresses, as they come out of files and messages (Dask gives such)."""

import numpy as np
import pytest

import elena


def odd(values, offset=1):
    """A copy that starts `offset` bytes off."""
    values = np.asarray(values)
    raw = np.zeros(values.nbytes + 64, np.uint8)
    view = raw[offset : offset + values.nbytes].view(values.dtype).reshape(values.shape)
    view[...] = values
    assert not view.flags.aligned
    return view


def in_place(x, y):
    x[1:] += y[:-1]
    x *= 2
    return x.sum(axis=0), x[::-1] - y


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.int64])
@pytest.mark.parametrize("size", [3, 1000])
def test_results_and_arguments(dtype, size):
    compiled = elena.jit(in_place)
    values = (np.arange(4 * size) % 17).reshape(size, 4).astype(dtype)
    for make in (odd, np.array, lambda v: odd(v, 3)):
        x, y, p, q = make(values), odd(values * 2), values.copy(), values * 2
        for one, other in zip(compiled(x, y), in_place(p, q)):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(x, p)
        np.testing.assert_array_equal(y, q)
    assert compiled.stats()["compiles"] == 2  # one where both are odd, one where y is


def test_arrays_that_share_parts_of_elements():
    raw, same = (np.arange(64, dtype=np.uint8) for _ in range(2))
    views = [(r[0:32].view(np.int32), r[2:34].view(np.int32)) for r in (raw, same)]

    def shift(x, y):
        x[...] = y + 1

    elena.jit(shift)(*views[0])
    shift(*views[1])
    np.testing.assert_array_equal(raw, same)


def test_a_captured_array():
    table = odd(np.arange(8.0))
    np.testing.assert_array_equal(elena.jit(lambda x: x + table)(np.ones(8)), 1 + np.arange(8.0))


def test_a_gpu_needs_aligned_arrays():
    with pytest.raises(TypeError, match="array 'x' is not aligned in memory, as a GPU needs"):
        elena.jit(lambda x: x + 1).lower(odd(np.ones(5)), target="cuda")
