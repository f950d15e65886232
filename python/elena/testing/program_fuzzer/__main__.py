"""python -m elena.testing.program_fuzzer --seeds A:B: random programs, compiled and compared with NumPy."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from . import worker
from .generator import generate
from .runner import Failure, Report, minimised, run_slices
from .statistics import Statistics

PROGRAMS_PER_SEED = 100
SLICES_PER_PROCESS = 10
LOG_HEADER = "# date git executor variant seeds programs calls refused mismatches crashes seconds\n"


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    p.add_argument("--seeds", default="0:1", metavar="A:B", help="the slices A to B-1")
    p.add_argument("--programs", type=int, default=PROGRAMS_PER_SEED, metavar="N", help="programs of each slice")
    p.add_argument("--only", metavar="SEED:INDEX", help="one program of a slice: print it and run it")
    p.add_argument("--executor", default="compiled", help="compiled, or module:attribute of another compiler")
    p.add_argument("--variant", default="drawn", help="drawn (default and one other), default, emulator, ...")
    p.add_argument("--seconds", type=float, default=1e9, metavar="S", help="stop after that many seconds")
    p.add_argument("--jobs", type=int, default=1, metavar="N", help="processes at a time")
    p.add_argument("--minimise", action="store_true", help="print failing programs as small as they get")
    p.add_argument("--keep", type=int, default=5, metavar="N", help="failures printed (and minimised) at most")
    p.add_argument("--log", type=Path, metavar="FILE", help="append a line about the run")
    p.add_argument("--stats", action="store_true", help="print what the programs were made of, and what was fused")
    p.add_argument("--worker", help=argparse.SUPPRESS)
    return p


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    if options.worker:
        worker.main(options.worker)
        return 0
    tasks = tasks_of(options)
    if options.only:
        print(generate(tasks[0].seed, tasks[0].first).source())
    start = time.monotonic()
    report = run_slices(tasks, jobs=options.jobs, seconds=options.seconds, found=announce)
    seconds = time.monotonic() - start
    print_failures(report, options)
    print(summary(report, seconds))
    if options.stats:
        print(statistics_of(report))
    if options.log:
        append(options.log, log_line(report, options, seconds))
    return 1 if report.failures else 0


def tasks_of(options: argparse.Namespace) -> list[worker.Task]:
    common = dict(executor=options.executor, variant=options.variant, measure_fusion=options.stats)
    if options.only:
        seed, index = map(int, options.only.split(":"))
        return [worker.Task(seed, index, index + 1, **common)]
    first, last = map(int, options.seeds.split(":"))
    slices = min(SLICES_PER_PROCESS, -(-(last - first) // options.jobs))
    return [
        worker.Task(seed, 0, options.programs, last_seed=min(seed + slices, last), **common)
        for seed in range(first, last, slices)
    ]


def announce(failure: Failure) -> None:
    line = (failure.outcome.message.splitlines() or [""])[0]
    print(f"{failure.outcome.kind}: program {failure.label}, variant {failure.variant}: {line[:300]}", flush=True)


def print_failures(report: Report, options: argparse.Namespace) -> None:
    for failure in report.failures[: options.keep]:
        print(f"\n# ---- {failure.outcome.kind} of program {failure.label}, variant {failure.variant}")
        for line in failure.outcome.message.splitlines()[:12]:
            print(f"# {line}")
        if options.minimise:
            print(minimised(failure, options.executor, seconds=60))
        else:
            print(generate(failure.seed, failure.index).source(failure.outcome.call))


def summary(report: Report, seconds: float) -> str:
    programs = max(1, len(report.programs))
    variants = ", ".join(f"{name} {count}" for name, count in sorted(report.runs.items()))
    refused = f"{len(report.refused)} refused ({100 * len(report.refused) / programs:.1f} %)"
    lines = [
        f"{len(report.programs)} programs ({variants}), {report.calls} calls in {seconds:.0f} s: "
        f"{report.count('mismatch', 'raised')} mismatches, {report.count('crash', 'hang')} crashes, {refused}"
    ]
    common = sorted(report.refusals.items(), key=lambda item: -item[1])
    return "\n".join(lines + [f"  refused {count}: {why}" for why, count in common])


def statistics_of(report: Report) -> str:
    statistics = Statistics()
    for seed, index in sorted(report.programs):
        statistics.add(generate(seed, index))
    statistics.fused.update("yes" if fused else "no" for fused in report.fused)
    return statistics.text()


def log_line(report: Report, options: argparse.Namespace, seconds: float) -> str:
    git, folder = ["git", "describe", "--always", "--dirty"], Path(__file__).resolve().parent
    describe = subprocess.run(git, capture_output=True, text=True, cwd=folder)
    words = (
        date.today().isoformat(),
        describe.stdout.strip() or "unknown",
        options.executor,
        options.variant,
        f"only={options.only}" if options.only else reached(report, options.seeds),
        len(report.programs),
        report.calls,
        len(report.refused),
        report.count("mismatch", "raised"),
        report.count("crash", "hang"),
        round(seconds),
    )
    return " ".join(map(str, words)) + "\n"


def reached(report: Report, seeds: str) -> str:
    """The slices that were begun: the time may have been over before the last one."""
    last = max((seed for seed, _ in report.programs), default=None)
    return seeds if last is None else f"{seeds.split(':')[0]}:{last + 1}"


def append(file: Path, line: str) -> None:
    new = not file.exists()
    with file.open("a") as log:
        log.write((LOG_HEADER if new else "") + line)


if __name__ == "__main__":
    sys.exit(main())
