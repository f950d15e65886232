"""Small programs whose data is exact in every order: name -> (function, make_args)."""

import itertools

import numpy as np

VIEWS = {
    "whole": np.s_[:],
    "front": np.s_[:-1],
    "back": np.s_[1:],
    "reversed": np.s_[::-1],
    "even": np.s_[::2],
    "odd": np.s_[1::2],
}


def grid(dtype=np.float32):
    return np.arange(1, 25).reshape(6, 4).astype(dtype)


def _matching(a, b):
    return len(range(6)[a]) == len(range(6)[b])


def _through_views(to, source):
    """x[to] op= x[source], then reads of the result through other views."""

    def program(x, y):
        x[to] = x[source] * 2 + y[to]
        x[source] -= x[to]
        z = x + y
        z[to] += x[source]
        return z, z[::-1, 1:] - x[::-1, :-1]

    return program


def _rows(to):
    def program(x, y):
        t = np.zeros_like(x)
        t[to] = x[to] + 1
        s = t.sum(axis=1)
        t -= s[:, None]
        y[to] = t[to] * 2
        return t, y.max(axis=0), np.cumsum(t, axis=1)

    return program


def _columns(to, dtype):
    def program(x, y):
        m = x.T[:, to] > 8
        w = np.where(m, x.T[:, to], -1)
        x.T[:, to] = w + y.T[:, to]
        x[0] = x[-1]
        return w, m.any(axis=0), x.argmax(axis=1), x.min()

    return program


def _indexed(k):
    def program(x, y, i):
        a = x[i]
        x[i[::-1]] = y[:k] if k < 6 else y
        x[:, 1:3] *= 3
        return a, x[i, :2] + y[i, 2:], np.take(x, i, axis=0).sum(axis=0)

    return program, lambda: (grid(), grid() * 3, np.arange(k)[::-1].copy())


def _masked(value):
    def program(x, y):
        x[x > value] = 0
        y[x == 0] += 1
        p = np.pad(y, ((1, 1), (0, 0)))
        p[1:-1] -= x
        return p[:-2] + p[2:], np.concatenate([x, y])[::2]

    return program


def _loops(n):
    def program(x, y):
        for k in range(n):
            x[k + 1] = x[k] + y[k]
            y[k, :2] = x[k + 1, 2:]
        return x.sum(axis=0), y - x

    return program


def _all_programs():
    for (a, to), (b, source) in itertools.product(VIEWS.items(), repeat=2):
        if _matching(to, source):
            yield f"views-{a}-{b}", _through_views(to, source), lambda: (grid(), grid()[::-1].copy())
            yield f"strided-{a}-{b}", _through_views(to, source), lambda: (grid()[::-1], grid().T.copy().T)
    for (a, to), dtype in itertools.product(VIEWS.items(), (np.float32, np.float64, np.int64, np.int16)):
        name = np.dtype(dtype).name
        yield f"rows-{a}-{name}", _rows(to), lambda dtype=dtype: (grid(dtype), grid(dtype) * 2)
        yield f"columns-{a}-{name}", _columns(to, dtype), lambda dtype=dtype: (grid(dtype), grid(dtype) * 2)
    for k in range(1, 7):
        yield f"indexed-{k}", *_indexed(k)
        yield f"masked-{k}", _masked(4 * k), lambda: (grid(), grid().copy())
    for n in range(1, 6):
        yield f"loops-{n}", _loops(n), lambda: (grid(), grid() + 100)
    for k, make in itertools.product(range(3), (grid, lambda: grid(np.int32))):
        yield (
            f"nested-{k}-{make().dtype}",
            _columns(np.s_[k:], None),
            lambda k=k, make=make: (np.tile(make(), (1, 2))[:, k : k + 4], make()),
        )


PROGRAMS = {name: (program, make_args) for name, program, make_args in _all_programs()}
