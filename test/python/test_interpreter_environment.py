"""What is read outside the arguments: guards, captured arrays, and what may not be changed."""

import types

import numpy as np
import pytest

import elena
from elena._protocol import FETCH_ATTRIBUTE, FETCH_CELL, FETCH_GLOBAL, FETCH_ITEM, FETCH_LENGTH
from elena.frontend.source import binder_of, code_parameters
from elena.frontend.tracing import trace_call

X = np.arange(12, dtype=np.float32).reshape(3, 4)
SCALE = 3.0
LIMITS = {"low": 0, "high": [1, 2]}
MEANS = np.array([1, 2, 3, 4], np.float32)


def trace(fn, *args, **kwargs):
    return trace_call(fn, binder_of(fn)(*args, **kwargs), code_parameters(fn.__code__))


def read(traced):
    return {(guard.fetch, guard.name) for guard in traced.guards}


def helper(x):
    return x * SCALE


def test_globals_are_guarded_and_modules_are_not():
    def f(x):
        return np.abs(helper(x)) + len(LIMITS["high"])

    guards = read(trace(f, X))
    assert {(FETCH_GLOBAL, "SCALE"), (FETCH_GLOBAL, "helper"), (FETCH_GLOBAL, "LIMITS")} <= guards
    assert (FETCH_GLOBAL, "np") not in guards
    assert {(FETCH_ITEM, "low"), (FETCH_ITEM, "high"), (FETCH_LENGTH, None), (FETCH_ITEM, 0)} <= guards


def test_closure_cells_are_guarded():
    scale, unused = 2.0, 5

    def f(x):
        return x * scale

    (guard,) = trace(f, X).guards
    assert (guard.fetch, guard.expected) == (FETCH_CELL, 2.0)
    assert guard.holder.cell_contents == scale and unused


class Model:
    bias = 1.0

    def __init__(self):
        self.scale = 2.0
        self.table = np.ones(4, np.float32)
        self.sizes = [1, 2]

    @property
    def twice(self):
        return self.scale * 2

    def inner(self, x):
        return x * self.scale + self.bias + self.twice

    def run(self, x):
        return self.inner(x) + self.table

    def changes(self, x):
        self.scale = 3.0
        return x

    def counts(self, x):
        self.sizes.append(3)
        return x

    def writes_table(self, x):
        self.table[1:] = x[0, 1:]
        self.table += 1
        self.table[0] += 2
        return None


def test_attributes_of_self_are_guarded_and_arrays_are_inputs():
    model = Model()
    traced = trace(Model.run, model, X)
    guards = read(traced)
    assert {(FETCH_ATTRIBUTE, "scale"), (FETCH_ATTRIBUTE, "bias")} <= guards
    assert (FETCH_ATTRIBUTE, "table") not in guards
    (capture,) = traced.captures
    assert (capture.fetch, capture.name, capture.holder) == (FETCH_ATTRIBUTE, "table", model)
    assert capture.kind.dtype == "float32"
    assert "dense" not in traced.text


def test_global_arrays_are_inputs():
    def f(x):
        y = x - MEANS
        return y + MEANS

    traced = trace(f, X)
    assert [(c.fetch, c.name) for c in traced.captures] == [(FETCH_GLOBAL, "MEANS")]
    assert "%arg1" in traced.text


def test_arrays_in_containers_are_inputs():
    weights = [np.ones(4, np.float32), np.zeros(4, np.float32)]
    config = types.SimpleNamespace(offsets=(MEANS,))

    def f(x):
        for w in weights:
            x = x * w
        return x + config.offsets[0]

    traced = trace(f, X)
    assert [c.name for c in traced.captures] == [0, 1, 0]


def test_the_same_array_twice_is_one_input():
    a = MEANS

    def f(x):
        return (x + a) if a is MEANS else x

    traced = trace(f, X)
    assert len(traced.captures) == 1
    assert {(FETCH_GLOBAL, "MEANS")} <= read(traced)


def test_own_objects_need_no_guard():
    def f(x):
        n = types.SimpleNamespace(a=1)
        n.a = 2
        n.x = x
        return n.x + n.a

    assert {fetch for fetch, _ in read(trace(f, X))} <= {FETCH_GLOBAL}


def test_written_arrays_of_self():
    model = Model()
    traced = trace(Model.writes_table, model, X)
    assert len(traced.captures) == 1 and "tensorref.copy" in traced.text


def refuses(fn, *args, match):
    with pytest.raises(elena.UnsupportedError, match=match) as error:
        trace(fn, *args)
    return error.value


def test_changing_the_callers_objects_is_refused():
    refuses(Model.changes, Model(), X, match="setting attribute 'scale' of a Model")
    refuses(Model.counts, Model(), X, match="attribute 'sizes'")

    def appends_to_argument(xs):
        xs.append(xs[0])
        return xs[0]

    refuses(appends_to_argument, [X], match="the list in argument 'xs'")

    def changes_a_global_dict(x):
        LIMITS["low"] = 5
        return x

    refuses(changes_a_global_dict, X, match="the global 'LIMITS'")

    def rebinds_a_global(x):
        global SCALE
        SCALE = 4.0
        return x

    refuses(rebinds_a_global, X, match="global 'SCALE'")
    count = 0

    def rebinds_a_cell(x):
        nonlocal count
        count += 1
        return x

    refuses(rebinds_a_cell, X, match="nonlocal 'count'")
    assert count == 0


def test_containers_made_here_may_change():
    def f(xs):
        out = list(xs)
        out.append(xs[0])
        out[0] = xs[0] + 1
        d = dict(LIMITS)
        d["low"] = 3
        return out, d["low"]

    trace(f, [X])


def test_default_arguments():
    def f(x, offsets=(1, 2), table={"k": 3}):  # noqa: B006
        return x + offsets[0] + table["k"]

    def g(x):
        return f(x)

    trace(g, X)
