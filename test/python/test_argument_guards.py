"""Which version runs for arguments that share memory, or only seem to: views that interleave, the very same array.

The first version of a call's kind is made for arguments that are apart. A second one means that the first refused.
"""

from __future__ import annotations

import numpy as np
import pytest
from compare import check_same

import elena
from elena.testing.interpreted import interpreted
from elena.testing.traffic import CountedFunction, traffic


def shifted(a, b):
    """Reads b at another index than a is written at: a temporary, if they may be one."""
    a[:] = b[::-1] * 2
    a += b


def versions_of(fn, make_args) -> int:
    """How many versions a call needs, compared with NumPy on all buffers, twice: the second call compiles nothing."""
    compiled = elena.jit(fn)
    check_same(fn, compiled, make_args)
    compiles = compiled.stats()["compiles"]
    check_same(fn, compiled, make_args)
    assert compiled.stats()["compiles"] == compiles
    check_same(fn, interpreted(fn), make_args)
    return compiles


def matrix() -> np.ndarray:
    return np.arange(96, dtype=np.float32).reshape(12, 8)


def vector() -> np.ndarray:
    return np.arange(90, dtype=np.float32)


# ---- apart, though their ranges of bytes meet ------------------------------------------------------------------


APART = {
    "halves of columns": lambda m: (m[:, :4], m[:, 4:]),
    "columns": lambda m: (m[:, 2], m[:, 5]),
    "even and odd columns": lambda m: (m[:, ::2], m[:, 1::2]),
    "odd ones backwards": lambda m: (m[:, ::2], m[:, ::-2]),
    "even and odd rows": lambda m: (m[::2], m[1::2]),
    "even and odd elements": lambda m: (m.reshape(-1)[::2], m.reshape(-1)[1::2]),
    "transposed": lambda m: (m[:4, :4].T, m[4:8, 4:]),
    "blocks of rows of blocks": lambda m: (m[::3, :4], m[1::3, 4:]),
}


@pytest.mark.parametrize("pair", APART)
def test_views_that_interleave_take_the_fast_version(pair):
    assert versions_of(shifted, lambda: APART[pair](matrix())) == 1


SHARED = {
    "columns in common": lambda m: (m[:, :5], m[:, 3:]),
    "every third and every second": lambda m: (m.reshape(-1)[:60:3], m.reshape(-1)[:40:2]),
    "one column more": lambda m: (m[:, 1:5], m[:, 4:]),
    "reversed": lambda m: (m, m[::-1]),
    "transposed": lambda m: (m[:8], m[:8].T),
}


@pytest.mark.parametrize("pair", SHARED)
def test_views_that_overlap_take_the_slow_one(pair):
    assert versions_of(shifted, lambda: SHARED[pair](matrix())) == 2


def test_elements_of_two_sizes():
    def fn(a, b):
        a[:] = b[::-1]

    x = np.arange(20.0)
    second_quarters = x.view(np.float32)[1::4]  # of every 16 bytes
    assert versions_of(fn, lambda: (second_quarters, x[1::2])) == 1
    assert versions_of(fn, lambda: (second_quarters, x[::2])) == 2


def test_the_fast_version_needs_no_temporary():
    fast = traffic(shifted, *APART["even and odd columns"](matrix()))
    slow = traffic(shifted, *SHARED["columns in common"](matrix()))
    assert (fast.temporaries, slow.temporaries) == (0, 2)


def test_versions_of_one_kind_live_side_by_side():
    compiled = elena.jit(shifted)
    starts = [((0, 1), 1), ((1, 0), 1), ((0, 4), 2), ((0, 0), 3), ((0, 1), 3), ((0, 6), 3), ((2, 2), 3), ((0, 3), 3)]
    for (a, b), compiles in starts:
        x = vector()
        check_same(shifted, compiled, lambda x=x, a=a, b=b: (x[a:][:80:2], x[b:][:80:2]))
        assert compiled.stats()["compiles"] == compiles, (a, b)


# ---- the very same array -----------------------------------------------------------------------------------------


def add_and_scale(a, b):
    a += b * 2
    a *= 3


def test_an_array_twice_is_one_kernel_without_a_temporary():
    x = matrix()
    found = traffic(add_and_scale, x, x)
    assert (found.kernels, found.temporaries) == (1, 0)
    assert (found.read_unique, found.written_unique) == (x.nbytes, x.nbytes)


def test_an_array_twice_that_needs_a_temporary_has_one():
    x = matrix()
    assert traffic(shifted, x, x).temporaries == 1
    assert versions_of(shifted, lambda: (x, x)) == 2


def three(a, b, c):
    a += b * 2
    c[::-1] += a
    b -= c
    return b[1:], c, a


