"""PTX of every ViewBench function: written without CUDA, accepted by ptxas."""

import re

import elena
import numpy as np
import pytest
from elena.testing.ptxas import PtxasError, assemble
from viewbench import all_cases

CHIPS = ["sm_80", "sm_90", "sm_100"]


def ptx_of(function, *args, chip):
    return elena.jit(function).lower(*args, target="cuda", chip=chip).as_text("ptx")


@pytest.mark.parametrize("chip", CHIPS)
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_ptxas_accepts(case, chip):
    lowered = elena.jit(case.function).lower(*case.args("S"), target="cuda", chip=chip)
    ptx = lowered.as_text("ptx")
    entries = re.findall(r"\.visible \.entry (\w+)", ptx)
    assert len(entries) == len(lowered.kernels)
    assert f".target {chip}" in ptx
    assert ".extern" not in ptx
    assert assemble(ptx, chip)


def axpy(a, x, y):
    y += np.float32(a) * x


def test_nothing_is_contracted_or_approximated():
    x = np.ones(1000, np.float32)
    ptx = ptx_of(lambda x, y: np.sqrt(x * y + x) / y, x, x.copy(), chip="sm_90")
    for instruction in ("mul.rn.f32", "add.rn.f32", "sqrt.rn.f32", "div.rn.f32"):
        assert instruction in ptx
    assert "fma" not in ptx
    assert "approx" not in ptx


def test_blocks_of_256_threads():
    x = np.ones(1000, np.float32)
    ptx = ptx_of(axpy, 2.0, x, x.copy(), chip="sm_80")
    assert ".maxntid 256" in ptx


def test_an_unknown_chip_is_refused_with_the_known_ones():
    x = np.ones(1000, np.float32)
    with pytest.raises(elena.CompileError, match=r"unknown chip 'sm_999'; the known ones are: sm_75 .*sm_120"):
        ptx_of(axpy, 2.0, x, x.copy(), chip="sm_999")


def test_ptxas_errors_are_shown():
    with pytest.raises(PtxasError, match="ptxas refuses the program for sm_90"):
        assemble("no PTX", "sm_90")
