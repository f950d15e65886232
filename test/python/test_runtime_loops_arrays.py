"""Arrays that run-time loops carry from one iteration to the next, and functions of real networks."""

import numpy as np
from runtime_loops import F32, RNG, check, floats

# ---- arrays that are carried -------------------------------------------------------------------------------


def recurrence(x, h, w, n):
    for i in range(n):
        h = np.tanh(x[i] @ w + h)
    return h


def powers(a, n):
    p = np.eye(a.shape[0])
    for _ in range(n):
        p = p @ a
    return p


def two_steps(a, b, n):
    a, b = a.copy(), b.copy()
    for _ in range(n):
        a, b = b, a + b
    return a, b


def keeps_the_last(x):
    last = np.zeros(x.shape[1])
    for i in range(len(x)):
        change = x[i] - last
        last = x[i].copy()
        x[i] = change
    return last


def pingpong(x, n):
    now, after = x.copy(), np.zeros(x.shape[0])
    for _ in range(n):
        after[1:-1] = (now[2:] + now[:-2]) / 2
        after[0] = now[-1]
        now, after = after, now
    return now


def carried_and_written(x, n):
    y = x * 1
    for i in range(n):
        y[i] = 0
        y = y + 1
    y[0] = 7
    return y


def carried_by_closure(x, n):
    h = x + 0

    def step():
        nonlocal h
        h = h * 2

    for _ in range(n):
        step()
    return h


def history(x, n):
    out = np.zeros((n, x.shape[0]))
    h = np.ones(x.shape[0])
    for i in range(n):
        h = h * x
        out[i] = h
    return out


def test_arrays_are_carried():
    x, w = floats(9, 5, dtype=F32), floats(5, 5, dtype=F32)
    check(recurrence, *[(x, w[0], w, n) for n in (3, 9, 1)], ulp=16, ulp_scale=1.0)
    check(powers, *[(floats(5, 5), n) for n in (1, 3, 0)], ulp=64, ulp_scale=100.0)
    check(two_steps, *[(floats(7), floats(7), n) for n in (0, 1, 2, 50)])
    check(keeps_the_last, (floats(7, 6),), (floats(70, 6),))
    check(pingpong, *[(floats(7), n) for n in (0, 1, 2, 99)])
    check(carried_and_written, *[(floats(7), n) for n in (0, 1, 5)])
    check(carried_by_closure, *[(floats(7), n) for n in (0, 1, 5)])
    check(history, *[(floats(7), n) for n in (0, 1, 9)])


def test_an_argument_that_a_loop_replaces():
    """Without iterations the result is the argument itself: a version of its own."""
    x, w = floats(9, 5, dtype=F32), floats(5, 5, dtype=F32)
    check(recurrence, *[(x, w[0], w, n) for n in (3, 0, 9, -1)], ulp=16, ulp_scale=1.0, compiles=2)


# ---- real ones ---------------------------------------------------------------------------------------------


def gaussian_target(boxes, labels, num_classes, height, width, radius):
    heat = np.zeros((num_classes, height, width), np.float32)
    offsets = np.arange(-radius, radius + 1, dtype=np.float32)
    patch = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / 8)
    for i in range(len(boxes)):
        x1, y1, x2, y2 = boxes[i]
        x, y = int((x1 + x2) / 2), int((y1 + y2) / 2)
        left, right = min(x, radius), min(width - x, radius + 1)
        top, bottom = min(y, radius), min(height - y, radius + 1)
        view = heat[labels[i], y - top : y + bottom, x - left : x + right]
        np.maximum(view, patch[radius - top : radius + bottom, radius - left : radius + right], out=view)
    return heat


def paste_mask(masks, boxes, height, width):
    out = np.zeros((masks.shape[0], height, width), bool)
    for i in range(masks.shape[0]):
        x1, y1, x2, y2 = boxes[i]
        left, top = max(int(np.floor(x1)), 0), max(int(np.floor(y1)), 0)
        right, bottom = min(int(np.ceil(x2)), width), min(int(np.ceil(y2)), height)
        rows = np.clip((np.arange(top, bottom) + 0.5 - y1) / (y2 - y1) * masks.shape[1], 0, masks.shape[1] - 1)
        columns = np.clip((np.arange(left, right) + 0.5 - x1) / (x2 - x1) * masks.shape[2], 0, masks.shape[2] - 1)
        out[i, top:bottom, left:right] = masks[i][rows.astype(int)[:, None], columns.astype(int)] > 0
    return out


def greedy_nms(boxes, order, threshold):
    keep = np.ones(boxes.shape[0], bool)
    for i in range(boxes.shape[0]):
        if not keep[order[i]]:
            continue
        for j in range(i + 1, boxes.shape[0]):
            a, b = boxes[order[i]], boxes[order[j]]
            width = min(a[2], b[2]) - max(a[0], b[0])
            height = min(a[3], b[3]) - max(a[1], b[1])
            if width > 0 and height > 0 and width * height > threshold:
                keep[order[j]] = False
    return keep


def random_boxes(n, size):
    corners = RNG.uniform(0, size, (n, 2, 2)).astype(F32)
    low, high = corners.min(1), corners.max(1)
    return np.concatenate([low, high + 2], 1)


def test_boxes():
    for_boxes = [(random_boxes(n, s - 4), RNG.integers(0, 3, n)) for n, s in ((5, 30), (12, 60))]
    check(gaussian_target, *[(*b, 3, s, s + 2, 4) for b, s in zip(for_boxes, (30, 60))], ulp=4)
    check(paste_mask, *[(floats(n, 7, 7), random_boxes(n, 40).astype(float), 30, 36) for n in (5, 20)])
    check(greedy_nms, *[(random_boxes(n, 20).astype(float), RNG.permutation(n), 4.0) for n in (5, 20)])


# ---- sizes that depend on the iteration ----------------------------------------------------------------------


def broadcasts_a_narrow_slice(x, n):
    """The column x[:, i : i + 1] has one element, or none behind the last one: NumPy decides there."""
    for i in range(n):
        x[...] = x.T * (x[:, i : i + 3][:, 0:1] - 2)
    return x


def adds_a_slice(x, n):
    for i in range(n):
        x[...] = x + x[:, i : i + 2]
    return x


def test_a_size_of_the_iteration_is_broadcast_where_it_is_one():
    check(broadcasts_a_narrow_slice, *[(np.arange(36).reshape(6, 6) % 5, n) for n in (0, 1, 3, 6, 7)])
    check(adds_a_slice, *[(np.arange(36).reshape(6, 6) % 5, n) for n in (0, 1)])
