"""benchmarks/viewbench/native: the C++ beside NumPy, at sizes that end within a vector, and with NaN."""

import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from viewbench import all_cases

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from bench import check  # noqa: E402

COMPILER = any(shutil.which(name) for name in ("clang++-22", "clang++", "g++"))
pytestmark = pytest.mark.skipif(not COMPILER, reason="no C++ compiler")
SOURCES = ROOT / "benchmarks/viewbench/native"
CASES = [case for case in all_cases(refused=True) if (SOURCES / f"{case.function.__name__}.cpp").exists()]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("native")))
        yield


def compare(case, args, threads=1):
    from bench.peers.native import NATIVE

    expected = check.expected_outcome(case, args)
    program = NATIVE.build(case, check.compare.clone_arguments(args).tree, threads)
    assert check.compare_outcomes(case, expected[:2], program.outcome(), exact=True) == []


def sizes(case):
    return [*case.same_kind, *([case.empty] if case.empty else [])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_any_size_is_numpy(case):
    for size in sizes(case):
        compare(case, case.args(size))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nan_infinity_and_zero_are_numpys(case):
    rng = np.random.default_rng(5)
    args = check.compare.clone_arguments(case.args(case.same_kind[1])).tree
    floats = [array for _, array in check.compare.array_leaves(args, "") if array.dtype.kind == "f"]
    if not floats:
        pytest.skip("no floats")
    for array in floats:
        places = rng.integers(0, array.size, 1 + array.size // 50)
        array.flat[places] = rng.choice([np.nan, np.inf, -np.inf, 0.0], places.size)
    compare(case, args)


@pytest.mark.parametrize("name", ["grid_anchors", "tsm_shift"])
def test_threads_give_the_same(name):
    case = next(case for case in CASES if case.name == name)
    compare(case, case.args(case.same_kind[0]), threads=2)


def test_exp_and_log_over_all_magnitudes():
    """Through ssd_decode (e^x as sides) and bbox2delta (log): 2 ulp at most, of any finite float32."""
    from bench.peers.native import NATIVE

    cases = {case.name: case for case in CASES}
    x = np.linspace(-106, 89.5, 40_000, dtype=np.float32)
    loc = np.stack([np.zeros_like(x), np.zeros_like(x), x, x], axis=1)
    priors = np.broadcast_to(np.array([0, 0, 1, 1], np.float32), loc.shape).copy()
    args = (loc, priors, (0.0, 1.0))
    boxes, _ = NATIVE.build(cases["ssd_decode"], args, 1).outcome()
    with np.errstate(all="ignore"):
        half = (np.exp(x.astype(np.float64))).astype(np.float32) / 2
    assert check.compare.ulp_difference(-boxes[:, 0], half).max() <= 2

    y = np.random.default_rng(1).integers(1, 0x7F800000, 40_000, dtype=np.int32).view(np.float32)
    zero = np.zeros_like(y)
    gt = np.stack([zero, zero, y, y], axis=1)
    unit = np.broadcast_to(np.array([0, 0, 1, 1], np.float32), gt.shape).copy()
    args = (unit, gt, (0.0,) * 4, (1.0,) * 4)
    deltas, _ = NATIVE.build(cases["bbox2delta"], args, 1).outcome()
    expected = np.array([math.log(value) for value in y.tolist()], np.float32)
    assert check.compare.ulp_difference(deltas[:, 2], expected).max() <= 2
