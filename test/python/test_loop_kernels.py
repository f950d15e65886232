"""Loops over rows, boxes, objects, whose iterations are independent: one launch for all of them (docs/Fusion.md)."""

import elena
import numpy as np
import pytest
from elena.testing.emulator import EmulatedFunction
from elena.testing.interpreted import interpreted
from elena.testing.traffic import traffic


def copies(args):
    return [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in args]


def outcome(function, args):
    """What the caller has afterwards: the arguments, and the result or the error."""
    args = copies(args)
    try:
        result = function(*args)
    except (IndexError, ValueError, OverflowError) as error:
        result = (type(error), str(error).partition(" (")[0])
    return args, result


def check(function, *args, launches=None):
    """NumPy's result for all ways to run it; and so many launches of the compiled one."""
    expected_args, expected = outcome(function, args)
    ways = [elena.jit(function), *(interpreted(function, seed=seed) for seed in range(4))]
    ways += [EmulatedFunction(function, seed=seed) for seed in (0, 1)]
    for way in ways:
        found_args, found = outcome(way, args)
        for found_one, expected_one in zip(found_args, expected_args):
            np.testing.assert_array_equal(found_one, expected_one)
        if isinstance(expected, tuple) and isinstance(expected[0], type):
            assert found == expected
        elif expected is not None:
            np.testing.assert_array_equal(found, expected)
        assert not getattr(getattr(way, "emulation", None), "reports", [])
    if launches is not None:
        assert traffic(function, *copies(args)).launches == launches


def why(function, *args):
    return [loop.why for loop in elena.explain(function, *copies(args)).loops]


BOUNDS = np.array([1, 7, 0, -2, 9])


def matrix():
    return np.arange(35.0).reshape(5, 7)


def up_to_bound(x, bounds):
    for i in range(len(bounds)):
        x[i, : bounds[i]] += 1


def test_rows_of_the_caller_with_sizes_from_data():
    check(up_to_bound, matrix(), BOUNDS, launches=1)
    check(up_to_bound, matrix()[:0], BOUNDS[:0], launches=0)
    assert why(up_to_bound, matrix(), BOUNDS) == [""]


def test_rows_of_a_view():
    check(up_to_bound, matrix()[::-1, ::-1], BOUNDS, launches=1)
    check(up_to_bound, np.arange(70.0).reshape(5, 14)[:, ::2], BOUNDS, launches=1)
    check(up_to_bound, np.arange(35.0).reshape(7, 5).T, BOUNDS, launches=1)


def test_columns_in_steps():
    def every_third(x, n):
        for i in range(1, n, 3):
            x[:, i] = i

    check(every_third, matrix(), 7, launches=1)
    check(every_third, matrix(), -1, launches=1)


def test_expressions_of_the_row_and_of_its_number():
    def scaled(x, w):
        out = np.zeros_like(x)
        for i in range(x.shape[0]):
            k = int(w[i])
            out[i, k:] = x[i, k:] * np.sqrt(w[i]) + i
        return out

    check(scaled, matrix(), np.array([0.5, 3.0, 6.9, 1.0, 100.0]), launches=1)


def test_an_error_leaves_nothing_behind_that_the_caller_could_see():
    def gather(x, index):
        out = np.zeros((index.shape[0], x.shape[1]))
        for i in range(index.shape[0]):
            out[i] = x[index[i]]
        return out

    check(gather, matrix(), np.array([4, -5, 0, 2, 2]), launches=1)
    check(gather, matrix(), np.array([4, 5, 0, 2, 2]))


def test_the_caller_sees_what_was_written_before_an_error():
    def gather_into(out, x, index):
        for i in range(index.shape[0]):
            out[i] = x[index[i]]

    args = np.zeros((5, 7)), matrix(), np.array([4, 5, 0, 2, 2])
    check(gather_into, *args)
    check(gather_into, args[0], args[1], np.array([4, 3, 0, 2, 2]), launches=1)
    check(gather_into, args[0], args[1], np.array([7, 7, 7, 7, 7]))


def test_a_check_that_another_one_makes_possible():
    """Where the first one fails, what the second one would read is not there."""

    def through(out, x, first, second):
        for i in range(first.shape[0]):
            out[i] = x[second[first[i]]]

    rows = np.array([0, 1, 9, 2, 2])
    args = np.zeros((5, 7)), matrix()
    check(through, *args, np.array([0, 1, 2, 1000000, 1]), np.array([0, 1, 2, 3, 4]))
    check(through, *args, np.array([0, 1, 2, 3, 1]), rows)
    check(through, *args, np.array([0, 1, 3, 3, 1]), rows, launches=1)


