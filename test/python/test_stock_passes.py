"""Upstream's cse, canonicalize, licm and mem2reg know the dialect by its interfaces only; they change no result."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from compare import check_same
from viewbench import all_cases

import elena
from elena import _native

OPT = Path(__file__).parents[2] / "build" / "bin" / "elena-opt"
PASSES = ["--cse", "--canonicalize", "--loop-invariant-code-motion", "--cse", "--symbol-dce", "--inline", "--mem2reg"]


@pytest.fixture
def stock_passes(monkeypatch):
    """Every text goes through elena-opt before it is compiled. Counts the texts."""
    compiled, count = _native.compile_text, [0]

    def through_opt(text: str, **options):
        count[0] += 1
        done = subprocess.run([OPT, "-", *PASSES], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return compiled(done.stdout, **options)

    monkeypatch.setattr(_native, "compile_text", through_opt)
    return count


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_stock_passes_change_no_result(case, stock_passes):
    check_same(
        case.function,
        elena.jit(case.function),
        lambda: case.args("S"),
        ulp=case.ulp,
        ulp_scale=case.ulp_scale,
        ignore_zero_sign=bool(case.ulp_scale),
    )
    assert stock_passes[0] > 0
