"""Counts do not depend on how a function is written: names, order of statements and of columns, an axis in front.

Each variant is run by NumPy too, so that it is the same function.
"""

import functools

import numpy as np
import program_variants_by_hand as by_hand
import pytest
from elena.testing.traffic import traffic
from program_variants import (
    NothingToChange,
    permute_columns,
    put_axis_in_front,
    rename_locals,
    swap_statements,
    variant,
)
from test_fusion_counts import CASES, NAMES, check_counts
from viewbench import arrays_in

WITHOUT_INDEPENDENT_STATEMENTS = {
    "off_diag_loss": "one statement after the other changes the same array",
    "ssd_decode": "the second update reads what the first has written",
    "ssd_head_softmax": "two expressions, of which the second is the result",
}


@functools.cache
def counts(name):
    case = CASES[name]
    return numbers(traffic(case.function, *case.args(case.same_kind[0])))


def numbers(found):
    return found.kernels, found.temporaries, found.read_unique, found.written_unique


def same_up_to_rounding(found, expected):
    found, expected = list(arrays_in([found])) or [found], list(arrays_in([expected])) or [expected]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_renamed(name):
    check_rewritten(name, rename_locals)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in WITHOUT_INDEPENDENT_STATEMENTS])
def test_independent_statements_swapped(name):
    check_rewritten(name, swap_statements)


@pytest.mark.parametrize("name", WITHOUT_INDEPENDENT_STATEMENTS)
def test_nothing_is_independent(name):
    with pytest.raises(NothingToChange):
        variant(CASES[name].function, swap_statements)


def check_rewritten(name, transform):
    case = CASES[name]
    changed = variant(case.function, transform)
    args = case.args(case.same_kind[0])
    found = traffic(changed, *args)
    same_up_to_rounding(found.result, case.function(*case.args(case.same_kind[0])))
    assert numbers(found) == counts(name)


# ---- columns ------------------------------------------------------------------------------------------------

ROLLED = [2, 3, 0, 1]  # x2, y2, x1, y1
SWAPPED = [1, 0]


def permuted(array, order, group=None):
    """Column k of each group of columns becomes column order[k]; further columns of the group stay."""
    array = np.asarray(array)
    group = group or len(order)
    columns = np.arange(array.shape[-1]).reshape(-1, group)
    columns[:, : len(order)] = columns[:, np.argsort(order)]
    return np.ascontiguousarray(array[..., columns.reshape(-1)])


def permuted_channels(levels, order):
    """Of [B, 3*85, H, W]: the attributes of each anchor."""
    return [np.moveaxis(permuted(np.moveaxis(level, 1, -1), order, 85), -1, 1).copy() for level in levels]


def all_arrays(args, order):
    """Arrays and tuples of as many numbers as there are columns."""
    return tuple(permuted(a, order) if np.ndim(a) and np.shape(a)[-1] % len(order) == 0 else a for a in args)


def argument(*places):
    def permute(args, order):
        return tuple(permuted(a, order) if k in places else a for k, a in enumerate(args))

    return permute


def levels_and(*places):
    def permute(args, order):
        levels, *others = argument(*places)(args, order)
        return permuted_channels(levels, order), *others

    return permute


def unchanged(result, order):
    return result


def part(place):
    """One array of several is in other columns."""

    def permute(result, order):
        return tuple(permuted(a, order) if k == place else a for k, a in enumerate(result))

    return permute


def each(result, order):
    return [permuted(array, order) for array in result]


def tuples(args, order):
    """Means and deviations stay tuples of numbers."""
    return tuple(tuple(permuted(a, order).tolist()) if isinstance(a, tuple) else a for a in args)


