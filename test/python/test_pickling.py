"""Compiled functions in other processes: by name from a module, by value from a script (docs/GettingStarted.md)."""

import copy
import multiprocessing
import pickle
import subprocess
import sys

import numpy as np
import pickled_functions
import pytest

import elena

ROWS = [np.arange(12.0).reshape(3, 4) * k for k in range(1, 5)]


def numpy_of(function, x):
    return function.fn(x.copy())


@pytest.mark.parametrize("name", ["row_sums", "unfused"])
def test_a_function_of_a_module_is_pickled_as_its_name(name):
    function = getattr(pickled_functions, name)
    assert pickle.loads(pickle.dumps(function)) is function


def test_a_method_is_pickled_as_its_name():
    method = pickled_functions.Scaler.__dict__["scale"]
    assert pickle.loads(pickle.dumps(method)) is method


def test_copies_are_the_same_function_as_those_of_python():
    function = pickled_functions.row_sums
    assert copy.copy(function) is function and copy.deepcopy([function]) == [function]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_multiprocessing(method):
    with multiprocessing.get_context(method).Pool(2) as pool:
        found = pool.map(pickled_functions.row_sums, ROWS)
    for one, x in zip(found, ROWS):
        np.testing.assert_array_equal(one, numpy_of(pickled_functions.row_sums, x))


def test_a_local_function_travels_by_value():
    cloudpickle = pytest.importorskip("cloudpickle")
    offset = np.arange(4.0)

    @elena.jit(fuse="noviews")
    def shifted(x):
        return x[::-1] + offset

    arrived = pickle.loads(pickle.dumps(shifted))
    assert arrived is not shifted and arrived.options == shifted.options
    x = np.arange(4.0) * 3
    np.testing.assert_array_equal(arrived(x), x[::-1] + offset)
    again = cloudpickle.loads(cloudpickle.dumps(elena.jit(lambda x: x * 2)))
    np.testing.assert_array_equal(again(x), x * 2)


def test_the_text_of_a_script_goes_along(tmp_path):
    pytest.importorskip("cloudpickle")
    script, pickled = tmp_path / "script.py", tmp_path / "f.pickle"
    script.write_text(
        "import pickle, sys\nimport elena\n\n@elena.jit\ndef double(x):\n    return x * 2\n\n"
        "open(sys.argv[1], 'wb').write(pickle.dumps(double))\n"
    )
    subprocess.run([sys.executable, script, pickled], check=True)
    script.unlink()
    reader = "import pickle, sys, numpy as np; print(pickle.load(open(sys.argv[1], 'rb'))(np.ones(2)))"
    done = subprocess.run([sys.executable, "-c", reader, pickled], capture_output=True, text=True, check=True)
    assert done.stdout == "[2. 2.]\n"


def test_the_text_that_was_pickled_counts(tmp_path):
    pytest.importorskip("cloudpickle")
    script, pickled = tmp_path / "script.py", tmp_path / "f.pickle"
    text = "import pickle, sys\nimport elena\n\n@elena.jit\ndef f(x):\n    return x + {}\n\n"
    script.write_text(text.format(1) + "open(sys.argv[1], 'wb').write(pickle.dumps(f))\n")
    subprocess.run([sys.executable, script, pickled], check=True)
    script.write_text(text.format(100))
    reader = "import pickle, sys, numpy as np; print(pickle.load(open(sys.argv[1], 'rb'))(np.ones(2)))"
    done = subprocess.run([sys.executable, "-c", reader, pickled], capture_output=True, text=True, check=True)
    assert done.stdout == "[2. 2.]\n"


def test_the_tasks_of_a_pool_share_what_is_compiled():
    pytest.importorskip("cloudpickle")
    pickled = pickle.dumps(elena.jit(lambda x: x + 1))
    first, second = pickle.loads(pickled), pickle.loads(pickled)
    assert first is second


def test_without_cloudpickle_a_local_function_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(pickle.PicklingError, match="needs the package cloudpickle"):
        pickle.dumps(elena.jit(lambda x: x))


def test_a_dask_cluster():
    distributed = pytest.importorskip("distributed")
    factor = 2.5

    @elena.jit
    def scaled(x):
        y = x * factor
        y[1:] += x[:-1]
        return y

    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            found = client.gather(client.map(scaled, ROWS, pure=False))
            by_name = client.submit(numpy_sum, ROWS[0]).result()
    for one, x in zip(found, ROWS):
        np.testing.assert_array_equal(one, numpy_of(scaled, x))
    np.testing.assert_array_equal(by_name, numpy_of(pickled_functions.row_sums, ROWS[0]))


def numpy_sum(x):
    return pickled_functions.row_sums(x)
