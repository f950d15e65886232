#!/usr/bin/env python3
"""Time of ViewBench functions with all of fusion, with its two ablations, and under NumPy, side by side.

    benchmarks/micro/ablations.py                       a few cases at size R
    benchmarks/micro/ablations.py --cases tsm_shift --size S --seconds 2

Rounds of all four are interleaved; the table shows medians in microseconds, and how many times slower
than with all of fusion the others are. One thread.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

import elena  # noqa: E402
from viewbench import all_cases  # noqa: E402

USUAL = "offset2bbox,ssd_decode,bbox2delta,delta2bbox,bbox_overlaps,bbox_flip_back,grid_anchors,tsm_shift"
WAYS = ("fused", "noviews", "unfused", "NumPy")


elena.set_num_threads(1)  # as NumPy


def measure(case, size: str, seconds: float) -> tuple[list[float], list[int]]:
    """Medians in microseconds, and the numbers of kernels of the first three."""
    functions = [elena.jit(case.function, fuse=fuse) for fuse in (True, "noviews", False)]
    kernels = [len(function.lower(*case.args(size)).kernels) for function in functions]
    functions.append(case.function)
    args = case.args(size)
    times: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function(*args)  # compile, touch memory
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 5:
        for function, own in zip(functions, times):
            start = time.perf_counter()
            function(*args)
            own.append((time.perf_counter() - start) * 1e6)
    return [statistics.median(own) for own in times], kernels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=USUAL)
    parser.add_argument("--size", default="R")
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    cases = {case.name: case for case in all_cases()}
    print(f"{'case':18}{'kernels':>12}" + "".join(f"{way:>12}" for way in WAYS) + "   us; x slower than fused")
    for name in options.cases.split(","):
        times, kernels = measure(cases[name], options.size, options.seconds)
        counts = "/".join(map(str, kernels))
        ratios = "  ".join(f"{t / times[0]:.1f}x" for t in times[1:])
        print(f"{name:18}{counts:>12}" + "".join(f"{t:12.1f}" for t in times) + f"   {ratios}", flush=True)


if __name__ == "__main__":
    main()
