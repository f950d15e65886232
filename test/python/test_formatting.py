"""All C++ is formatted by clang-format-22 (scripts/format.sh fixes it)."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "format.sh"


def test_the_tree_is_formatted():
    result = subprocess.run([SCRIPT, "--check"], capture_output=True, text=True)
    assert result.returncode == 0, f"run: {result.stdout}{result.stderr}"


def test_a_badly_formatted_file_is_named(tmp_path):
    good, bad = tmp_path / "good.cpp", tmp_path / "bad.cpp"
    (tmp_path / ".clang-format").write_text((ROOT / ".clang-format").read_text())
    good.write_text("int good() { return 1; }\n")
    bad.write_text("int  bad( ){return 1 ;}\n")
    result = subprocess.run([SCRIPT, "--check", good, bad], capture_output=True, text=True)
    assert result.returncode == 1
    assert str(bad) in result.stdout
    assert str(good) not in result.stdout
