"""Fused groups and packs (fused/*.mlir), lowered for the CPU and for the emulated GPU, and interpreted, against
NumPy."""

import re
from pathlib import Path

import numpy as np
import pytest
from elena import _native
from elena.testing import ptxas
from run_module import run_module

MODULES = {file.stem: file.read_text() for file in sorted((Path(__file__).parent / "fused").glob("*.mlir"))}
TARGETS = [("cpu", 0), ("cuda", 0), ("cuda", 5), *(("plan", seed) for seed in range(5))]
on_all_targets = pytest.mark.parametrize("target, seed", TARGETS, ids=lambda value: str(value))
random = np.random.default_rng(7)


def decoded(x):
    out = np.zeros_like(x)
    out[:, :2] += x[:, :2] - x[:, 2:] * np.float32(0.5)
    out[:, 2:] += out[:, :2] + x[:, 2:]
    return out


@on_all_targets
@pytest.mark.parametrize("rows", [1, 37, 300])
def test_GROUP_PRIVATE_1_box_decoding(target, seed, rows):
    x = random.random((rows, 4), dtype=np.float32)
    out = np.full_like(x, np.nan)
    launches = run_module(MODULES["decode"], x, out, target=target, seed=seed)
    np.testing.assert_array_equal(out, decoded(x))
    assert launches == ([] if target != "cuda" else [("decode_k0_decode", rows)])


@on_all_targets
def test_GROUP_SPACE_2_softmax_of_rows(target, seed):
    x = random.normal(0, 9, (70, 2 * 81)).astype(np.float32)[:, ::2]
    out = np.full_like(x, np.nan)
    run_module(MODULES["softmax"], x, out, target=target, seed=seed)
    e = np.exp((x - x.max(1, keepdims=True)).astype(np.float64))
    np.testing.assert_allclose(out, e / e.sum(1, keepdims=True), rtol=1e-6)


@on_all_targets
@pytest.mark.parametrize("n, m, start", [(300, 250, 40), (5, 0, 3), (0, 2, 0), (1, 1, 2), (64, 66, 0)])
def test_GROUP_SPACE_1_shifts(target, seed, n, m, start):
    x = random.random(n, dtype=np.float32)
    out, y = np.full(n + 2, np.nan, np.float32), np.full(m, np.nan, np.float32)
    run_module(MODULES["shifts"], x, out, y, np.array(start), target=target, seed=seed)
    expected = np.zeros_like(out)
    expected[1:-1] = x
    np.testing.assert_array_equal(y, expected[start : start + m] * 10)
    np.testing.assert_array_equal(out, expected - 1)


@on_all_targets
@pytest.mark.parametrize("n, m, rows", [(100, 90, 80), (0, 1, 2), (3, 0, 0), (300, 0, 7)])
def test_GROUP_PACK_1_three_groups(target, seed, n, m, rows):
    a, c = random.random(n, dtype=np.float32), random.random((rows, 5), dtype=np.float32)
    b, s = np.full((m, 3), -1), np.full(rows, np.nan, np.float32)
    doubled = a * 2
    launches = run_module(MODULES["pack"], a, b, c, s, target=target, seed=seed)
    np.testing.assert_array_equal(a, doubled)
    np.testing.assert_array_equal(b, np.arange(m)[:, None] * 10 + np.arange(3))
    np.testing.assert_allclose(s, c.sum(1), rtol=1e-6)
    assert launches == ([] if target != "cuda" else [("pack_k0_three", n + 3 * m + rows)])


@on_all_targets
def test_GROUP_SPACE_2_points_in_order(target, seed):
    x = random.integers(0, 9, 600).astype(np.float32)
    expected = np.cumsum(x)
    launches = run_module(MODULES["in_order"], x, target=target, seed=seed)
    np.testing.assert_array_equal(x, expected)
    assert launches == ([] if target != "cuda" else [("in_order_k0", 1)])


