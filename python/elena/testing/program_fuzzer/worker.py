"""The child process: runs programs and reports each one on a line of JSON before and after it.

What it started and did not finish when it ended is what killed it.
"""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TextIO

from .executors import Executor, executor
from .generator import generate
from .minimiser import minimise_failure
from .oracle import Outcome, check


@dataclass(frozen=True)
class Task:
    """Programs first..last-1 of a slice, or (minimise) one program to be made smaller."""

    seed: int
    first: int
    last: int
    executor: str = "compiled"
    variant: str = "drawn"
    seconds_per_program: int = 20
    measure_fusion: bool = False
    minimise: str = ""  # a variant
    outcome: tuple | None = None  # of the program to be made smaller
    seconds: float = 60


def main(text: str) -> None:
    task = Task(**json.loads(text))
    # What a program prints must not come between the reports.
    reports, sys.stdout = sys.stdout, sys.stderr
    under_test = executor(task.executor)
    if task.minimise:
        _minimise(task, under_test, reports)
        return
    for index in range(task.first, task.last):
        for variant in variants_of(task, index, under_test):
            _report(reports, start=index, variant=variant)
            signal.alarm(task.seconds_per_program)  # its default action ends the process
            outcome, fused = run(task, index, variant, under_test)
            signal.alarm(0)
            _report(reports, done=index, variant=variant, outcome=asdict(outcome), fused=fused)


def variants_of(task: Task, index: int, under_test: Executor) -> list[str]:
    """The default and, where there are others, one of them that the program's number draws."""
    names = list(under_test.variants)
    if task.variant != "drawn":
        if task.variant not in names:
            raise SystemExit(f"{task.executor} has no variant {task.variant!r} here: {', '.join(names)}")
        return [task.variant]
    others = names[1:]
    return [names[0], others[(7 * task.seed + index) % len(others)]] if others else names


def run(task: Task, index: int, variant: str, under_test: Executor) -> tuple[Outcome, bool | None]:
    program = generate(task.seed, index)
    outcome = check(program, under_test.variants[variant], under_test.is_refusal)
    fused = None
    if task.measure_fusion and outcome.kind == "same" and variant == "default":
        fused = under_test.fused(program.function(), program.calls[0].make()[1])
    return outcome, fused


def _minimise(task: Task, under_test: Executor, reports: TextIO) -> None:
    program = generate(task.seed, task.first)
    smallest = minimise_failure(program, Outcome(*task.outcome), under_test, task.minimise, task.seconds)
    _report(reports, minimised=smallest.source(), statements=smallest.statements())


def _report(reports: TextIO, **values: object) -> None:
    print(json.dumps(values), file=reports, flush=True)
