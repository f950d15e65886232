"""Counted, not claimed: kernels, temporaries and bytes of what is compiled (docs/Counting.md).

The numbers are those of the case's module (benchmarks/viewbench). No case is expected to miss them.
"""

import functools

import elena
import numpy as np
import program_variants_by_hand as by_hand
import pytest
from elena.testing.traffic import CountedFunction, traffic
from program_variants import rename_locals, swap_statements, variant
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


# ---- the same function, written differently -----------------------------------------------------------------


@functools.cache
def counts(name):
    case = CASES[name]
    return numbers(traffic(case.function, *case.args(case.same_kind[0])))


def numbers(found):
    return found.kernels, found.temporaries, found.read_unique, found.written_unique


def ways_to_write():
    for name in NAMES:
        for transform in (rename_locals, swap_statements):
            yield pytest.param(name, transform, id=f"{name}-{transform.__name__}")


@pytest.mark.parametrize("name, transform", ways_to_write())
def test_counts_do_not_depend_on_how_it_is_written(name, transform):
    case = CASES[name]
    changed = variant(case.function, transform)
    assert numbers(traffic(changed, *case.args(case.same_kind[0]))) == counts(name)


def arguments(name, batch=None):
    """Those of the case; with `batch`, all arrays of boxes so many times."""
    args = CASES[name].args("S")
    if batch is None:
        return args
    return tuple(np.stack([item] * batch) if isinstance(item, np.ndarray) else item for item in args)


@pytest.mark.parametrize(
    "name, function, count",
    [
        ("offset2bbox", by_hand.offset2bbox_columns, 2),
        ("ssd_decode", by_hand.ssd_decode_columns, 3),
        ("bbox_overlaps", by_hand.bbox_overlaps_columns, 2),
        ("grid_anchors", by_hand.grid_anchors_columns, 3),
        ("bbox2delta", by_hand.bbox2delta_columns, 4),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_counts_do_not_depend_on_the_order_of_columns(name, function, count):
    case = CASES[name]
    args = arguments(name)
    found = traffic(function, *args[:count])
    assert numbers(found) == numbers(traffic(case.function, *args))


@pytest.mark.parametrize(
    "name, function, count",
    [
        ("offset2bbox", by_hand.offset2bbox_batch, 2),
        ("ssd_decode", by_hand.ssd_decode_batch, 3),
        ("bbox_overlaps", by_hand.bbox_overlaps_batch, 2),
        ("grid_anchors", by_hand.grid_anchors_batch, 3),
        ("bbox2delta", CASES["bbox2delta"].function, 4),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_counts_with_an_axis_in_front(name, function, count):
    case = CASES[name]
    ideal = case.ideal_bytes(*arguments(name))
    check_counts(traffic(function, *arguments(name, batch=3)[:count]), case, 3 * ideal)


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
