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
