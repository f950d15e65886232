"""The child process: runs programs and reports each one on a line of JSON before and after it.

What it started and did not finish when it ended is what killed it.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TextIO

from .executors import Executor, executor
from .generator import generate
from .minimiser import minimise_failure
from .oracle import Outcome, check_function
from .program import Program, forget


@dataclass(frozen=True)
class Task:
    """Programs of the slices seed..last_seed-1 (of each `last`, of the first one from `first` on); or (minimise) one
    program to be made smaller.

    A child takes several slices, as starting it takes as long as some programs.
    """

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
    last_seed: int = 0  # 0: one slice

    def programs(self) -> Iterator[tuple[int, int]]:
        for seed in range(self.seed, max(self.last_seed, self.seed + 1)):
            for index in range(self.first if seed == self.seed else 0, self.last):
                yield seed, index


def main(text: str) -> None:
    task = Task(**json.loads(text))
    # What a program prints must not come between the reports.
    reports, sys.stdout = sys.stdout, sys.stderr
    under_test = executor(task.executor)
    if task.minimise:
        _minimise(task, under_test, reports)
        return
    gc.freeze()  # what is imported stays
    gc.set_threshold(20_000)  # of a program's objects most go without the collector
    for seed, index in task.programs():
        program = function = None
        for k, variant in enumerate(variants_of(task, seed, index, under_test)):
            _report(reports, start=index, seed=seed, variant=variant)
            _limit(task.seconds_per_program)
            program = program or generate(seed, index)
            function = function or program.function()
            calls = calls_of(program, k, seed, index)
            outcome, fused = run(program, calls, function, variant, under_test, task.measure_fusion)
            _limit(0)
            _report(reports, done=index, seed=seed, variant=variant, outcome=asdict(outcome), fused=fused)
        forget(function)


def _limit(seconds: int) -> None:
    """Seconds of computing, so that a busy machine is not taken for a hang; six times as many of waiting. The default
    action of both signals ends the process."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(6 * seconds)


def variants_of(task: Task, seed: int, index: int, under_test: Executor) -> list[str]:
    """The default and, where there are others, one of them that the program's number draws."""
    names = list(under_test.variants)
    if task.variant != "drawn":
        if task.variant not in names:
            raise SystemExit(f"{task.executor} has no variant {task.variant!r} here: {', '.join(names)}")
        return [task.variant]
    others = under_test.drawn
    return [names[0], others[(7 * seed + index) % len(others)]] if others else names


def calls_of(program: Program, variants_before: int, seed: int, index: int) -> list[int]:
    """The calls that are made with a variant: all of them with the first one for a program of four, one that the
    program's number draws for the others. A call of other arguments takes another version as a rule: it costs as much
    as another program."""
    count = len(program.calls)
    if variants_before == 0 and (seed + index) % 4 == 0:
        return list(range(count))
    return [(seed + index) // 4 % count]


def run(
    program: Program,
    calls: list[int],
    function: Callable,
    variant: str,
    under_test: Executor,
    measure_fusion: bool,
) -> tuple[Outcome, bool | None]:
    chosen = replace(program, calls=tuple(program.calls[k] for k in calls))
    outcome = check_function(function, chosen, under_test.variants[variant], under_test.is_refusal)
    outcome = replace(outcome, call=calls[outcome.call])
    fused = None
    if measure_fusion and outcome.kind == "same" and variant == "default":
        fused = under_test.fused(function, program.calls[0].make()[1])
    return outcome, fused


def _minimise(task: Task, under_test: Executor, reports: TextIO) -> None:
    program = generate(task.seed, task.first)
    smallest = minimise_failure(program, Outcome(*task.outcome), under_test, task.minimise, task.seconds)
    _report(reports, minimised=smallest.source(), statements=smallest.statements())


def _report(reports: TextIO, **values: object) -> None:
    print(json.dumps(values), file=reports, flush=True)
