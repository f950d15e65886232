"""Saved code runs from a plain C program: no LLVM, no Python, no NumPy, libc only."""

import subprocess
import sys

import elena
import numpy as np
import pytest


def scale(x, y, a, n):
    z = np.exp(x[:n] * np.float32(a))
    y[1:] = y[:-1]  # needs a temporary
    return z, x.T[::-1], z.sum(), n + 1


PROGRAM = r"""
#include "code.h"
#include <math.h>
#include <stdio.h>

#define FAIL(what) return printf("%s\n", what), 1

int main(void) {
  float x[12], y[5] = {1, 2, 3, 4, 5};
  int64_t results[SCALE(_result_words)], sizes[2] = {4, 3}, strides[2] = {3, 1};
  int64_t ysizes[1] = {5}, ystrides[1] = {1};
  ElenaArena arena;
  for (int i = 0; i < 12; ++i)
    x[i] = 0.1f * i;
  elena_runtime_init(&arena);
  if (SCALE(_call)(x, sizes, strides, y, ysizes, ystrides, 0.5, 2, results, &arena.runtime) != ELENA_OK)
    FAIL("status");
  /* z: storage, data, 2 sizes, 2 strides */
  if (results[2] != 2 || results[3] != 3)
    FAIL("shape of z");
  const float *z = (const float *)(intptr_t)results[1];
  for (int i = 0; i < 6; ++i)
    if (fabsf(z[i] - expf(0.05f * i)) > 1e-6f)
      FAIL("z");
  /* the view: x.T[::-1] */
  if ((float *)(intptr_t)results[7] != x + 2 || results[8] != 3 || results[9] != 4 || results[10] != -1 || results[11] != 3)
    FAIL("view");
  for (int i = 0; i < 5; ++i)
    if (y[i] != (i ? i : 1))
      FAIL("y");
  if (results[SCALE(_result_words) - 1] != 3)
    FAIL("n + 1");
  elena_runtime_release(&arena);
  puts("fine");
  return 0;
}
"""


@pytest.fixture(scope="module")
def lowered():
    x, y = np.zeros((4, 3), np.float32), np.zeros(5, np.float32)
    return elena.jit(scale).lower(x, y, 0.5, 2)


def needed(path):
    """The shared libraries that a file needs."""
    done = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True)
    return {line.split("[")[1].rstrip("]") for line in done.stdout.splitlines() if "(NEEDED)" in line}


@pytest.mark.parametrize("suffix", [".so", ".o"])
@pytest.mark.parametrize("compiler", ["cc -std=c99", "c++ -std=c++11 -xc++"])
def test_plain_c_program(lowered, tmp_path, suffix, compiler):
    library = tmp_path / f"code{suffix}"
    paths = lowered.save(library)
    assert sorted(path.name for path in paths) == sorted([f"code{suffix}", "code.h"])
    header = (tmp_path / "code.h").read_text()
    entry = lowered.compiled.entry_name
    assert f"int32_t {entry}(const int64_t *args" in header
    program = PROGRAM
    (tmp_path / "main.c").write_text(f"#define SCALE(x) {entry}##x\n" + program)
    command = [*compiler.split(), "-Wall", "-Wextra", "-Werror", "main.c", "-xnone", library.name, "-lm"]
    subprocess.run([*command, "-Wl,-rpath," + str(tmp_path), "-o", "main"], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("fine\n", 0)
    if suffix == ".so":
        assert needed(library) <= {"libc.so.6", "libm.so.6"}
    assert not any("LLVM" in name or "MLIR" in name or "python" in name for name in needed(tmp_path / "main"))


def test_compiled_saves_by_itself(lowered, tmp_path):
    for suffix in (".mlir", ".ll", ".s", ".h", ".o", ".so"):
        path = tmp_path / f"code{suffix}"
        lowered.compiled.save(str(path))
        assert path.stat().st_size > 100
    with pytest.raises(OSError, match="must end in"):
        lowered.compiled.save(str(tmp_path / "code.txt"))
    with pytest.raises(OSError, match="cuda"):
        lowered.compiled.save(str(tmp_path / "code.ptx"))
    with pytest.raises(OSError, match="nowhere"):
        lowered.compiled.save("/nowhere/code.o")


def test_no_linker(lowered, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(OSError, match="needs a linker.*save a .o instead"):
        lowered.compiled.save(str(tmp_path / "code.so"))


def test_code_for_another_machine():
    native = elena._native.native
    text = elena.jit(scale).lower(np.zeros((4, 3), np.float32), np.zeros(5, np.float32), 0.5, 2).traced.text
    other = native.compile(text, cpu="x86-64")
    assert other.entry == 0
    assert 'target-cpu"="x86-64"' in other.text("llvm")
    arm = native.compile(text, triple="aarch64-unknown-linux-gnu", cpu="cortex-a76")
    assert arm.object()[18] == 183  # EM_AARCH64
    with pytest.raises(elena.CompileError, match="pentium-9"):
        native.compile(text, cpu="pentium-9")
    with pytest.raises(elena.CompileError, match="pdp11"):
        native.compile(text, triple="pdp11-dec-bsd", cpu="generic")


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path):
    program = tmp_path / "fill.py"
    program.write_text(
        "import resource, sys, elena, numpy as np\n"
        "def f(x):\n    return x + 1\n"
        "lowered = elena.jit(f).lower(np.ones(5))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "for suffix in ('.ll', '.o', '.mlir', '.s'):\n"
        "    try:\n        lowered.save(sys.argv[1] + '/out' + suffix)\n"
        "    except OSError as error:\n        print(suffix, 'refused')\n"
    )
    out = tmp_path / "out"
    out.mkdir()
    done = subprocess.run([sys.executable, program, out], capture_output=True, text=True)
    assert done.stdout.split() == [".ll", "refused", ".o", "refused", ".mlir", "refused", ".s", "refused"], done.stderr
    assert list(out.iterdir()) == []
