"""What scripts/gen-docs.sh (from the .td files and from ViewBench) and scripts/numpy-table.py write is up to date."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_generated_pages_are_up_to_date():
    result = subprocess.run([ROOT / "scripts/gen-docs.sh", "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_option_is_refused():
    result = subprocess.run([ROOT / "scripts/gen-docs.sh", "--other"], capture_output=True, text=True)
    assert result.returncode == 2 and "--check" in result.stderr


def test_the_lists_of_numpy_are_up_to_date():
    command = [sys.executable, ROOT / "scripts/numpy-table.py", "--check"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, f"run scripts/numpy-table.py\n{result.stdout}{result.stderr}"
