"""Python's control flow and data structures around arrays: results as NumPy's."""

import collections
import dataclasses
import math
import operator
from functools import reduce

import numpy as np
import pytest
from compare import check_same

import elena

X = (np.arange(48, dtype=np.float32) - 20).reshape(6, 8)
CASES = []


def case(*args):
    def add(fn):
        CASES.append(pytest.param(fn, args, id=fn.__name__))
        return fn

    return add


@case(X[:, :2].copy())
def unpacks_columns(x):
    a, b = x.T
    (c, *rest) = x
    return a + b, c, len(rest)


@case(X)
def loops_over_rows(x):
    total = x[0]
    for i, row in enumerate(x):
        if i % 2:
            total = total + row * i
    return total, [r + 1 for r in x], list(zip(x, x))[1]


@case([X, X[:2], X[1:4, :3]])
def loops_over_levels(levels):
    return [(lvl * k).sum() for k, lvl in enumerate(levels)], sum(len(lvl) for lvl in levels)


@case(X, (2, 3))
def known_tuple_decides(x, size):
    h, w = size
    return x[:h, :w], h * w, f"{h}x{w}"


@case(X)
def conditions_on_metadata(x):
    if x.ndim == 2 and x.shape[1] >= 8 and x.dtype == np.float32 and isinstance(x, np.ndarray):
        x = x[:, :4]
    assert type(x) is np.ndarray and x.size == 24 and len(x) == 6
    return x if x.shape[0] > 100 else x + 1


@case(X, 3)
def run_time_numbers(x, n):
    half = x.shape[1] // 2
    m = max(n, 1) + min(n, 2) + abs(-n)
    k = int(math.ceil(n / 2))
    return x[:n, half:] * m, k, float(n), n % 2 == 1, divmod(n, 2), round(n / 4)


@case(X)
def in_place_through_structures(x):
    d = {"a": x[:2], "b": [x[2:4]]}
    d["a"] += 1
    d["b"][0] *= 2
    d["b"][0][0] -= 5
    for row in x[4:]:
        row[:] = 0
    return None


@dataclasses.dataclass
class Boxes:
    data: np.ndarray
    scale: float = 1.0

    @property
    def centers(self):
        return (self.data[:, :2] + self.data[:, 2:4]) / 2

    def scaled(self):
        return dataclasses.replace(self, data=self.data * self.scale)


Pair = collections.namedtuple("Pair", "first second")


@case(X)
def objects_around_arrays(x):
    boxes = Boxes(x, 2.0)
    boxes.data[0] = 1
    p = Pair(first=x + 1, second=None)
    return boxes.centers, boxes.scaled().centers, tuple(p), p._replace(second=x).second, p.first[0]


@case(X)
def functional(x):
    parts = [x[:, k] for k in range(3)]
    total = reduce(lambda a, b: a + b, parts)
    also = reduce(operator.add, parts)
    mapped = list(map(np.negative, parts))
    mixed = [f(x) for f in (np.abs, lambda v: v - 1, operator.neg)]
    return total, also, sum(parts), mapped, mixed


@case(X)
def closures(x):
    def shifted(by, *, times=1):
        return (x + by) * times

    scale = 2
    twice = lambda v: v * scale  # noqa: E731
    scale = 3
    return twice(shifted(1)), shifted(by=2, times=4)


@case(X, X[:, :3].copy())
def catches_numpys_errors(x, y):
    try:
        return x + y
    except ValueError:
        return x[:, :3] + y


@case(X)
def loops_with_while_and_break(x):
    k = 0
    while True:
        x = x + k
        k += 1
        if k == 3:
            break
    else:
        x = x * 0
    for i in range(x.ndim):
        x = x + i
    return x


