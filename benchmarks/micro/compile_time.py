#!/usr/bin/env python3
"""How long compiling takes: of ViewBench functions, and of longer and longer straight-line programs.

    benchmarks/micro/compile_time.py                     all cases at size S, then the programs
    benchmarks/micro/compile_time.py --cases rotary,tsm_shift --lengths "" --rounds 5

Milliseconds of one thread, the fastest of some rounds: in all, of the Python front end (Python's source to tensorref
text, and reading that), of analysis and fusion (to groups of stages; with the checker of plans, which has a column of
its own, too), of the rest of MLIR, and of LLVM. Compiled is the version that a call with these arguments needs, to
machine code. Contexts and pipelines are made before: what is measured is one more function in a process. The programs
are slices, in-place operations and element-wise ones on four arrays; `us/st` is the time per statement, which should
not grow.
"""

import argparse
import linecache
import random
import statistics
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import elena  # noqa: E402
import numpy as np  # noqa: E402
from viewbench import all_cases  # noqa: E402

PARTS = {
    "front end": ("trace", "parse"),
    "fusion": ("to-groups", "check-plan"),
    "checker": ("check-plan",),
    "lowering": ("to-kernels", "to-loops", "to-llvm"),
    "LLVM": ("translate", "link-math", "optimize", "codegen", "jit"),
}
STATEMENTS = (
    "{a}[1:] += {b}[:-1]",
    "{a}[:, 1:3] = {b}[:, :2] - {c}[:, 1:3]",
    "{a} *= 0.5",
    "{a}[::2] = np.maximum({b}[::2], {c}[1::2])",
    "{v} = {a} + {b} * {c}",
    "{v} = {a}[::-1] - {b}",
    "{a}[:] = {v}",
    "{v} = np.where({a} > 0, {b}, {c})",
)


def program(statements: int):
    """A function of four arrays [N, 4] with that many statements; always the same."""
    rng = random.Random(statements)
    lines, names = [], ["x0", "x1", "x2", "x3"]
    for k in range(statements - 1):
        template = rng.choice(STATEMENTS)
        value = f"v{k}" if template.startswith("{v}") else rng.choice(names)
        a, b, c = rng.choice(names[:4]), rng.choice(names[-6:]), rng.choice(names[-6:])
        lines.append(template.format(a=a, b=b, c=c, v=value))
        if template.startswith("{v}"):
            names.append(value)
    lines.append(f"return {names[-1]} + {names[-2]}")
    source = "def f(x0, x1, x2, x3):\n" + "".join(f"    {line}\n" for line in lines)
    file = f"program_{statements}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace = {"np": np}
    exec(compile(source, file, "exec"), namespace)
    return namespace["f"]


def compile_times(function, args: tuple, rounds: int) -> dict[str, float]:
    """Milliseconds by part; the fastest round."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        timings = elena.jit(function).lower(*args).timings
        times = {part: sum(timings.get(stage, 0) for stage in stages) for part, stages in PARTS.items()}
        times["total"] = sum(timings.values())
        if not best or times["total"] < best["total"]:
            best = times
    return best


def row(name: str, times: dict[str, float], more: str = "") -> None:
    print(f"{name:20}" + "".join(f"{times[part]:11.1f}" for part in ("total", *PARTS)) + more, flush=True)


def heading(title: str, more: str = "") -> None:
    print(f"{title:20}" + "".join(f"{part:>11}" for part in ("total", *PARTS)) + more)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default="all", help="names, or all, or nothing")
    parser.add_argument("--size", default="S")
    parser.add_argument("--lengths", default="10,25,50,100,200,500", help="statements of straight-line programs")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    wanted = options.cases.split(",")
    cases = [case for case in all_cases() if options.cases == "all" or case.name in wanted]
    if cases:
        compile_times(cases[0].function, cases[0].args(options.size), 1)  # contexts, code generator
        heading(f"case, size {options.size}")
        found = []
        for case in cases:
            found.append(compile_times(case.function, case.args(options.size), options.rounds))
            row(case.name, found[-1])
        row("median", {part: statistics.median(times[part] for times in found) for part in found[0]})
        checker, total = (sum(times[part] for times in found) for part in ("checker", "total"))
        print(f"checker: {100 * checker / total:.1f} % of all")
        print()
    lengths = [int(length) for length in options.lengths.split(",") if length]
    if lengths:
        heading("statements", f"{'us/st':>9}")
        args = tuple(np.ones((64, 4), np.float32) for _ in range(4))
        for length in lengths:
            times = compile_times(program(length), args, options.rounds if length < 200 else 1)
            row(str(length), times, f"{1e3 * times['total'] / length:9.0f}")


if __name__ == "__main__":
    main()
