"""Temporaries whose lives are apart share storage: what is allocated is near the largest live set."""

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import elena
import numpy as np
import pytest
from compare import check_same
from elena.testing.traffic import traffic
from viewbench import all_cases, arrays_in

BUILD = Path(os.environ.get("ELENA_BUILD_DIR", Path(__file__).resolve().parents[2] / "build"))
CASES = {case.name: case for case in all_cases()}
# One kernel per operation makes many temporaries.
NAMES = (
    "attn_step bbox2delta bbox_overlaps_giou bboxes2tblr delta2bbox gen_base_anchors lstm_step offset2bbox sine_pos "
    "ssd_head_softmax yolo_decode"
).split()


@dataclass
class Life:
    """One line that the pass prints: bytes, and the first and last op that touches them."""

    bytes: int
    first: int
    last: int


def lives_of(text: str) -> list[Life]:
    """Those of the temporaries of a program with known sizes."""
    passes = ["guard-arguments", "resolve-overlap", "form-groups", "share-storage{print=true}"]
    nested = ",".join(f"tensorref-{name}" for name in passes)
    pipeline = f"--pass-pipeline=builtin.module(canonicalize,cse,func.func({nested}))"
    command = [BUILD / "bin/elena-opt", "-", "-o", os.devnull, pipeline]
    printed = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^storage \d+: (\d+) bytes of \S+, ops (\d+) to (\d+)$", printed, re.MULTILINE)
    return [Life(*map(int, life)) for life in found]


def largest_live_set(lives: list[Life]) -> int:
    """The most bytes alive at one op."""
    ends = {life.last for life in lives}
    return max(sum(life.bytes for life in lives if life.first <= op <= life.last) for op in ends)


def compiled(function: Callable):
    return elena.jit(function, fuse=False)


@pytest.mark.parametrize("name", NAMES)
def test_peak_is_near_the_largest_live_set(name):
    case = CASES[name]
    lowered = compiled(case.function).lower(*case.args("S"))
    lives = lives_of(lowered._static_text())
    assert len(lives) >= 7
    assert len(lowered.temporaries) < len(lives)
    assert lowered.peak_bytes <= 1.1 * largest_live_set(lives)


# A result of the one that is left out is a view of more.
@pytest.mark.parametrize("name", [name for name in NAMES if name != "ssd_head_softmax"])
def test_peak_is_what_is_allocated(name):
    """Counted in a run: all that is allocated, less what the results are in."""
    case = CASES[name]
    peak = compiled(case.function).lower(*case.args("S")).peak_bytes
    run = traffic(case.function, *case.args("S"), fuse=False)
    results = {array.__array_interface__["data"][0]: array.nbytes for array in arrays_in(run.result)}
    assert run.allocated == peak + sum(results.values())


@pytest.mark.parametrize("name", NAMES)
def test_shared_storage_changes_no_result(name):
    case = CASES[name]
    function = compiled(case.function)
    for size in ("S", *case.same_kind):
        check_same(
            case.function,
            function,
            lambda size=size: case.args(size),
            ulp=case.ulp,
            ulp_scale=case.ulp_scale,
            ignore_zero_sign=case.ulp_scale > 0,
        )


def test_no_temporaries():
    assert elena.jit(lambda x: x + 1).lower(np.ones(5)).peak_bytes == 0


def test_sizes_follow_the_arguments():
    """Integers, negative ones too, and sizes computed from both."""

    def f(x, n):
        y = x[:n] * 2
        z = np.exp(y) + y
        return np.concatenate([z, x]).sum()

    for rows, n in ((8, 5), (8, -1), (3, 7), (70, 66)):
        args = np.ones((rows, 4)), n
        assert traffic(f, *args, fuse=False).allocated - 8 == compiled(f).lower(*args).peak_bytes


def test_data_decides():
    """Nobody knows how many there will be."""

    def f(x):
        chosen = x[x > 0] * 2
        return (chosen + 1) * chosen

    lowered = elena.jit(f, fuse=False).lower(np.arange(-3.0, 5.0))
    assert any(temporary["bytes"] == -1 for temporary in lowered.temporaries)
    assert lowered.peak_bytes is None
