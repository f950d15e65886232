"""scripts/demo.py: what it prints, what it writes, its exit code."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/demo.py"


def demo(*options):
    environment = {**os.environ, "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, options)], capture_output=True, text=True, env=environment
    )


def test_kernels_refs_table_and_files(tmp_path):
    result = demo("--size", "S", "--cases", "ssd_decode,kv_append", "--out", tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 kernel: 1 copy; 0 temporary storages" in result.stdout  # kv_append
    assert "argument cache" in result.stdout and "[w] line" in result.stdout
    assert "µs NumPy" in result.stdout and "equal" in result.stdout
    for case in ("ssd_decode", "kv_append"):
        assert "tensorref." in (tmp_path / case / f"{case}.mlir").read_text()
        assert ".visible .entry" in (tmp_path / case / f"{case}.ptx").read_text()
        assert "<svg" in (tmp_path / case / f"{case}.svg").read_text()


def test_quick_prints_the_table_only(tmp_path):
    result = demo("--quick", "--size", "S", "--cases", "kv_append", "--out", tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "argument cache" not in result.stdout and "kv_append" in result.stdout


def test_an_unknown_case_is_answered_with_the_list(tmp_path):
    result = demo("--cases", "kv_append,nothing", "--out", tmp_path)
    assert result.returncode == 2
    assert "no case 'nothing'" in result.stderr and "kv_append" in result.stderr


@pytest.fixture
def module():
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo"] = module  # its dataclasses look themselves up
    compare = sys.modules.get("compare")
    spec.loader.exec_module(module)
    yield module
    if compare is not None:
        sys.modules["compare"] = compare


def test_a_difference_is_a_failure(module, tmp_path, monkeypatch, capsys):
    def wrong(case, function, size):
        raise AssertionError("result[0]: 2.0, NumPy 1.0")

    monkeypatch.setattr(module, "check", wrong)
    options = ["--quick", "--size", "S", "--cases", "kv_append", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["demo.py", *options])
    assert module.main() == 1
    assert "NumPy 1.0" in capsys.readouterr().out