@case(X)
def with_errstate(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = x / 2
    return y


@case(X)
def generator_expressions(x):
    return np.stack([r * 2 for r in x[:3]]), tuple(r.sum() for r in x[:2]), any(s > 7 for s in x.shape)


@case(X, {"size": (2, 2), "name": "a", "flip": True, "mean": [1.0, 2.0]})
def options_in_a_dict(x, options):
    h, w = options["size"]
    y = x[:h, :w] - np.array(options.get("mean"), np.float32)
    if options["flip"] and "name" in options:
        y = y[::-1]
    return {**options, "y": y}


@case(X, "xyxy", None)
def strings_and_none_decide(x, mode, out):
    if mode == "xyxy":
        x = x * 2
    elif mode.startswith("xy"):
        x = x * 3
    return x if out is None else out


@case(X)
def star_arguments(x):
    def f(a, *rest, scale=1, **more):
        return a * scale + len(rest) + more.get("bias", 0)

    rows = [x[0], x[1]]
    return f(*rows, **{"scale": 2, "bias": x[2]}), f(x, *rows)


@case(X)
def conditional_results(x):
    results = {}
    for name in ("a", "b", "c"):
        if name == "b":
            continue
        results[name] = x[:, ord(name) - ord("a")]
    return results


@case(X)
def shapes_as_values(x):
    n, m = x.shape
    table = {x.shape[1]: "eight", (n, m): "both"}
    return table[8], table[(6, 8)], x.reshape(m, n), x.reshape(*x.shape[::-1], 1), np.zeros((n + 1, m), x.dtype)


@case(X)
def walrus_and_chained(x):
    if (n := x.shape[0]) > 2 and 0 < n < 100:
        return x[: n - 1]
    return x


@case(X)
def dels_and_sorted(x):
    parts = [x[:1], x[:3], x[:2]]
    parts.sort(key=len)
    ordered = sorted(parts, key=lambda p: -p.shape[0])
    del parts[0]
    return parts, ordered[0]


@pytest.mark.parametrize("fn, args", CASES)
def test_as_numpy(fn, args):
    check_same(fn, elena.jit(fn), lambda: args)


def test_namedtuple_arguments():
    def f(p):
        a, (b, n) = p
        return p.first[:n] + b, Pair(a, n)

    got = elena.jit(f)(Pair(X, (X[:1], 3)))
    np.testing.assert_array_equal(got[0], X[:3] + X[:1])
    assert type(got[1]) is Pair and got[1].first is X and got[1].second == 3


def test_loop_over_runtime_size_compiles_once():
    @elena.jit
    def f(x):
        total = x[0] * 0
        for k in range(x.shape[0]):
            total = total + x[k]
        return total

    rows = np.vstack([X, X])
    for n in (5, 7, 5):
        np.testing.assert_array_equal(f(rows[:n]), rows[:n].sum(0))
    assert f.stats()["compiles"] == 1


def test_loop_that_makes_a_list_recompiles_for_each_size():
    @elena.jit
    def f(x):
        rows = []
        for k in range(x.shape[0]):
            rows.append(x[k] + k)
        return np.stack(rows)

    rows = np.vstack([X, X])
    for n in (5, 7, 5):
        np.testing.assert_array_equal(f(rows[:n]), rows[:n] + np.arange(n)[:, None])
    assert f.stats()["compiles"] == 2


def test_dataclass_and_set_results():
    def f(x):
        boxes = Boxes(x[:2], 2.0)
        return boxes, {1, 2}, collections.OrderedDict(a=x + 1)

    for _ in range(2):
        boxes, numbers, ordered = elena.jit(f)(X)
        assert type(boxes) is Boxes and boxes.scale == 2.0 and np.shares_memory(boxes.data, X)
        assert numbers == {1, 2} and type(ordered) is collections.OrderedDict
        np.testing.assert_array_equal(ordered["a"], X + 1)


def test_what_exists_at_compile_time_only_is_not_returned():
    for fn in (lambda x: lambda y: y, lambda x: (r for r in x), lambda x: [x.sum], lambda x: enumerate([x])):
        with pytest.raises(elena.UnsupportedError, match="returning a"):
            elena.jit(fn)(X)


class Coder:
    """State as detection libraries keep it: numbers, tuples, arrays made in __init__, a list of callables."""

    def __init__(self, means=(0.0, 0.5), scales=(2.0, 3.0), clip=16 / 1000):
        self.means = means
        self.limit = np.abs(np.log(clip))
        self.layers = [Layer(scale) for scale in scales]
        self.offsets = np.array(means, np.float32)

    def decode(self, boxes, *, shape=None):
        means = np.array(self.means, dtype=np.float32).reshape(1, -1)
        x, y = (boxes[:, k::2] for k in range(2))
        x = np.clip(x, -self.limit, self.limit)
        for layer in self.layers:
            x = layer(x)
        if shape is not None:
            y = y.clip(0, shape[1])
        out = np.stack([x, y], axis=-1).reshape(len(boxes), -1)
        out[:, :2] += means
        out[:, :2] -= self.offsets
        return out


class Layer:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return x * self.scale


def test_objects_of_detection_libraries():
    coder = Coder()
    decode = elena.jit(coder.decode)
    boxes = X[:, :4] / 7
    np.testing.assert_array_equal(decode(boxes), coder.decode(boxes))
    np.testing.assert_array_equal(decode(boxes, shape=(3, 1)), coder.decode(boxes, shape=(3, 1)))
    coder.layers[1].scale = 5.0
    coder.offsets[0] = 9
    np.testing.assert_array_equal(decode(boxes), coder.decode(boxes))
    coder.layers.append(Layer(0.5))
    np.testing.assert_array_equal(decode(boxes), coder.decode(boxes))
