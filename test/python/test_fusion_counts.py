"""Counted, not claimed: kernels, temporaries and bytes of what is compiled (docs/Counting.md). The same functions written differently:
test_fusion_counts_variants.py.

The numbers are those of the case's module (benchmarks/viewbench). No case of the list misses them.
"""

import elena
import numpy as np
import pytest
from elena.testing.traffic import CountedFunction, traffic
from viewbench import all_cases

CASES = {case.name: case for case in all_cases()}
NAMES = (
    "gen_base_anchors grid_anchors mlvl_points valid_flags bbox2delta delta2bbox offset2bbox bboxes2tblr tblr2bboxes "
    "yolo_decode ssd_decode bbox_flip_back bbox_overlaps yolov3_head yolov5_detect ssd_head_softmax paste_mask "
    "swin_shift_partition rotary kv_append kv_repeat normalize_bgr tsm_shift off_diag_loss longformer_band nms_prepare "
    "gaussian_target fcos_target"
).split()


def check_counts(found, case, ideal_bytes):
    assert found.kernels == case.kernels
    assert found.temporaries == case.temporaries
    assert found.bytes == pytest.approx(ideal_bytes, rel=0.05)


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_the_ideal_ones(name):
    case = CASES[name]
    function = CountedFunction(case.function)
    for size in ("S", "R"):
        args = case.args(size)
        ideal = case.ideal_bytes(*args)
        function(*args)
        check_counts(function.traffic, case, ideal)


@pytest.mark.parametrize("name", NAMES)
def test_one_compile_for_all_sizes(name):
    """Run-time sizes: what is counted is one version's, whatever the sizes."""
    case = CASES[name]
    function = CountedFunction(case.function)
    for size in case.same_kind:
        args = case.args(size)
        ideal = case.ideal_bytes(*args)
        function(*args)
        check_counts(function.traffic, case, ideal)
    assert function.compiles == 1


@pytest.mark.parametrize("name", NAMES)
def test_kernels_are_the_entries_of_the_ptx(name):
    case = CASES[name]
    args = case.args(case.same_kind[0])
    on_gpu = elena.jit(case.function).lower(*args, target="cuda")
    assert on_gpu.as_text("ptx").count(".visible .entry") == len(on_gpu.kernels)
    assert len(elena.jit(case.function).lower(*args).kernels) == len(on_gpu.kernels)


# ---- a case that is not there yet ---------------------------------------------------------------------------


def test_swin_shift_reverse_makes_a_temporary():
    """Its ideal is one kernel: np.roll of an axis that the reshape before has joined. Pinned as it is today."""
    case = CASES["swin_shift_reverse"]
    assert (case.kernels, case.temporaries) == (1, 0)
    for size in ("S", "R"):
        found = traffic(case.function, *case.args(size))
        assert (found.kernels, found.temporaries) == (2, 1)


# ---- what counting means ------------------------------------------------------------------------------------


def test_each_byte_counts_once_per_kernel():
    x = np.ones((6, 8), np.float32)
    row = np.ones(8, np.float32)
    found = traffic(lambda x, row: x + row, x, row)
    (kernel,) = found.per_kernel
    assert (kernel.read, kernel.written) == (x.nbytes + row.nbytes, x.nbytes)
    assert (kernel.loads, kernel.stores) == (2 * x.nbytes, x.nbytes)
    assert found.allocated == x.nbytes
    np.testing.assert_array_equal(found.result, x + row)


def test_every_kernel_brings_its_data_again():
    x = np.ones(100)
    found = traffic(lambda x: np.sqrt(x) + x, x, fuse=False)
    assert (found.kernels, found.temporaries) == (2, 1)
    assert (found.read_unique, found.written_unique) == (3 * x.nbytes, 2 * x.nbytes)
    assert found.bytes == found.read + found.written


def test_what_was_just_written_is_not_read_from_memory():
    """Whether the kernel keeps a value in a register or reads it back from the line that it has just written."""

    def f(x):
        y = np.zeros_like(x)
        y[:, :2] = x[:, 2:]
        y[:, 2:] = y[:, :2] + x[:, :2]
        return y

    x = np.ones((100, 4))
    found = traffic(f, x)
    np.testing.assert_array_equal(found.result, f(x))
    assert found.kernels == 1
    assert (found.read_unique, found.written_unique) == (x.nbytes, x.nbytes)


def test_every_launch_brings_its_data_again():
    def halve(x, n):
        for _ in range(n):
            x *= 0.5
        return x

    for n in (0, 3):
        x = np.ones(50)
        found = traffic(halve, x, n)
        np.testing.assert_array_equal(found.result, halve(np.ones(50), n))
        assert found.launches == n * found.kernels
        assert found.read_unique == found.written_unique == n * x.nbytes
