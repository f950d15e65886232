"""How the cells of two static views relate: `elena-view-arith` (C++) against NumPy.

`numpy.shares_memory` is exact, and says whether there is a common cell; which set holds which is seen
from the addresses themselves. ELENA_SOAK=n in the environment: n times as many pairs, other ones.
"""

import os
import pathlib
import subprocess
from collections import Counter

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build")) / "bin" / "elena-view-arith"
COUNT = 100_000  # pairs of one round
ROUNDS = int(os.environ.get("ELENA_SOAK", 1))
CELLS = 1 << 15
BUFFER = np.arange(CELLS, dtype=np.int16)  # the element at each address is its address


def layout(view):
    offset = (view.__array_interface__["data"][0] - BUFFER.__array_interface__["data"][0]) // BUFFER.itemsize
    return offset, view.shape, tuple(s // BUFFER.itemsize for s in view.strides)


def random_strided(rng):
    """Strides at will: negative, zero, coprime, overlapping."""
    rank = rng.integers(0, 5)
    most = rng.choice([4, 12, 60, 500])
    shape = rng.integers(1, 6, rank)
    if rng.random() < 0.05 and rank:
        shape[rng.integers(rank)] = 0
    strides = rng.integers(-most, most + 1, rank)
    middle = BUFFER[CELLS // 2 + rng.integers(-most, most + 1) :]
    return as_strided(middle, shape, strides * BUFFER.itemsize)


def random_slice(rng, base):
    """base[...] with a random slice or index in each dimension, perhaps transposed."""

    def one(n):
        kind = rng.integers(6)
        if kind == 0:
            return slice(None, None, int(rng.choice([1, -1, 2, -3])))
        if kind == 1:
            return int(rng.integers(n))
        return slice(*sorted(rng.integers(0, n + 1, 2).tolist()), int(rng.choice([1, 1, 2, 3])))

    view = base[tuple(one(n) for n in base.shape)]
    view = np.asarray(view) if isinstance(view, np.ndarray) else BUFFER[int(view) : int(view) + 1]
    return view.transpose(rng.permutation(view.ndim))


def random_pair(rng):
    kind = rng.integers(4)
    if kind == 0:
        return random_strided(rng), random_strided(rng)
    shape = rng.integers(1, 9, rng.integers(1, 5))
    base = BUFFER[: shape.prod()].reshape(shape)
    if kind == 1:  # as_strided within the array: overlapping windows
        n = rng.integers(1, base.size + 1)
        windows = as_strided(base, (base.size - n + 1, n), (BUFFER.itemsize, BUFFER.itemsize))
        return windows[:: rng.integers(1, 5), :: rng.integers(1, 4)], random_slice(rng, base)
    return random_slice(rng, base), random_slice(rng, base)


def line_of(a, b):
    def text(view):
        offset, *lists = layout(view)
        return " ".join([str(offset), *(",".join(map(str, values)) or "-" for values in lists)])

    return f"relate {text(a)} ; {text(b)}"


def relation_of(a, b):
    cells_a, cells_b = set(a.ravel().tolist()), set(b.ravel().tolist())
    if not cells_a & cells_b:
        return "disjoint"
    if cells_a == cells_b:
        return "equal"
    return "contains" if cells_a > cells_b else "contained" if cells_a < cells_b else "partial"


def ask(lines):
    run = subprocess.run([TOOL], input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("round", range(ROUNDS))
def test_every_relation_agrees_with_numpy(round):
    rng = np.random.default_rng(4 if ROUNDS == 1 else [4, ROUNDS, round])
    pairs = [random_pair(rng) for _ in range(COUNT)]
    lines = [line_of(a, b) for a, b in pairs]
    got = ask(lines)
    assert len(got) == COUNT
    wrong, seen = [], Counter(got)
    for line, answer, (a, b) in zip(lines, got, pairs, strict=True):
        shares = np.shares_memory(a, b, max_work=-1)  # -1: exact
        if shares != (answer != "disjoint") or answer != relation_of(a, b):
            wrong.append(f"{line}: NumPy shares {shares}, {relation_of(a, b)}; Elena {answer}")
    assert not wrong, f"{len(wrong)} of {COUNT} pairs differ:\n" + "\n".join(wrong[:5])
    assert set(seen) == {"disjoint", "equal", "contains", "contained", "partial"} and min(seen.values()) > 1500, seen


def test_a_malformed_question_is_refused():
    for line in ("relate 0 3 1", "relate 0 3 1 ; 0 3,4 1", "relate 0 3 1 ; x 3 1"):
        run = subprocess.run([TOOL], input=line + "\n", capture_output=True, text=True)
        assert run.returncode == 1 and "line 1" in run.stderr, line
