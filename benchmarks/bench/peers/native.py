"""Hand-written C++ (viewbench/native): outputs allocated beforehand, called in a loop of its own. The floor.

The loop over calls is C++, too, so that a call costs what it costs there: a few nanoseconds.
ELENA_BENCH_CXX names the compiler; without it the first of `COMPILERS` that is there.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from bench.peers.base import NotWritten, Peer, Program, statement

SOURCES = Path(__file__).resolve().parents[2] / "viewbench" / "native"
COMPILERS = ("clang++-22", "clang++", "g++")
FLAGS = ("-std=c++17", "-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
WARNINGS = ("-Wall", "-Wno-unknown-pragmas", "-Wno-psabi")


def compiler() -> str:
    wanted = os.environ.get("ELENA_BENCH_CXX")
    found = next((path for name in ((wanted,) if wanted else COMPILERS) if (path := shutil.which(name))), None)
    if found is None:
        raise ImportError(f"no C++ compiler ({wanted or ', '.join(COMPILERS)})")
    return found


COMPILER = compiler()


def version_line() -> str:
    return subprocess.run([COMPILER, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(root) / "elena-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def library(source: Path, threads: int) -> ctypes.CDLL:
    """The compiled source; made again when it, a header, the compiler, its flags or the CPU change."""
    flags = [*FLAGS, *WARNINGS, *(["-fopenmp"] if threads > 1 else [])]
    key = hashlib.sha256(" ".join([version_line(), *flags]).encode())
    for file in (source, *sorted(SOURCES.glob("*.h"))):
        key.update(file.read_bytes())
    key.update("".join(line for line in open("/proc/cpuinfo") if line.startswith(("flags", "model name"))).encode())
    target = cache_folder() / f"{source.stem}-{key.hexdigest()[:16]}.so"
    if not target.exists():
        fresh = target.with_suffix(f".{os.getpid()}")
        subprocess.run(
            [COMPILER, *flags, "-shared", "-fPIC", str(source), "-o", str(fresh)],
            check=True,
            capture_output=True,
            text=True,
        )
        fresh.rename(target)
    return ctypes.CDLL(str(target))


class NativeProgram(Program):
    def run(self, calls: int) -> float:
        start = time.perf_counter()
        self.function(*self.arguments[:3], calls)
        return time.perf_counter() - start


class NativePeer(Peer):
    exact = True

    def version(self) -> str:
        return f"{version_line()}, {' '.join(FLAGS)}"

    def build(self, case, args, threads):
        source = SOURCES / f"{case.function.__name__}.cpp"
        if not source.exists():
            raise NotWritten(f"no viewbench/native/{source.name}")
        buffers, sizes, numbers, result = statement(case, "native_")(*args)
        try:
            loop = library(source, threads).repeat
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"{COMPILER} failed:\n{error.stderr[-2000:]}") from None
        loop.restype = None
        loop.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
        assert all(buffer.flags.c_contiguous for buffer in buffers)
        packed = (
            (ctypes.c_void_p * len(buffers))(*(buffer.ctypes.data for buffer in buffers)),
            (ctypes.c_int64 * max(1, len(sizes)))(*(int(size) for size in sizes)),
            (ctypes.c_double * max(1, len(numbers)))(*(float(number) for number in numbers)),
        )
        keep = buffers  # alive as long as the program
        return NativeProgram(loop, (*packed, 1), args, lambda _, keep=keep: result)


NATIVE = NativePeer("C++")
