"""benchmarks/bench: what a run writes, and that nothing wrong is timed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from viewbench import all_cases

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benchmarks"))

from bench import check, report, runner  # noqa: E402

FAKES = {
    "wrong": """
from bench.peers.base import Peer, Program
class Wrong(Peer):
    def version(self):
        return "0"
    def build(self, case, args, threads):
        def function(*args):
            result = case.function(*args).copy()
            result.flat[-1] += 1
            return result
        return Program(function, args, args)
PEER = Wrong("wrong")
""",
    "absent": "import a_compiler_that_is_not_installed\n",
    "crashing": """
import os, signal
from bench.peers.base import Peer
class Crashing(Peer):
    def version(self):
        return "0"
    def build(self, case, args, threads):
        os.kill(os.getpid(), signal.SIGSEGV)
PEER = Crashing("crashing")
""",
}
HAS_COMPILER = any(shutil.which(name) for name in ("clang++-22", "clang++", "g++"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One small run with three real peers and three that fail, each in its own way."""
    folder = tmp_path_factory.mktemp("bench")
    files = []
    for name, text in FAKES.items():
        files.append(folder / f"{name}.py")
        files[-1].write_text(text)
    chosen = ["NumPy", "Elena", *(["C++"] if HAS_COMPILER else []), *map(str, files)]
    options = ["--cases", "valid_flags,kv_append", "--sizes", "S", "--threads", "1", "--rounds", "1"]
    options += ["--milliseconds", "1", "--peers", ",".join(chosen), "--out", str(folder / "out")]
    result = subprocess.run(
        [sys.executable, ROOT / "benchmarks/bench", *options],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(folder)},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads((folder / "out/bench.json").read_text()), result.stdout, folder / "out"


def measured(run, peer):
    return {row["case"]: row for row in run[0]["measurements"] if row["peer"] == peer}


@pytest.mark.parametrize("peer", ["NumPy", "Elena", *(["C++"] if HAS_COMPILER else [])])
def test_what_is_right_is_timed(run, peer):
    rows = measured(run, peer)
    assert sorted(rows) == ["kv_append", "valid_flags"]
    for row in rows.values():
        assert (row["status"], row["size"], row["threads"]) == ("ok", "S", 1), row["text"]
        low, high = row["quartiles_us"]
        assert 0 < low <= row["median_us"] <= high
        assert row["calls"] >= 1 and len(row["rounds_us"]) == 1 and row["ideal_bytes"] > 0
        assert peer in run[0]["versions"]


def test_what_is_wrong_is_said_and_not_timed(run):
    for row in measured(run, "wrong").values():
        assert row["status"] == "wrong" and "NumPy" in row["text"]
        assert row["median_us"] is None and row["rounds_us"] == []
    assert "wrong: wrong, valid_flags (S 1T)" in run[1]


def test_what_is_missing_is_named(run):
    assert run[0]["missing"] == {"absent": "No module named 'a_compiler_that_is_not_installed'"}
    assert not measured(run, "absent")
    assert "missing: absent" in run[1]


def test_a_crash_is_an_error_of_every_case_and_of_no_other_peer(run):
    rows = measured(run, "crashing")
    assert {row["status"] for row in rows.values()} == {"error"} and len(rows) == 2
    assert "SIGSEGV" in rows["kv_append"]["text"]


def test_the_run_says_where_and_how(run):
    assert {"date", "cpu", "cpus", "load", "python", "command", "rounds"} <= set(run[0])
    text = (run[2] / "bench.md").read_text()
    assert run[0]["cpu"] in text and "| valid_flags |" in text and "absent: not measured" in text


# ---- parts ------------------------------------------------------------------------------------------------


def case_named(name):
    return next(case for case in all_cases() if case.name == name)


def test_a_change_of_an_argument_is_compared_too():
    case = case_named("bbox2delta")
    args = case.args("S")
    expected = check.expected_outcome(case, args)
    changed = (args[0] + np.float32(1), *args[1:])
    with pytest.raises(check.Wrong, match=r"argument\[0\]"):
        check.compare_outcomes(case, expected[:2], (expected[0], changed), exact=False)
    assert check.compare_outcomes(case, expected[:2], (expected[0], args), exact=True) == []


def test_rounding_and_wider_types_are_for_others_than_elena():
    case = case_named("bboxes2tblr")
    args = case.args("S")
    expected = check.expected_outcome(case, args)
    near = expected[0] * np.float32(1 + 1e-6)
    assert check.compare_outcomes(case, expected[:2], (near, args), exact=False) == []
    wide = expected[0].astype(np.float64)
    assert check.compare_outcomes(case, expected[:2], (wide, args), exact=False) == ["float64 where NumPy has float32"]
    for value in (near, wide):
        with pytest.raises(check.Wrong):
            check.compare_outcomes(case, expected[:2], (value, args), exact=True)


def test_nan_is_not_a_number_to_be_near_to():
    case = case_named("bboxes2tblr")
    args = case.args("S")
    expected = check.expected_outcome(case, args)
    broken = expected[0].copy()
    broken[3, 1] = np.nan
    with pytest.raises(check.Wrong, match="nan"):
        check.compare_outcomes(case, expected[:2], (broken, args), exact=False)


def row(peer, median, case="a", status="ok"):
    found = runner.Measurement(case, "R", 1, peer, status)
    found.rounds_us = [median]
    if status == "ok":
        runner.summarise(found)
    return runner.as_dict(found)


def test_the_best_peer_is_neither_elena_nor_the_floor_nor_wrong():
    rows = [row("C++", 1), row("Elena", 2), row("Numba", 3, status="wrong"), row("JAX", 6), row("NumPy", 8)]
    run = {"measurements": rows}
    assert report.best_peer({item["peer"]: item for item in rows})["peer"] == "JAX"
    found = report.ratios(run)[1, "R"]
    assert found["best peer / Elena"] == pytest.approx(3) and found["Elena / C++"] == pytest.approx(2)


def test_docs_are_written_between_the_markers(tmp_path):
    (tmp_path / "img").mkdir()
    page = tmp_path / "Benchmarks.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write_docs(tmp_path, "new \\1\n", [])
    text = page.read_text()
    assert "old" not in text and "new \\1" in text and text.startswith("before\n") and text.endswith("\nafter\n")
