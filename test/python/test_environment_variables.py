"""A value that an environment variable may not have is one error: the variable, the value, what is allowed."""

import os
import subprocess
import sys

import pytest

_PROGRAM = """
import elena
import numpy as np

print(elena.jit(lambda x: x + 1)(np.ones(8)).sum())
"""


@pytest.fixture
def program(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(_PROGRAM)
    return file


def run(program, variable, value):
    """(the exit code, the last line) of a program that is compiled and called."""
    command = [sys.executable, program]
    done = subprocess.run(command, env={**os.environ, variable: value}, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return done.returncode, next(line for line in reversed(lines) if line and not line.startswith(" "))


@pytest.mark.parametrize(
    "variable, value, message",
    [
        ("ELENA_CACHE_MEMORY", "abc", "ValueError: ELENA_CACHE_MEMORY must be a number of MiB, *, not 'abc'"),
        ("ELENA_CACHE_MEMORY", "-1", "ValueError: ELENA_CACHE_MEMORY must be a number of MiB, *, not '-1'"),
        ("ELENA_CACHE_MEMORY", "", "ValueError: ELENA_CACHE_MEMORY must be a number of MiB, *, not ''"),
        ("ELENA_CACHE_MEMORY", "9" * 13, "ValueError: ELENA_CACHE_MEMORY must be a number of MiB, *"),
        ("ELENA_DISPATCH", "python", "ValueError: ELENA_DISPATCH must be 'native' or 'reference', not 'python'"),
        ("ELENA_FUSE", "2", "ValueError: ELENA_FUSE must be '1', '0', 'noviews' or some of '-promote,*', not '2'"),
        ("ELENA_FUSE", "-x", "ValueError: ELENA_FUSE must be '1', '0', 'noviews' or some of '-promote,*', not '-x'"),
        ("ELENA_NUM_THREADS", "0", "ValueError: ELENA_NUM_THREADS must be a number from 1 to 1024, not '0'"),
        ("ELENA_NUM_THREADS", "many", "ValueError: ELENA_NUM_THREADS must be a number from 1 to 1024, not 'many'"),
        ("ELENA_LLVM_PIPELINE", "", "elena.CompileError: ELENA_LLVM_PIPELINE must be a pipeline as *, not '': *"),
        ("ELENA_LLVM_PIPELINE", "x", "elena.CompileError: ELENA_LLVM_PIPELINE must be a pipeline as *, not 'x': *"),
    ],
)
def test_values_that_are_not_allowed(program, variable, value, message):
    code, line = run(program, variable, value)
    start, _, end = message.partition("*")
    assert code != 0 and line.startswith(start) and end.rstrip("*") in line


@pytest.mark.parametrize(
    "variable, value",
    [
        ("ELENA_CACHE_MEMORY", "0"),
        ("ELENA_CACHE_MEMORY", "16"),
        ("ELENA_DISPATCH", "reference"),
        ("ELENA_FUSE", ""),
        ("ELENA_FUSE", "0"),
        ("ELENA_FUSE", "-pack,-loop"),
        ("ELENA_LLVM_PIPELINE", "default<O1>"),
        ("ELENA_NUM_THREADS", "3"),
    ],
)
def test_values_that_are_allowed(program, variable, value):
    assert run(program, variable, value) == (0, "16.0")


def test_number_of_threads():
    program = "import elena; print(elena.get_num_threads())"
    environment = {**os.environ, "ELENA_NUM_THREADS": "3"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "3\n"


def test_cache_memory_is_the_limit():
    program = "from elena import _elena; print(_elena.memory())"
    environment = {**os.environ, "ELENA_CACHE_MEMORY": "3"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert str(3 << 20) in done.stdout
