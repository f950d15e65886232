"""What scripts/gen-docs.sh writes (from the .td files and from ViewBench) is up to date."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_generated_pages_are_up_to_date():
    result = subprocess.run([ROOT / "scripts/gen-docs.sh", "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_option_is_refused():
    result = subprocess.run([ROOT / "scripts/gen-docs.sh", "--other"], capture_output=True, text=True)
    assert result.returncode == 2 and "--check" in result.stderr
