"""Finds ptxas, the assembler of PTX, and runs it. Part of CUDA's toolkit; needs no GPU."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


class PtxasError(AssertionError):
    """ptxas refused a program; the message holds its own messages."""


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("ptxas")
    if on_path:
        yield Path(on_path)
    for variable in ("CUDA_HOME", "CUDA_PATH"):
        if os.environ.get(variable):
            yield Path(os.environ[variable], "bin", "ptxas")
    yield Path(sys.prefix, "bin", "ptxas")
    yield Path("/usr/local/cuda/bin/ptxas")
    # PyPI's nvidia-cuda-nvcc: nvidia/cuda_nvcc/bin (CUDA 12) or nvidia/cu13/bin (CUDA 13).
    for folder in sys.path:
        yield from sorted(Path(folder).glob("nvidia/*/bin/ptxas"))


@functools.cache
def find_ptxas() -> Path | None:
    """The first of: PATH, CUDA_HOME, CUDA_PATH, the virtual environment, /usr/local/cuda, PyPI's package."""
    return next((path for path in _candidates() if os.access(path, os.X_OK)), None)


def assemble(ptx: str, chip: str) -> bytes:
    """The cubin that ptxas makes of `ptx` for `chip` ("sm_90"). Raises PtxasError if it refuses."""
    ptxas = find_ptxas()
    if ptxas is None:
        raise FileNotFoundError("ptxas was not found: install the CUDA toolkit or `pip install nvidia-cuda-nvcc`")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "kernels.ptx"), Path(folder, "kernels.cubin")
        source.write_text(ptx)
        command = [str(ptxas), f"-arch={chip}", str(source), "-o", str(target)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise PtxasError(f"ptxas refuses the program for {chip}:\n{done.stdout}{done.stderr}")
        return target.read_bytes()
