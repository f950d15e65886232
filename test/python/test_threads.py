"""Kernels that run in parts: the same bits with any number of threads, and no harm from calls that meet."""

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import elena

THREADS = (1, 2, 3, 8)


@pytest.fixture(autouse=True)
def threads_of_before():
    before = elena.get_num_threads()
    yield
    elena.set_num_threads(before)


def rng(*shape):
    return np.random.default_rng(3).standard_normal(shape)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def stencil(x):
    y = x.copy()
    y[1:-1] = x[:-2] + x[2:]
    return y


def shift_in_place(x):
    x[1:] = x[:-1]
    x *= 2


def columns(x):
    out = np.zeros((len(x), 4))
    for k in range(4):
        out[:, k] = x[:, k % x.shape[1]] * k
    return out


def few_rows(x):
    y = x.reshape(2, -1)
    return y * 3 + y[::-1]


def sums(x):
    return x.sum(), x.sum(axis=0), x.sum(axis=1), x.max(axis=1), np.argmin(x, axis=1)


def scatter(x):
    out = np.zeros(50)
    index = (np.arange(x.size) * 7) % 50
    out[index] = x.ravel()
    return out


def scans(x):
    return np.cumsum(x, axis=1), np.cumsum(x, axis=0)


def loop_of_rows(x):
    for i in range(x.shape[0]):
        x[i] -= x[i].mean()
        x[i, 1:] += x[i, :-1]


def two_outputs(x):
    y = x.T.copy()
    x[...] = 0
    return y, np.ones(x.shape) + y.T


FUNCTIONS = (
    softmax, stencil, shift_in_place, columns, few_rows, sums, scatter, scans, loop_of_rows, two_outputs,
)  # fmt: skip


def outcome(function, *args):
    """The bytes of all results and arguments."""
    args = [arg.copy() for arg in args]
    result = function(*args)
    results = result if isinstance(result, tuple) else () if result is None else (result,)
    return [np.asarray(array).tobytes() for array in (*results, *args)]


@pytest.mark.parametrize("shape", [(3000, 70), (70, 3000), (1, 200_000), (200_000, 2), (3, 5)], ids=str)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_same_bits_with_any_number_of_threads(function, shape):
    if function is few_rows and shape == (3, 5):
        shape = (4, 5)
    compiled, x = elena.jit(function), rng(*shape)
    found = []
    for count in THREADS:
        elena.set_num_threads(count)
        found += [outcome(compiled, x) for _ in range(3)]
    assert all(one == found[0] for one in found)
    wanted = [np.frombuffer(part) for part in outcome(function, x)]
    for a, b in zip(found[0], wanted):
        np.testing.assert_allclose(np.frombuffer(a), b, rtol=1e-9, atol=1e-9)


def test_large_kernels_run_on_several_threads():
    program = (
        "import elena, numpy as np, os, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from test_threads import softmax\n"
        "f = elena.jit(softmax)\n"
        "def tasks(): return len(os.listdir('/proc/self/task'))\n"
        "elena.set_num_threads(5)\n"
        "before = tasks()\n"
        "f(np.ones((10, 10))); small = tasks()\n"
        "f(np.ones((3000, 300))); large = tasks()\n"
        "print(small - before, large - before)\n"
    )
    command = [sys.executable, "-c", program, os.path.dirname(__file__)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "0 4\n"


def test_calls_from_several_python_threads():
    compiled, inputs = elena.jit(softmax), [rng(500 + k, 200) for k in range(6)]
    wanted = [compiled(x).tobytes() for x in inputs]
    elena.set_num_threads(4)
    wrong = []

    def run(k):
        for _ in range(30):
            if compiled(inputs[k]).tobytes() != wanted[k]:
                wrong.append(k)

    callers = [threading.Thread(target=run, args=(k,)) for k in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def _in_child(queue, x):
    queue.put(elena.jit(softmax)(x).tobytes())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    elena.set_num_threads(4)
    x = rng(2000, 100)
    wanted = elena.jit(softmax)(x).tobytes()
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=_in_child, args=(queue, x)) for _ in range(3)]
    for child in children:
        child.start()
    assert [queue.get(timeout=60) for _ in children] == [wanted] * 3
    for child in children:
        child.join(timeout=60)
        assert child.exitcode == 0
    assert elena.jit(softmax)(x).tobytes() == wanted


@pytest.mark.parametrize("count", [0, -1, 1025])
def test_number_of_threads_is_checked(count):
    with pytest.raises(ValueError, match=f"from 1 to 1024, not {count}"):
        elena.set_num_threads(count)


def test_number_of_threads_is_an_integer():
    with pytest.raises(TypeError):
        elena.set_num_threads(2.0)
