"""elena.explain: what was fused, what was not, and why."""

import re
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

import elena


def decode(boxes):
    out = boxes * 2
    out[:, :2] -= out[:, 2:] / 2
    out[:, 2:] += out[:, :2]
    return out


def add_transposed(x):
    x += x.T
    return x


def subtract_sum(x, w):
    total = x.sum()
    return (x - total) * w


def look_up(table, rows):
    table = table * 2
    return table[rows] + 1


BOXES = np.zeros((7, 4), np.float32)


def test_one_kernel():
    told = elena.explain(decode, BOXES)
    assert len(told.kernels) == 1 and not told.temporaries and not told.refusals
    [nest] = told.kernels[0].nests
    assert nest.over == "[boxes.shape[0]]"
    assert "out[:, :2] -= out[:, 2:] / 2" in {place.text for place in nest.places}
    # Read once, written once.
    assert told.moved_after == 2 * BOXES.nbytes < told.moved_before
    assert told.bytes_after == "32*boxes.shape[0]"
    text = str(told)
    assert text.startswith("decode: 1 kernel, no temporaries in memory")
    assert "out[:, 2:] += out[:, :2]" in text


def test_a_temporary_has_its_two_accesses():
    told = elena.explain(add_transposed, np.zeros((5, 5)))
    [temporary] = told.temporaries
    assert temporary.copy_for and told.copies == [temporary]
    assert temporary.place.text == "x += x.T"
    assert temporary.refusal.obstacle == "no-common-iteration"
    read, write = temporary.refusal.accesses[0]
    assert (read.kind, read.storage, write.kind, write.storage) == ("reads", "x", "writes", "x")
    assert read.cell == "i0 + x.shape[1]*i1" and write.cell == "x.shape[1]*i0 + i1"
    assert read.place.text == write.place.text == "x += x.T"
    assert "overwrites elements that it has still to read" in str(told)


def test_two_kernels_say_why():
    told = elena.explain(subtract_sum, np.zeros(9), np.zeros(9))
    assert len(told.kernels) == 2
    [refusal] = told.refusals
    assert (refusal.first, refusal.second) == (1, 2)
    assert refusal.obstacle == "no-free-dimension"
    made, used = refusal.accesses[0]
    assert made.kind == "writes" and made.place.text == "total = x.sum()"
    assert used.kind == "reads" and used.place.text == "return (x - total) * w"


def sum_of_other_end(x):
    y = np.exp(x)
    return y + y[:, ::-1]


def two_ends(x, k, m):
    x[:k] *= 2
    x[m:] *= 3


def scaled_by_sum(x):
    y = np.exp(x)
    w = y[::-1] * y
    return y * w.sum(), y


def cells(pair):
    return [f"{access.kind} {access.storage}[{access.cell}]" for access in pair]


def test_too_much_work_names_what_leaves_a_row():
    [refusal] = elena.explain(sum_of_other_end, np.zeros((50, 60))).refusals
    assert refusal.obstacle == "work"
    # The rows agree; the columns do with y, and do not with y[:, ::-1].
    apart, together = refusal.accesses
    assert cells(apart)[1] == "reads t1[x.shape[1]*i0 + -1*i1 + x.shape[1] - 1]"
    assert cells(together) == ["writes t1[x.shape[1]*i0 + i1]", "reads t1[x.shape[1]*i0 + i1]"]


def test_ranges_that_are_not_known_have_their_accesses():
    told = elena.explain(two_ends, np.zeros(30), 5, 3)
    [refusal] = told.refusals
    assert refusal.obstacle == "range-not-known"
    [(write, read)] = refusal.accesses
    assert (write.kind, write.cell, read.kind) == ("writes", "i0", "reads")
    # x[m:] starts at a number that has a name, which has a line.
    assert read.cell.removeprefix("i0 + ") in told.symbols
    assert write.place.text == "x[:k] *= 2" and read.place.text == "x[m:] *= 3"


def test_a_cycle_has_its_accesses_and_what_is_in_between():
    told = elena.explain(scaled_by_sum, np.zeros(30))
    [cycle] = [refusal for refusal in told.refusals if refusal.obstacle == "would-be-cycle"]
    [pair] = cycle.accesses
    assert cells(pair) == ["writes t1[i0]", "reads t1[i0]"]
    assert cycle.through.text == "return y * w.sum(), y"
    assert "a third one has to run in between\n      writes t1[i0]" in str(told)


def test_what_is_switched_off_has_its_accesses():
    for fuse in ("noviews", "-contract"):
        refusals = elena.explain(elena.jit(decode, fuse=fuse), BOXES).refusals
        assert refusals and all(len(refusal.accesses) == 1 for refusal in refusals)


def test_gather():
    told = elena.explain(look_up, np.zeros((6, 3)), np.array([1, 0]))
    assert told.kernels and "return table[rows] + 1" in str(told)
    for temporary in told.temporaries:
        assert temporary.why
    if len(told.kernels) > 1:
        assert told.refusals


def test_every_kernel_is_that_of_lower():
    for function, args in ((decode, (BOXES,)), (add_transposed, (np.zeros((5, 5)),))):
        lowered = elena.jit(function).lower(*args)
        told = elena.explain(function, *args)
        assert len(told.kernels) == len(lowered.kernels)
        assert len(told.temporaries) == len(lowered.temporaries)


def test_without_fusion():
    told = elena.explain(elena.jit(decode, fuse=False), BOXES)
    assert "fusion is off" in str(told)
    split = elena.explain(elena.jit(decode, fuse="-contract"), BOXES)
    assert {refusal.obstacle for refusal in split.refusals} == {"merging-is-off"}


def test_rich():
    told = elena.explain(decode, BOXES)
    try:
        import rich  # noqa: F401
    except ImportError:
        return
    assert told.__rich__().plain.rstrip("\n") == str(told)


def test_at_each_compile(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import elena, numpy as np\n@elena.jit\ndef twice(x):\n    return x + x\n"
        "twice(np.ones(300))\ntwice(np.ones(400))\n"
    )

    environment = {**os.environ, "ELENA_EXPLAIN": "1", "PYTHONPATH": str(Path(elena.__file__).parents[1])}
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, env=environment, check=True)
    assert not done.stdout
    assert done.stderr.count("twice: 1 kernel, no temporaries in memory") == 1
    assert "program.py:4  return x + x" in done.stderr


def test_numbers_made_on_the_way_are_named_with_their_line():
    def grid(n, m):
        return np.arange(n + 1)[:, None] * np.arange(m * 2)[None, :]

    text = str(elena.explain(grid, 3, 4))
    assert not re.search(r"\bs\d+\b", text)
    for name in set(re.findall(r"\bn\d+\b", text)):
        assert re.search(rf"^    [n\d, ]*\b{name}\b[n\d, ]*: test_explain.py:\d+ ", text, re.M)
