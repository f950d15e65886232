"""Idioms of ordinary code around arrays and run-time numbers, against Python and NumPy."""

import collections
import functools
import itertools
import math
import typing

import numpy as np
import pytest
from compare import check_same

import elena

X = np.arange(24, dtype=np.float32).reshape(4, 6)


class Box(typing.NamedTuple):
    data: object
    scale: int = 3

    @property
    def scaled(self):
        return self.data * self.scale

    def moved(self, by):
        return self.data + by


def lists_change(x):
    rows = [x] * 3
    rows[1] = x + 1
    rows.insert(0, x * 2)
    rows.extend([x])
    rows += [x]
    last = rows.pop()
    rows.reverse()
    del rows[0]
    return rows, len(rows), last is x


def leaves_a_loop_early(x, n):
    for i in range(10):
        if i >= n:
            return x * i
    return x


def while_on_a_number(x, n):
    k = 0
    while n > 1:
        n //= 2
        k += 1
    return x + k, n


def finally_and_except(x):
    for k in ("a", "b"):
        try:
            if k == "a":
                raise KeyError(k)
            return k, x
        except KeyError as error:
            x = x * len(error.args[0])
        finally:
            x = x + 1
    return None


def shapes(x):
    first, *rest = x.shape
    n, m = x.shape[0], x.shape[1]
    same = x.reshape(-1, 2).shape == (12, 2)
    return first, rest, same, sum(x.shape), math.prod(x.shape), x.shape[::-1], x.reshape((n * m,)), np.prod(x.shape)


def metadata(x):
    assert x.shape == x.T.T.shape and (x.shape, 1) == (x.shape, 1)
    info = np.finfo(x.dtype)
    kinds = x.dtype == np.float32, str(x.dtype), x.dtype.itemsize, np.issubdtype(x.dtype, np.floating)
    return kinds, x.strides, x.nbytes, x * info.eps, x.__class__ is np.ndarray


def integer_operators(n, m):
    return n / m, n // m, n % m, n**2, 7 // m, 2 ** abs(m), -n, ~n, n & 1, n << 2, n < m, n == 5.0, not n, n or m


def float_operators(n, s):
    return s // 2, s % 2.0, s**2, n * s, n - s, max(n, s), min(s, n), int(s), round(s), s and n, n <= s, -s, abs(s)


def recursive(x, depth=3):
    return x if depth == 0 else recursive(x + 1, depth - 1)


def chosen_by_name(x, name):
    return {"relu": lambda v: np.maximum(v, 0), "neg": np.negative}[name](x)


def attributes_by_name(x, op="add"):
    return getattr(np, op)(x, 2), getattr(x, "sum")(axis=0), getattr(x, "nope", None), hasattr(x, "T")


CASES = [
    (lists_change, (X,)),
    (leaves_a_loop_early, (X, 3)),
    (while_on_a_number, (X, 37)),
    (finally_and_except, (X,)),
    (shapes, (X,)),
    (metadata, (X,)),
    (integer_operators, (5, 3)),
    (integer_operators, (-5, 3)),
    (integer_operators, (0, -2)),
    (integer_operators, (1, 0)),
    (float_operators, (5, 2.75)),
    (float_operators, (-5, -2.75)),
    (float_operators, (0, 0.0)),
    (recursive, (X,)),
    (chosen_by_name, (X, "neg")),
    (attributes_by_name, (X,)),
    (lambda x: (Box(x).scaled, Box(x, scale=2).moved(4), Box(x)._asdict()["scale"], *Box(x)[1:]), (X,)),
    (lambda x: [a.sum() * b for a, b in itertools.product([x, x + 1], (1, 2))], (X,)),
    (lambda x: list(itertools.chain.from_iterable([[x], [x + 1]])), (X,)),
    (lambda x: (functools.reduce(np.maximum, [x, x[0], 3]), functools.reduce(np.add, x)), (X,)),
    (lambda x: functools.partial(np.clip, a_min=2, a_max=9)(x), (X,)),
    (lambda x: (np.array([x[0, 0], x[1, 1]]), np.asarray([x[0], x[1]]), np.array([[1, 2]]) + x[:, :2]), (X,)),
    (lambda xs: ({k: a for k, a in enumerate(xs, start=1)}, xs[::-1], xs + [xs[0]], xs * 2), ([X, X + 1],)),
    (lambda x: x[np.s_[1:3, ::2]], (X,)),
    (lambda x, s: x[s], (X, slice(1, 3))),
    (lambda x, k: x[k], (X, np.int64(2))),
    (lambda x: list(zip(*[(row[0], row[1]) for row in x])), (X,)),
    (lambda x: collections.Counter("aab")["a"] * x, (X,)),
    (lambda x, s: x * s if s > 0 else x / s, (X, -2.5)),
    (lambda x: np.where((x > 3) & (x < 9) | ~(x != 2), x, -x), (X,)),
]


@pytest.mark.parametrize("fn, args", CASES, ids=[f"{k}-{fn.__name__}" for k, (fn, _) in enumerate(CASES)])
def test_as_python(fn, args):
    check_same(fn, elena.jit(fn), lambda: args)
