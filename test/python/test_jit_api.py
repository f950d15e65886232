"""elena.jit: what can be jitted, how it is called, when it compiles."""

import functools
import gc
import weakref

import numpy as np
import pytest

import elena


def grid(rows=6, columns=8):
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)


class TestWhatCanBeJitted:
    def test_function_and_decorators(self):
        @elena.jit
        def f(x):
            """Doc."""
            return x + 1

        @elena.jit(name="other")
        def g(x):
            return x + 1

        assert f.__name__ == "f" and f.__doc__ == "Doc." and f.fn(1) == 2 and g.__name__ == "other"
        np.testing.assert_array_equal(f(grid()), grid() + 1)
        np.testing.assert_array_equal(g(grid()), grid() + 1)

    def test_lambda_and_partial(self):
        f = elena.jit(lambda x, k: x * k)
        np.testing.assert_array_equal(f(grid(), 3), grid() * 3)
        g = elena.jit(functools.partial(lambda x, k, *, b: x * k + b, k=2, b=grid()))
        np.testing.assert_array_equal(g(grid()), grid() * 3)

    def test_methods(self):
        class Model:
            def __init__(self, scale):
                self.scale = scale
                self.table = np.ones(8, np.float32)

            @elena.jit
            def run(self, x, k=1):
                return x * self.scale + self.table * k

            @elena.jit
            @staticmethod
            def static(x):
                return x - 1

            @staticmethod
            @elena.jit
            def static_too(x):
                return x - 2

            @classmethod
            @elena.jit
            def of_class(cls, x):
                return x * cls.__name__.__len__()

            def __call__(self, x):
                return x + self.scale

        a, b = Model(2.0), Model(3.0)
        x = grid()
        for model in (a, b, a):
            np.testing.assert_array_equal(model.run(x), x * np.float32(model.scale) + 1)
            np.testing.assert_array_equal(model.run(x, k=4), x * np.float32(model.scale) + 4)
        np.testing.assert_array_equal(Model.static(x), x - 1)
        np.testing.assert_array_equal(a.static_too(x), x - 2)
        np.testing.assert_array_equal(a.of_class(x), x * 5)
        np.testing.assert_array_equal(elena.jit(a.run)(x), a.run(x))
        np.testing.assert_array_equal(elena.jit(b)(x), x + 3)

    def test_jitted_functions_are_inlined(self):
        inner = elena.jit(lambda x: x + 1)

        @elena.jit
        def outer(x):
            return inner(x) * 2

        np.testing.assert_array_equal(outer(grid()), (grid() + 1) * 2)
        assert inner.stats()["calls"] == 0

    def test_what_cannot_be_jitted(self):
        for wrong in (np.add, 3, len, int):
            with pytest.raises(TypeError, match="elena.jit needs a Python function"):
                elena.jit(wrong)
        with pytest.raises(TypeError, match="no option 'fast'"):
            elena.jit(lambda x: x, fast=True)