PATTERNS = {
    "x, x, y": lambda x, y: (x, x, y),
    "x, y, x": lambda x, y: (x, y, x),
    "y, x, x": lambda x, y: (y, x, x),
    "x, x, x": lambda x, y: (x, x, x),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_which_of_three_are_the_same(pattern):
    assert versions_of(three, lambda: PATTERNS[pattern](matrix(), matrix() + 1)) == 2


def test_another_pattern_is_another_version():
    compiled = elena.jit(three)
    for compiles, pattern in enumerate(PATTERNS, start=2):
        for _ in range(2):
            check_same(three, compiled, lambda: PATTERNS[pattern](matrix(), matrix() + 1))
            check_same(three, compiled, lambda: (matrix(), matrix() + 1, matrix() + 2))
            assert compiled.stats()["compiles"] == compiles


def test_two_the_same_and_a_third_that_overlaps_them():
    def args():
        m = np.arange(104, dtype=np.float32)
        return m[:96].reshape(12, 8), m[:96].reshape(12, 8), m[8:].reshape(12, 8)

    assert versions_of(three, args) == 3


def test_apart_the_same_and_overlapping_in_turn():
    compiled = elena.jit(three)
    calls = [
        lambda v: (v[:20], v[20:40], v[40:60]),
        lambda v: (v[:20], v[:20], v[40:60]),
        lambda v: (v[:20], v[1:21], v[40:60]),
        lambda v: (v[:20], v[:20], v[19:39]),
        lambda v: (v[5:25], v[5:25], v[40:60]),
        lambda v: (v[:20], v[30:50], v[60:80]),
    ]
    for call in calls + calls[::-1]:
        check_same(three, compiled, lambda call=call: call(vector()))
    assert compiled.stats()["compiles"] == 3


def test_results_are_views_of_the_arguments():
    def fn(a, b):
        a += b
        return b[1:], b, a[::2]

    x = vector()
    part, same, even = elena.jit(fn)(x, x)
    assert same is x
    assert part.base is x and even.base is x
    assert part.ctypes.data == x[1:].ctypes.data

    # Two array objects of one memory.
    a, b = x[:], x[:]
    part, same, even = elena.jit(fn)(a, b)
    assert same is b
    assert part.base is x and even.base is x


def test_a_read_only_view_of_the_same_memory():
    def fn(a, b):
        a += b * 2
        return b

    def args():
        x = vector()
        y = x[:]
        y.flags.writeable = False
        return x, y

    assert versions_of(fn, args) == 2


def test_the_same_memory_as_another_dtype_is_not_the_same():
    def fn(a, b):
        a += b[::-1] + 1

    def args():
        x = np.arange(20, dtype=np.int32)
        return x, x.view(np.uint32)

    assert versions_of(fn, args) == 2
    x = np.arange(20, dtype=np.int32)
    assert traffic(fn, x, x.view(np.uint32)).temporaries == 1


def test_the_same_in_containers_and_beside_scalars():
    def fn(pair, k, named, scale):
        pair[0][:] += named["x"] * scale + k
        pair[1][:] *= pair[0]
        return named["x"][2:]

    def args():
        x, y = vector(), vector() + 1
        return (x, y), 3, {"x": x}, np.float32(2)

    assert versions_of(fn, args) == 2


def test_an_argument_that_is_also_captured():
    captured = vector()

    def fn(a):
        a += captured[::-1]

    x = vector()
    elena.jit(fn)(x)
    np.testing.assert_array_equal(x, vector() + vector()[::-1])
    elena.jit(fn)(captured)
    np.testing.assert_array_equal(captured, vector() + vector()[::-1])


def test_empty_arrays_are_apart():
    def args():
        x = vector()[:0]
        return x, x

    assert versions_of(shifted, args) == 1


def test_the_reference_dispatcher_chooses_alike():
    counted = CountedFunction(three)
    x, y = matrix(), matrix() + 1
    for compiles, args in enumerate([(x, y, x + y), (x, x, y), (x, y, y)], start=1):
        counted(*args)
        counted(*args)
        assert counted.compiles == compiles
    native = elena.jit(three)
    for args in [(x, y, x + y), (x, x, y), (x, y, y)]:
        native(*args)
    assert native.stats()["compiles"] == 3


@pytest.mark.parametrize("make", [elena.jit, interpreted, CountedFunction], ids=lambda make: make.__name__)
def test_random_views_of_one_matrix(make):
    """All versions of three() that its arguments' relations call for, in a random order."""
    rng = np.random.default_rng(5)
    compiled = make(three)
    for _ in range(150):
        base = np.arange(500, dtype=np.int32).reshape(20, 25)

        def view(base=base):
            rows, columns = rng.integers(1, 3), rng.integers(2, 4)
            part = base[rng.integers(0, 3) :: rows, rng.integers(0, 4) :: columns]
            return part[:6, :7]

        views = [view(), view(), view()]
        if rng.integers(3) == 0:
            views[rng.integers(3)] = views[rng.integers(3)]
        check_same(three, compiled, lambda views=views: tuple(views))
