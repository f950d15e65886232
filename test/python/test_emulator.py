"""The GPU's kernels, executed on the host with every access checked, against NumPy."""

import functools

import elena
import numpy as np
import pytest
from compare import check_same
from elena.testing.emulator import EmulatorError, emulate, run_on_emulator
from viewbench import all_cases


def check(case, make_args, **options):
    check_same(
        case.function,
        functools.partial(run_on_emulator, case.function, **options),
        make_args,
        ulp=case.ulp,
        ulp_scale=case.ulp_scale,
        ignore_zero_sign=case.ulp_scale > 0,
    )


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_equals_numpy(case):
    check(case, lambda: case.args("S"))


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_the_order_of_threads_does_not_matter(case):
    check(case, lambda: case.args(case.same_kind[0]), seed=1)


@pytest.mark.parametrize("case", [case for case in all_cases() if case.empty], ids=lambda case: case.name)
def test_nothing_to_do(case):
    check(case, lambda: case.args(case.empty))


def same(function, *args, ulp=0):
    emulated = functools.partial(run_on_emulator, function, seed=7)
    check_same(function, emulated, lambda: tuple(map(copy, args)), ulp=ulp)


def copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def test_a_grid_of_many_blocks_with_a_tail():
    emulation = emulate(lambda x: x * x, np.arange(1000, dtype=np.float32))
    np.testing.assert_array_equal(emulation.result, np.arange(1000, dtype=np.float32) ** 2)
    assert emulation.reports == []
    assert [threads for _, threads in emulation.launches] == [1000]
    assert emulation.accesses == 2000


def test_overlapping_reads_and_writes():
    def shift(x):
        x[1:] = x[:-1]
        x += x[::-1]
        return x.sum(axis=0)

    same(shift, np.arange(700, dtype=np.float64).reshape(350, 2))


def test_two_arguments_that_overlap():
    storage = np.arange(601, dtype=np.float32)

    def add(out, x):
        out += x

    expected = storage.copy()
    add(expected[1:], expected[:-1])
    run_on_emulator(add, storage[1:], storage[:-1])
    np.testing.assert_array_equal(storage, expected)


def test_read_only_argument_that_shares_memory_with_another_one():
    """A write through the other one is none into a read-only buffer (fuzzer 191034:60)."""

    def clear(x, y, z):
        y &= 1

    base = np.array([6, 7, 8])
    run_on_emulator(clear, np.broadcast_to(base, (3,)), base, np.broadcast_to(base, (3,)))
    np.testing.assert_array_equal(base, [0, 1, 0])


@pytest.mark.parametrize("run", [run_on_emulator, lambda f, *args: elena.jit(f)(*args)], ids=["emulator", "cpu"])
def test_view_of_a_reversed_argument_starts_before_its_first_element(run):
    """ravel knows the stride, -1, and the sum the size: the offset of x[::-1] is -5, a constant."""

    def forwards(x):
        y = np.ones(6) + x[::-1].ravel()
        x[::-1].ravel()[1:] += y[:-1]
        return y

    check_same(forwards, functools.partial(run, forwards), lambda: (np.arange(6.0)[::-1],))


def test_reductions_and_scans():
    def stats(x):
        return x.sum(), x.mean(axis=1), x.max(axis=0), x.argmin(axis=1), np.cumsum(x, axis=1), (x > 0).any(axis=1)

    same(stats, np.random.default_rng(3).integers(-50, 50, (37, 19)).astype(np.float32))


def test_index_arrays():
    def permute(x, i, out):
        out[i] = x
        return x[i]

    index = np.random.default_rng(0).integers(-300, 300, 300)  # repeated indices: the last one wins
    same(permute, np.arange(300, dtype=np.float32), index, np.zeros(300, np.float32))


def test_masks_and_bools():
    def clean(x):
        x[np.isnan(x)] = 0
        return x > 1

    same(clean, np.where(np.arange(513) % 3 == 0, np.nan, np.arange(513)))


def test_mathematical_functions():
    def functions(x):
        return np.exp(x), np.log(np.abs(x) + 1), np.sin(x), np.tanh(x), x**2.5, np.fmod(x, 0.3)

    x = np.linspace(0.1, 5, 300, dtype=np.float32)
    same(functions, x, ulp=4)


def test_errors_of_checks_are_raised():
    with pytest.raises(IndexError, match="out of bounds"):
        run_on_emulator(lambda x, i: x[i], np.arange(5.0), np.array([1, 7]))


def test_findings_become_an_error(monkeypatch):
    import elena.testing.emulator as module

    # Without its argument registered, every access to it is out of bounds.
    monkeypatch.setattr(module, "_add_arguments", lambda *_: None)
    with pytest.raises(EmulatorError, match=r"out-of-bounds read of 4 bytes"):
        run_on_emulator(lambda x: x + 1, np.ones(10, np.float32))