class TestCalls:
    def test_arguments_as_in_python(self):
        def f(x, n=2, *rest, k=1, **more):
            y = x[:n] * k
            for r in rest:
                y = y + r
            for name in sorted(more):
                y = y * more[name]
            return y

        g = elena.jit(f)
        x = grid()
        for args, kwargs in [
            ((x,), {}),
            ((x, 3), {}),
            ((x, 3, 1.0, 2), {"k": 2}),
            ((), {"x": x, "k": 3}),
            ((x,), {"n": 1, "b": 2.0, "a": 3.0}),
        ]:
            np.testing.assert_array_equal(g(*args, **kwargs), f(*args, **kwargs))

    def test_wrong_arguments_give_pythons_error(self):
        def f(x, y):
            return x

        g = elena.jit(f)
        for args, kwargs in [((1,), {}), ((1, 2, 3), {}), ((1, 2), {"z": 3}), ((1, 2), {"x": 3})]:
            with pytest.raises(TypeError) as expected:
                f(*args, **kwargs)
            with pytest.raises(TypeError) as actual:
                g(*args, **kwargs)
            assert str(actual.value) == str(expected.value)

    def test_nested_arguments_and_results(self):
        def f(levels, options):
            outs = []
            for k, (a, b) in enumerate(levels):
                outs.append({"sum": a + b, "index": k})
            return outs, options["name"], None, (len(levels), options)

        levels = [(grid(), grid()), (grid(3, 2), grid(3, 2))]
        options = {"name": "n", "flag": True}
        got, want = elena.jit(f)(levels, options), f(levels, options)
        assert got[1:] == want[1:] and got[3][1] is options
        for a, b in zip(got[0], want[0]):
            np.testing.assert_array_equal(a["sum"], b["sum"])
            assert a["index"] == b["index"]

    def test_results_share_memory_as_numpys(self):
        def f(x):
            y = x * 2
            return x, x[1:], y, y[::2], y.T, x.reshape(-1)

        x = grid()
        same, view, y, part, t, flat = elena.jit(f)(x)
        assert same is x and np.shares_memory(view, x) and np.shares_memory(flat, x)
        assert np.shares_memory(part, y) and np.shares_memory(t, y) and not np.shares_memory(y, x)
        view[0] = -1
        part[0] = -2
        assert x[1, 0] == -1 and t[0, 0] == -2

    def test_writes_are_seen_by_the_caller(self):
        @elena.jit
        def f(x, y):
            x[1:] += y[:-1]

        x = grid()
        expected = grid()
        expected[1:] += expected[:-1].copy()
        assert f(x, grid()) is None
        np.testing.assert_array_equal(x, expected)
        x = grid()
        f(x, x)
        np.testing.assert_array_equal(x, expected)

    def test_result_outlives_everything(self):
        def f(x):
            return (x + 1)[2:, ::3]

        g = elena.jit(f)
        got = g(grid())
        del g
        gc.collect()
        np.testing.assert_array_equal(got, f(grid()))

    def test_scalars(self):
        def f(n, s, flag):
            return n * 2 + 1, s * 0.5, n > 3, flag, -n // 2

        g = elena.jit(f)
        for args in [(5, 2.0, True), (2, -1.5, True), (-7, float("inf"), False)]:
            assert g(*args) == f(*args)
            assert [type(v) for v in g(*args)] == [type(v) for v in f(*args)]

    def test_numpy_scalars(self):
        def f(x, s):
            return x * s, x.sum()

        x = grid()
        for s in (np.float32(2), np.float64(3), np.int64(2)):
            for got, want in zip(elena.jit(f)(x, s), f(x, s)):
                np.testing.assert_array_equal(got, want)
                assert type(got) is type(want) and got.dtype == want.dtype


class TestCompiling:
    def test_other_sizes_and_numbers_compile_nothing(self):
        @elena.jit
        def f(x, n, s):
            y = x[:n] * s
            y[1:] += x[: n - 1]
            return y

        x = np.arange(400, dtype=np.float32).reshape(40, 10)
        for rows, n, s in [(10, 7, 0.5), (40, 30, 2.0), (12, 8, -1.0), (30, 30, 0.0)]:
            want = x[:n] * np.float32(s)
            want[1:] += x[: n - 1]
            np.testing.assert_array_equal(f(x[:rows], n, s), want)
        assert f.stats()["compiles"] == 1, f.stats()
        assert f.stats()["calls"] == 4

    def test_another_kind_compiles(self):
        f = elena.jit(lambda x: x + 1)
        for k, x in enumerate([grid(), grid().astype(np.float64), grid().T, grid()[0], np.float32(1)]):
            f(x), f(x)
            assert f.stats()["compiles"] == k + 1

    def test_totals(self):
        before = elena.stats()
        f = elena.jit(lambda x: x + 1)
        f(grid()), f(grid())
        after = elena.stats()
        assert after["compiles"] == before["compiles"] + 1
        assert set(after) == {"compiles", "calls", "guard_misses"}

    def test_decisions_make_versions(self):
        @elena.jit
        def f(x, n):
            if n > 10:
                return x + 1
            return x - 1

        x = grid()
        for n in (3, 20, 4, 21):
            np.testing.assert_array_equal(f(x, n), x + 1 if n > 10 else x - 1)
        assert f.stats()["compiles"] == 2 and f.stats()["guard_misses"] >= 1

    def test_a_failed_trace_leaves_no_version(self):
        f = elena.jit(lambda x, y: x + y)
        for _ in range(2):
            with pytest.raises(ValueError, match="could not be broadcast"):
                f(grid(), grid(5, 8))
        assert f.stats()["compiles"] == 0
        np.testing.assert_array_equal(f(grid(), grid()), grid() * 2)

    def test_warm_calls_use_no_numpy_function(self, monkeypatch):
        @elena.jit
        def f(x, y):
            z = np.concatenate([x, y])
            z[::2] = np.maximum(z[::2], 0)
            return np.where(z > 1, z, np.exp(z))

        x = grid()
        expected = f(x, -x)

        def forbidden(*_, **__):
            raise AssertionError("NumPy was called")

        for name in ("concatenate", "maximum", "where", "exp"):
            monkeypatch.setattr(np, name, forbidden)
        got = f(x, -x)
        monkeypatch.undo()
        np.testing.assert_array_equal(got, expected)