def test_a_row_that_is_repeated_where_it_has_one_element():
    def stretched(y, x, n):
        for i in range(n.shape[0]):
            y[i, : n[i]] = x[i, 6 - n[i] :] * 2

    check(stretched, np.zeros((5, 7)), matrix(), np.array([5, 5, 5, 4, 6]))
    check(stretched, np.zeros((5, 3)), matrix(), np.array([3, 3, 6, 3, 3]))
    check(stretched, np.zeros((5, 7)), matrix()[:, :5], np.array([2, 3, 1, 1, 2]))


def test_sizes_of_two_arrays_from_one_bound():
    def copied(y, x, n):
        for i in range(n.shape[0]):
            y[i, : n[i]] = x[i, : n[i]] * 2

    bounds = np.array([1, 7, 0, -2, 5])
    check(copied, np.zeros((5, 7)), matrix(), bounds, launches=1)
    check(copied, np.zeros((5, 9)), matrix()[:, :1], np.array([1, 7, 0, 2, 5]), launches=1)
    check(copied, np.zeros((5, 9)), matrix()[:, :1], np.array([1, 7, 0, -1, 5]))
    check(copied, np.zeros((5, 9)), matrix(), bounds)


def test_an_iteration_that_reads_what_another_one_writes():
    def running(x, n):
        for i in range(1, n):
            x[i] += x[i - 1]

    check(running, matrix(), 5, launches=4)
    assert why(running, matrix(), 5) == ["an iteration may read what another one writes"]


def test_rows_that_the_data_choose_may_be_the_same():
    def scatter(x, rows):
        out = np.zeros_like(x)
        for i in range(len(rows)):
            out[rows[i]] = x[i]
        return out

    check(scatter, matrix(), np.array([3, 1, 3, 0, 1]), launches=1)
    assert why(scatter, matrix(), np.array([3, 1, 3, 0, 1])) == [""]


def draw(boxes, labels, classes, height, width):
    """In order where boxes overlap: the sum before, the largest after."""
    heat = np.zeros((classes, height, width), np.float32)
    for i in range(len(boxes)):
        x1, y1, x2, y2 = boxes[i]
        view = heat[labels[i], y1:y2, x1:x2]
        view *= 0.5
        np.maximum(view, np.float32(1 + i) / np.float32(x2), out=view)
    return heat


BOXES = np.array([[1, 2, 5, 6], [0, 1, 4, 4], [3, 3, 9, 9], [2, 2, 5, 5], [1, 1, 3, 7], [4, 0, 8, 8]])
LABELS = np.array([1, 0, 1, -2, 2, -1])


def test_boxes_that_overlap_are_drawn_in_order_by_the_owner_of_their_plane():
    check(draw, BOXES, LABELS, 3, 8, 10, launches=1)
    check(draw, BOXES, np.zeros(6, np.int64), 1, 8, 10, launches=1)
    assert why(draw, BOXES, LABELS, 3, 8, 10) == [""]


def test_more_iterations_than_cells_have_few_owners():
    check(draw, np.tile(BOXES, (10, 1)), np.tile(LABELS, 10), 3, 4, 3, launches=1)
    check(draw, np.tile(BOXES, (5, 1)), np.tile(LABELS, 5), 7, 2, 3, launches=1)


def test_planes_without_iterations_and_iterations_without_planes():
    check(draw, BOXES[:0], LABELS[:0], 3, 8, 10, launches=1)
    check(draw, BOXES[:0], LABELS[:0], 0, 8, 10)
    check(draw, BOXES, LABELS, 3, 0, 10)
    check(draw, BOXES, LABELS, 0, 8, 10)


def test_an_index_of_a_plane_out_of_bounds():
    check(draw, BOXES, np.array([1, 0, 3, -2, 2, -1]), 3, 8, 10)
    check(draw, BOXES, np.array([1, 0, 2, -2, 2, -4]), 3, 8, 10)


def test_a_reduction_in_each_iteration_is_storage_of_the_iteration():
    def brightest(x, boxes, labels, classes):
        heat = np.full((classes, x.shape[0], x.shape[1]), -1.0, np.float32)
        for i in range(len(boxes)):
            x1, y1, x2, y2 = boxes[i]
            m = x[i : i + y2 + 1].max()
            view = heat[labels[i], y1:y2, x1:x2]
            np.maximum(view, m - x[y1:y2, x1:x2], out=view)
        return heat

    x = np.arange(80, dtype=np.float32).reshape(8, 10) % 7
    check(brightest, x, BOXES, LABELS, 3, launches=1)
    assert why(brightest, x, BOXES, LABELS, 3) == [""]


