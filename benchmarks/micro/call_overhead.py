"""What a warm call costs beyond its kernel: python benchmarks/micro/call_overhead.py

Times the C++ dispatcher with entries that do (almost) nothing, beside NumPy calls for scale. Prints
microseconds per call, the best of several rounds.
"""

import ctypes
import pathlib
import subprocess
import tempfile
import timeit

import numpy as np

from elena import _native
from elena import _protocol as P

ROOT = pathlib.Path(__file__).parents[2]


def load_entries():
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "entries.so"
        source = ROOT / "test/python/dispatcher_entries.c"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{ROOT / 'include'}", source, "-o", library], check=True)
        loaded = ctypes.CDLL(str(library))
    return lambda name: ctypes.cast(getattr(loaded, name), ctypes.c_void_p).value


def best(statement, scope, number=200_000, rounds=7):
    timer = timeit.Timer(statement, globals=scope)
    return min(timer.repeat(rounds, number)) / number * 1e6


def main():
    entry = load_entries()
    array = P.Plan(P.PLAN_ARRAY, ordinal=0, dtype="float32")
    none = P.Plan(P.PLAN_CONSTANT)
    guards = [P.Guard(P.FETCH_GLOBAL, globals(), "np", np)]

    def make(name, plan, ranks, count, **more):
        class Function(_native.native.Dispatcher):
            pass

        version = P.Version(entry(name), "apart", plan, ranks, **more)
        return Function(lambda bound, alias: version, lambda *a: a, lambda bound: None, count)

    x = np.arange(4, dtype=np.float32)
    b = np.arange(40, dtype=np.float32).reshape(10, 4)
    scope = {
        "x": x, "y": x.copy(), "z": x.copy(), "b": b, "out": x.copy(), "np": np, "add": np.add, "empty": np.empty,
        "nothing": make("nothing", none, (), 3),
        "nothing2d": make("nothing", none, (), 3),
        "new": make("add_one", array, (1,), 1),
        "new3": make("add_one", array, (1,), 3, guards=guards),
        "view": make("reversed", P.Plan(P.PLAN_ARRAY, ordinal=0, dtype="float32", base=0), (1,), 1),
        "mixed": make("nothing", none, (), 4),
    }
    rows = [
        ("empty function", "pass"),
        ("np.empty(4)", "empty(4)"),
        ("np.add(x, y)", "add(x, y)"),
        ("np.add(x, y, out=out)", "add(x, y, out)"),
        ("x[::-1]", "x[::-1]"),
        ("3 arrays, no result", "nothing(x, y, z)"),
        ("3 arrays of rank 2, no result", "nothing2d(b, b, b)"),
        ("1 array, new result", "new(x)"),
        ("3 arrays, new result, 1 guard", "new3(x, y, z)"),
        ("1 array, view as result", "view(x)"),
        ("array, int, float, str", "mixed(x, 5, 0.5, 'nearest')"),
    ]
    print(f"{'':34} us per call")
    for title, statement in rows:
        print(f"{title:34} {best(statement, scope):.3f}")


if __name__ == "__main__":
    main()