SCALE = 2.0
TABLE = np.ones(8, np.float32)


class TestEnvironment:
    def test_a_changed_global_recompiles(self):
        global SCALE
        f = elena.jit(lambda x: x * SCALE)
        x = grid()
        try:
            for value in (2.0, 3.0, 2.0, 3.0):
                SCALE = value
                np.testing.assert_array_equal(f(x), x * np.float32(value))
            assert f.stats()["compiles"] == 2
        finally:
            SCALE = 2.0

    def test_a_changed_closure_recompiles(self):
        scale = 2.0

        @elena.jit
        def f(x):
            return x * scale

        x = grid()
        np.testing.assert_array_equal(f(x), x * 2)
        scale = 5.0
        np.testing.assert_array_equal(f(x), x * 5)

    def test_arrays_outside_are_inputs(self):
        global TABLE
        f = elena.jit(lambda x: x + TABLE)
        x = grid()
        before = TABLE
        try:
            np.testing.assert_array_equal(f(x), x + 1)
            TABLE[0] = 100
            np.testing.assert_array_equal(f(x), x + TABLE)
            TABLE = np.full(8, 7, np.float32)
            np.testing.assert_array_equal(f(x), x + 7)
            assert f.stats()["compiles"] == 1
        finally:
            TABLE = before
            TABLE[0] = 1

    def test_state_of_self(self):
        class Model:
            def __init__(self):
                self.cache = np.zeros((4, 8), np.float32)
                self.scale = 1.0

            @elena.jit
            def step(self, x, k):
                self.cache[k] = x * self.scale
                return self.cache[: k + 1]

        m = Model()
        x = grid()[0]
        view = m.step(x, 1)
        assert np.shares_memory(view, m.cache)
        np.testing.assert_array_equal(m.cache[1], x)
        m.scale = 3.0
        m.step(x, 2)
        np.testing.assert_array_equal(m.cache[2], x * 3)
        m.cache = np.ones((4, 8), np.float32)
        m.step(x, 3)
        np.testing.assert_array_equal(m.cache[3], x * 3)
        np.testing.assert_array_equal(m.cache[0], 1)

    def test_helper_functions_may_be_replaced(self):
        space = {"helper": lambda x: x + 1}

        def f(x):
            return space["helper"](x)

        g = elena.jit(f)
        np.testing.assert_array_equal(g(grid()), grid() + 1)
        space["helper"] = lambda x: x + 2
        np.testing.assert_array_equal(g(grid()), grid() + 2)


def test_functions_are_collected():
    f = elena.jit(lambda x: x + 1)
    f(grid())
    alive = weakref.ref(f)
    del f
    gc.collect()
    assert alive() is None


def test_arithmetic_on_large_python_ints_is_pythons():
    """Compiled integers have 64 bits: larger ones, and those whose products would be, are known at compile time."""
    f = elena.jit(lambda n: n * 4)
    for n in (2**61, -(2**61), 2**31, -(2**31), 2**31 - 1, 2**200):
        assert f(n) == n * 4