@on_all_targets
def test_masks_gathers_scatters_and_scans(target, seed):
    x = random.normal(size=(90, 4)).astype(np.float32)
    index = random.integers(0, 4, (90, 4))
    o, g, c = (np.full_like(x, np.nan) for _ in range(3))
    h = np.zeros((90, 4), np.int64)
    run_module(MODULES["rows"], x, index, o, g, h, c, target=target, seed=seed)
    chosen = np.where(x > 0, x, np.float32(7))
    last = np.zeros_like(h)
    for column in range(4):
        last[np.arange(90), index[:, column]] = column + 1
    np.testing.assert_array_equal(o, chosen)
    np.testing.assert_array_equal(g, np.take_along_axis(chosen, index, 1))
    np.testing.assert_array_equal(h, last)
    np.testing.assert_array_equal(c, np.cumsum(x, 1))


@on_all_targets
@pytest.mark.parametrize("n, width", [(7, 300), (1, 3), (3, 0), (0, 5)])
def test_iterations_of_several_groups(target, seed, n, width):
    x, y = random.integers(0, 9, (n, width)).astype(np.float32), random.integers(0, 9, (n, width)).astype(np.float32)
    keep, out = np.arange(n) % 4 - 1, np.full(n, np.nan, np.float32)
    expected = y.astype(np.float64)
    for i in range(n):
        for _ in range(max(keep[i], 0)):
            expected[i] += x[i].max(initial=-np.inf)
            expected[i] = expected[i].sum() - expected[i]
    launches = run_module(MODULES["iterations"], x, keep, y, out, target=target, seed=seed)
    np.testing.assert_allclose(y, expected, rtol=1e-6)
    np.testing.assert_allclose(out, expected.sum(1), rtol=1e-6)
    assert launches == ([] if target != "cuda" else [("iterations_k0_rows", 256 * n)])


@pytest.mark.parametrize("target", ["cuda", "plan"])
def test_iterations_that_touch_each_other_are_found(target):
    """All of them write row 0."""
    text = MODULES["iterations"]
    x, keep, out = np.ones((4, 5), np.float32), np.ones(4, np.int64), np.zeros(4, np.float32)
    y = x.copy()
    run_module(text, x, keep, y, out, target=target, seed=1)
    with pytest.raises(Exception, match="race|may run before or after it"):
        run_module(text.replace("%y dim 0 at %i", "%y dim 0 at 0"), x, keep, y, out, target=target, seed=1)


@on_all_targets
def test_a_space_of_one_point(target, seed):
    x = random.integers(-50, 50, 100)
    expected = x - x.sum()
    run_module(MODULES["one_point"], x, target=target, seed=seed)
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("name", ["decode", "rows", "shifts"])
def test_private_storage_of_few_elements_is_in_registers(name):
    text = _native.compile_text(MODULES[name]).text("llvm")
    assert "alloca" not in re.sub(r"alloca \[\d+ x i64\]", "", text)  # the entry's words for rt->parallel
    assert "local" not in _native.compile_text(MODULES[name], target="cuda").text("ptx")


@pytest.mark.parametrize("name", ["decode", "shifts"])
def test_the_loop_over_the_space_is_vectorised(name):
    assert "vector.body:" in _native.compile_text(MODULES[name], features="+avx2").text("llvm")


def test_a_pack_is_one_kernel():
    (kernel,) = _native.compile_text(MODULES["pack"]).kernels
    assert (kernel["name"], kernel["stages"]) == ("pack_k0_three", 3)


def test_storage_of_an_iteration_is_no_traffic():
    compiled = _native.compile_text(MODULES["iterations"])
    (kernel,) = compiled.kernels
    assert kernel["reads"] == ["i64"] + ["?xf32"] * 3
    assert compiled.temporaries == []


def test_storage_of_an_iteration_is_shared_on_a_gpu():
    text = _native.compile_text(MODULES["iterations"], target="cuda").text("ptx")
    assert (text.count(".visible .entry"), text.count(".shared .align"), "bar.sync" in text) == (1, 2, True)


def test_private_storage_is_no_traffic():
    (kernel,) = _native.compile_text(MODULES["decode"]).kernels
    assert kernel["writes"] == ["?x4xf32"]
    assert kernel["reads"] == ["?x2xf32"] * 2
    assert _native.compile_text(MODULES["decode"]).temporaries == []


@pytest.mark.skipif(ptxas.find_ptxas() is None, reason="no ptxas")
@pytest.mark.parametrize("name", MODULES)
def test_ptx_assembles(name):
    assert ptxas.assemble(_native.compile_text(MODULES[name], target="cuda", chip="sm_80").text("ptx"), "sm_80")