def test_columns_that_the_data_choose():
    def count(x, columns, width):
        out = np.ones((x.shape[1], width))
        for i in range(len(columns)):
            out[:, columns[i]] += x[i]
        return out

    check(count, matrix(), np.array([3, 1, 3, -1, 1]), 6, launches=1)


def test_a_histogram():
    def histogram(labels, weights, n):
        out = np.zeros(n)
        for i in range(len(labels)):
            out[labels[i]] += weights[i]
        return out

    labels = np.arange(40) * 7 % 11
    check(histogram, labels, np.linspace(0, 1, 40), 11, launches=1)


def test_a_fill_that_knows_its_place():
    def ramp(x, rows):
        out = np.arange(35.0).reshape(5, 7) + x
        for i in range(len(rows)):
            out[rows[i]] *= i
        return out

    check(ramp, matrix(), np.array([3, 1, 3, 0, 1, -1]), launches=1)


def test_an_iteration_that_touches_two_planes():
    def beside(x, rows):
        out = np.zeros_like(x)
        for i in range(len(rows) - 1):
            out[rows[i]] += x[i]
            out[rows[i + 1]] *= 2
        return out

    rows = np.array([3, 1, 3, 0, 1, 2])
    check(beside, matrix(), rows)
    assert why(beside, matrix(), rows) == [
        "an iteration has 2 kernels, one after the other; "
        "plane by plane: an iteration may touch two planes of what it writes"
    ]


def test_the_only_plane():
    def add(y, boxes):
        out = np.zeros_like(y)
        for i in range(len(boxes)):
            out[0, boxes[i, 0] : boxes[i, 2]] += i
        return out

    check(add, np.ones((1, 8, 10)), BOXES)
    assert "plane by plane: what it writes is one plane" in why(add, np.ones((1, 8, 10)), BOXES)[0]


def test_numbers_that_are_loaded_again():
    def halve_and_add(y, boxes, labels):
        out = y * 2
        for i in range(len(labels)):
            out[labels[i], :, boxes[i, 0] : boxes[i, 2]] *= 0.5
            out[labels[i]] += i
        return out

    check(halve_and_add, np.ones((3, 8, 10)), BOXES, LABELS, launches=1)


def test_planes_that_were_made_elsewhere():
    def twice(x, rows):
        out = np.cumsum(x, axis=0)
        for i in range(len(rows)):
            out[rows[i]] += x[i]
        return out

    rows = np.array([3, 1, 3, 0, 1])
    check(twice, matrix(), rows)
    assert "plane by plane: the kernel before it" in why(twice, matrix(), rows)[0]


def test_the_gpu_has_one_kernel_of_fill_and_loop():
    lowered = elena.jit(draw).lower(BOXES, LABELS, 3, 8, 10, target="cuda")
    assert lowered.as_text("ptx").count(".visible .entry") == 1


def test_a_number_of_the_row_that_is_written():
    def by_first(x, n):
        for i in range(n):
            k = int(x[i, 0])
            x[i, k:] = 0

    x = matrix()
    x[:, 0] = [3, 0, 1, 6, 2]
    check(by_first, x, 5, launches=5)


def test_a_loop_that_carries_a_number():
    def growing(x, n):
        total = 0.0
        for i in range(n):
            total += x[i, 0]
            x[i, 1:] = total

    check(growing, matrix(), 5)
    assert why(growing, matrix(), 5)[0]


def test_loops_in_a_loop():
    def blocks(x, n, m):
        for i in range(n):
            for j in range(m):
                x[i, j : j + 1] *= j + i

    check(blocks, matrix(), 5, 7, launches=5)


def test_arguments_that_overlap():
    def shift(x, y):
        for i in range(x.shape[0]):
            x[i] = y[i]

    check(shift, matrix(), matrix() + 1, launches=1)
    for way in (elena.jit(shift), interpreted(shift, seed=2)):
        expected, found = matrix(), matrix()
        shift(expected[1:], expected[:-1])
        way(found[1:], found[:-1])
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("fuse", [False, "noviews", "-loop"])
def test_the_move_can_be_left_out(fuse):
    assert traffic(up_to_bound, matrix(), BOUNDS, fuse=fuse).launches >= len(BOUNDS)


def test_the_gpu_has_one_kernel():
    lowered = elena.jit(up_to_bound).lower(matrix(), BOUNDS, target="cuda")
    assert lowered.as_text("ptx").count(".visible .entry") == 1
