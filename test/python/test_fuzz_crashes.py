"""What elena-pipeline-fuzzer once crashed on (test/fuzz/crashes) is compiled, or refused with a message."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPT = pathlib.Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build")) / "bin" / "elena-opt"
LOWERINGS = {
    "cpu": ["--elena-to-groups", "--elena-to-kernels", "--elena-to-loops", "--elena-to-llvm"],
    "gpu": ["--elena-to-groups", "--elena-to-kernels", "--elena-to-gpu"],
    "overlap": ["--elena-to-groups=alias=overlap", "--elena-to-kernels", "--elena-to-loops", "--elena-to-llvm"],
    "noviews": ["--elena-to-groups=fuse=noviews", "--elena-to-kernels", "--elena-to-loops", "--elena-to-llvm"],
    "none": ["--elena-to-groups=fuse=none", "--elena-to-kernels", "--elena-to-gpu"],
}
INPUTS = sorted((ROOT / "test/fuzz/crashes").glob("*.mlir*"))


@pytest.mark.parametrize("lowering", LOWERINGS)
@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_no_crash(path, lowering):
    command = [OPT, *LOWERINGS[lowering], path, "-o", "/dev/null"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode in (0, 1), result.stderr
    assert "illegal fusion" not in result.stderr
