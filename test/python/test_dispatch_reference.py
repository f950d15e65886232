"""The dispatcher in Python (the specification) and the one in C++ do the same."""

import numpy as np
import pytest
from compare import check_same

import elena
from elena._dispatch_reference import Dispatcher


def reference(fn):
    """`fn` behind the Python dispatcher."""
    f = elena.jit(fn)
    return Dispatcher(f._trace_and_compile, f._normalizer(), f._refuse, f._exact_count())


def updates(x, y, n=2):
    x[:n] += y[:n]
    z = x * 2
    return x, z, {"view": x[1:n], "part": z[::-1], "n": n}, [None, z]


def base():
    return np.arange(64, dtype=np.float32).reshape(8, 8)


LAYOUTS = {
    "contiguous": lambda: (base()[:4, :4].copy(), base()[4:, 4:].copy()),
    "transposed": lambda: (base().T, base()),
    "reversed": lambda: (base()[::-1, ::-2], base()[:, :4]),
    "same": lambda: (lambda a: (a, a))(base()),
    "overlapping": lambda: (lambda a: (a[1:], a[:-1]))(base()),
    "interleaved": lambda: (lambda a: (a[:, ::2], a[:, 1::2]))(base()),
    "broadcast": lambda: (base(), np.broadcast_to(np.float32(3), (8, 8))),
    "rank 3": lambda: (base().reshape(4, 4, 4), base().reshape(4, 4, 4)[:, :1]),
    "float64": lambda: (base().astype(np.float64), base()),
    "read-only": lambda: (np.broadcast_to(np.float32(3), (8, 8)), base()),
    "empty": lambda: (base()[:0], base()[:0]),
    "wrong": lambda: (base(), base()[:, :3]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_results_and_buffers(layout):
    for n in (2, 3):
        check_same(updates, reference(updates), lambda: (*LAYOUTS[layout](), n))


def test_the_same_versions_are_made():
    native, python = elena.jit(updates), reference(updates)
    for layout in LAYOUTS.values():
        for n in (2, 3, 7):
            for f in (native, python):
                try:
                    f(*layout(), n)
                except ValueError:
                    pass
    assert native.stats()["compiles"] == sum(len(versions) for versions in python._versions.values())
    assert native.calls == python.calls and native.guard_misses == python.guard_misses


SCALE = 2.0


def test_environment():
    global SCALE
    f = reference(lambda x: x * SCALE)
    try:
        for value in (2.0, 3.0, 2.0):
            SCALE = value
            np.testing.assert_array_equal(f(base()), base() * np.float32(value))
        assert sum(map(len, f._versions.values())) == 2
    finally:
        SCALE = 2.0


def test_refusals_are_the_same():
    for value in (np.ones(3, np.float16), np.array([None]), np.ma.masked_array([1.0], [True]), np.ones(3, ">f8")):
        messages = []
        for f in (elena.jit(updates), reference(updates)):
            with pytest.raises(TypeError, match="argument 'y'") as error:
                f(base(), value)
            messages.append(str(error.value))
        assert messages[0] == messages[1]
