"""Slices of one array that overlap: neighbours of each element. The sizes are known to be large enough, so nothing has
to be clamped, and one kernel does it all."""

import numpy as np
import pytest
from compare import check_same

import elena


def tail(g):
    return g[1:, 1:] * 2


def diagonal(g):
    return g[:-1, :-1] + g[1:, 1:]


def column(g):
    return g[:-2, 2:] + g[1:-1, 2:] + g[2:, 2:]


def row(g):
    return g[:, 2:] + g[:, 1:-1] + g[:, :-2]


def laplace(g):
    return g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:] - 4 * g[1:-1, 1:-1]


def edges(g):
    x, y = np.zeros_like(g), np.zeros_like(g)
    x[1:-1, 1:-1] = (g[:-2, 2:] + 2 * g[1:-1, 2:] + g[2:, 2:]) - (g[:-2, :-2] + 2 * g[1:-1, :-2] + g[2:, :-2])
    y[1:-1, 1:-1] = (g[2:, :-2] + 2 * g[2:, 1:-1] + g[2:, 2:]) - (g[:-2, :-2] + 2 * g[:-2, 1:-1] + g[:-2, 2:])
    strength = np.abs(x) + np.abs(y)
    strength[strength < 0.5] = 0
    return strength


def sizes():
    return [np.arange(float(h * w)).reshape(h, w) % 7 for h, w in ((9, 8), (5, 6), (3, 4), (2, 2), (1, 7), (0, 3), (40, 30))]


@pytest.mark.parametrize("stencil", [tail, diagonal, column, row, laplace])
def test_one_parallel_kernel(stencil):
    g = sizes()[0]
    lowered = elena.jit(stencil).lower(g)
    assert (len(lowered.kernels), lowered.temporaries) == (1, [])
    assert "group over [%" in lowered.as_text("group")  # not one point, done by one thread
    compiled = elena.jit(stencil)
    for g in sizes():
        check_same(stencil, compiled, lambda g=g: (g.copy(),))


def test_edges_have_no_temporary_but_the_two_gradients():
    lowered = elena.jit(edges).lower(sizes()[0])
    assert len(lowered.kernels) <= 2 and len(lowered.temporaries) <= 2
    compiled = elena.jit(edges)
    for g in sizes():
        check_same(edges, compiled, lambda g=g: (g.copy(),))