COLUMNS = {
    # name: (order, arrays whose columns are permuted in the source, of the arguments, of the result)
    "gen_base_anchors": (ROLLED, "anchors", argument(), each),
    "mlvl_points": (SWAPPED, "shifts", argument(), permuted),
    "delta2bbox": (
        ROLLED,
        "rois deltas denorm bboxes",
        lambda args, order: (*argument(0, 1)(args[:2], order), *tuples(args[2:4], order), *args[4:]),
        permuted,
    ),
    "bboxes2tblr": (ROLLED, "priors gts loc", argument(0, 1), permuted),
    "yolo_decode": (ROLLED, "anchors pred", argument(0, 1), permuted),
    "bbox_flip_back": (ROLLED, "flipped bboxes", argument(0, 3), permuted),
    "yolov3_head": (ROLLED, "anchors preds pred", levels_and(1), part(0)),
    "yolov5_detect": (ROLLED, "y", levels_and(), lambda result, order: permuted(result, order, 85)),
    "paste_mask": (ROLLED, "", argument(1), unchanged),
    "rotary": (SWAPPED, "x", argument(0), permuted),
    "normalize_bgr": ([1, 2, 0], "dup src", argument(0, 1, 2), permuted),
    "gaussian_target": (ROLLED, "", argument(0), unchanged),
    "fcos_target": (ROLLED, "gt_bboxes gts targets centers", argument(1), part(1)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_permuted(name):
    case = CASES[name]
    order, arrays, of_arguments, of_result = COLUMNS[name]
    function = variant(case.function, permute_columns(order, *arrays.split()))
    found = traffic(function, *of_arguments(case.args(case.same_kind[0]), order))
    same_up_to_rounding(found.result, of_result(case.function(*case.args(case.same_kind[0])), order))
    assert numbers(found) == counts(name)


def channels_of_tsm(array):
    """The first two eighths of the channels change places."""
    first, second, others = np.split(array, [array.shape[1] // 8, array.shape[1] // 4], axis=1)
    return np.concatenate([second, first, others], axis=1)


BY_HAND = {
    # name: (function, of the arguments, of the result)
    "offset2bbox": (by_hand.offset2bbox_columns, lambda b, o: (flip(b), flip(o)), lambda r: flip(r)),
    "ssd_decode": (by_hand.ssd_decode_columns, lambda loc, p, v: (roll(loc), roll(p), v), lambda r: roll(r)),
    "bbox_overlaps": (by_hand.bbox_overlaps_columns, lambda a, b, mode: (roll(a), roll(b)), lambda r: r),
    "grid_anchors": (by_hand.grid_anchors_columns, lambda a, *r: (swap_pairs(a), *r), lambda r: swap_pairs(r)),
    "bbox2delta": (
        by_hand.bbox2delta_columns,
        lambda p, g, m, s: (roll(p), roll(g), m, tuple(roll(s).tolist())),
        lambda r: roll(r),
    ),
    "tblr2bboxes": (by_hand.tblr2bboxes_columns, lambda p, t, *r: (roll(p), roll(t), *r), lambda r: roll(r)),
    "tsm_shift": (by_hand.tsm_shift_columns, lambda x, *r: (channels_of_tsm(x), *r), channels_of_tsm),
}


def roll(array):
    return permuted(array, ROLLED)


def flip(array):
    return permuted(array, [3, 2, 1, 0])


def swap_pairs(array):
    return permuted(array, [1, 0, 3, 2])


@pytest.mark.parametrize("name", BY_HAND)
def test_columns_permuted_by_hand(name):
    case = CASES[name]
    function, of_arguments, of_result = BY_HAND[name]
    found = traffic(function, *of_arguments(*case.args(case.same_kind[0])))
    same_up_to_rounding(found.result, of_result(case.function(*case.args(case.same_kind[0]))))
    assert numbers(found) == counts(name)


COLUMNS_HAVE_NO_NAMES = {
    "valid_flags": "no columns",
    "ssd_head_softmax": "all classes alike, and locations are copied",
    "swin_shift_partition": "channels are copied",
    "kv_append": "channels are copied",
    "kv_repeat": "channels are copied",
    "off_diag_loss": "no columns",
    "longformer_band": "columns are distances, not a set",
    "nms_prepare": "all four alike",
}


def test_every_case_with_columns_is_permuted():
    assert sorted([*COLUMNS, *BY_HAND, *COLUMNS_HAVE_NO_NAMES]) == sorted(NAMES)


# ---- an axis in front ---------------------------------------------------------------------------------------

BATCH = 3
TRANSFORMED = object()  # by put_axis_in_front

IN_FRONT = {
    # name: (function, how many arguments are arrays that get the axis)
    "offset2bbox": (by_hand.offset2bbox_batch, 2),
    "ssd_decode": (by_hand.ssd_decode_batch, 2),
    "bbox_overlaps": (by_hand.bbox_overlaps_batch, 2),
    "grid_anchors": (by_hand.grid_anchors_batch, 1),
    "bbox2delta": (CASES["bbox2delta"].function, 2),
    "delta2bbox": (by_hand.delta2bbox_batch, 2),
    "off_diag_loss": (by_hand.off_diag_loss_batch, 1),
    "bboxes2tblr": (TRANSFORMED, 2),
    "tblr2bboxes": (TRANSFORMED, 2),
    "yolo_decode": (TRANSFORMED, 3),
    "bbox_flip_back": (CASES["bbox_flip_back"].function, 1),
    "normalize_bgr": (CASES["normalize_bgr"].function, 1),
}


@pytest.mark.parametrize("name", IN_FRONT)
def test_counts_with_an_axis_in_front(name):
    case = CASES[name]
    function, count = IN_FRONT[name]
    if function is TRANSFORMED:
        function = variant(case.function, put_axis_in_front)
    args = case.args("S")
    args = args[:2] if name == "bbox_overlaps" else args
    batched = [np.stack([a * np.float32(1 + k / 8) for k in range(BATCH)]) for a in args[:count]]
    found = traffic(function, *batched, *args[count:])
    for k in range(BATCH):
        one = case.function(*(a[k] for a in batched), *args[count:])
        parts = tuple(a[k] for a in found.result) if isinstance(found.result, tuple) else found.result[k]
        same_up_to_rounding(parts, one)
    check_counts(found, case, BATCH * case.ideal_bytes(*case.args("S")))


MORE_IN_FRONT = {
    # they have an axis in front: a larger one
    "yolov3_head": dict(batch=BATCH),
    "yolov5_detect": dict(batch=BATCH),
    "ssd_head_softmax": dict(batch=BATCH),
    "swin_shift_partition": dict(shape=(BATCH, 56, 56, 96)),
    "rotary": dict(shape=(BATCH, 1, 32, 128)),
    "kv_append": dict(cache=(BATCH, 256, 8, 64), new=(BATCH, 1)),
    "kv_repeat": dict(cache=(BATCH, 256, 8, 64), batch=BATCH),
    "tsm_shift": dict(frames=8 * BATCH),
    "longformer_band": dict(heads=12 * BATCH),
}


@pytest.mark.parametrize("name", MORE_IN_FRONT)
def test_counts_with_more_in_front(name):
    case = CASES[name]
    args = case.args(dict(case.sizes["S"], **MORE_IN_FRONT[name]))
    ideal = case.ideal_bytes(*args)
    check_counts(traffic(case.function, *args), case, ideal)


def test_nms_prepare_of_several_images():
    """The maximum of each image is a reduction of rows, so one kernel does, not two."""
    case = CASES["nms_prepare"]
    boxes, scores = (np.stack([a, a * 2, a * 3]) for a in case.args("S"))
    found = traffic(by_hand.nms_prepare_batch, boxes, scores)
    for k in range(BATCH):
        same_up_to_rounding(tuple(a[k] for a in found.result), case.function(boxes[k], scores[k]))
    assert (found.kernels, found.temporaries) == (1, 0)
    assert found.bytes == pytest.approx(BATCH * (case.ideal_bytes(*case.args("S")) - boxes[0].nbytes), rel=0.05)


NO_AXIS_IN_FRONT = {
    "nms_prepare": "needs fewer kernels then, see above",
    "gen_base_anchors": "takes lists of numbers",
    "mlvl_points": "takes no arrays",
    "valid_flags": "takes no arrays",
    "paste_mask": "a loop over objects: those of several images are more objects",
    "gaussian_target": "a loop over boxes that write one heat map",
    "fcos_target": "gathers rows of one image's labels",
}


def test_every_case_that_can_has_an_axis_in_front():
    assert sorted([*IN_FRONT, *MORE_IN_FRONT, *NO_AXIS_IN_FRONT]) == sorted(NAMES)
