"""Runs slices of programs in child processes, and collects what became of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace

from .minimiser import describe_status, first_lines
from .oracle import Outcome
from .worker import Task


@dataclass
class Failure:
    seed: int
    index: int
    variant: str
    outcome: Outcome
    minimised: str = ""

    @property
    def label(self) -> str:
        return f"{self.seed}:{self.index}"


@dataclass
class Report:
    """Totals of a run. A program counts once, its calls with every variant."""

    programs: set[tuple[int, int]] = field(default_factory=set)
    calls: int = 0
    runs: dict[str, int] = field(default_factory=dict)  # variant -> programs
    refused: set[tuple[int, int]] = field(default_factory=set)
    refusals: dict[str, int] = field(default_factory=dict)
    fused: list[bool] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def count(self, *kinds: str) -> int:
        return sum(failure.outcome.kind in kinds for failure in self.failures)

    def add(self, seed: int, index: int, variant: str, outcome: Outcome, fused: bool | None) -> None:
        self.programs.add((seed, index))
        self.calls += outcome.calls
        self.runs[variant] = self.runs.get(variant, 0) + 1
        if outcome.kind == "refused":
            self.refused.add((seed, index))
            why = outcome.message.splitlines()[0].split("not supported: ")[-1]
            self.refusals[why] = self.refusals.get(why, 0) + 1
        if outcome.failed:
            self.failures.append(Failure(seed, index, variant, outcome))
        if fused is not None:
            self.fused.append(fused)


def run_slices(tasks: list[Task], *, jobs: int, seconds: float, found: Callable[[Failure], None]) -> Report:
    """Runs the tasks, `jobs` at a time, until they are done or the time is over; `found` is told of each failure."""
    report, lock, deadline = Report(), threading.Lock(), time.monotonic() + seconds

    def run_one(task: Task) -> None:
        for seed, index, variant, outcome, fused in results_of(task, deadline):
            with lock:
                report.add(seed, index, variant, outcome, fused)
                if outcome.failed:
                    found(report.failures[-1])

    with ThreadPoolExecutor(jobs) as pool:
        # Through `list`: an exception of a thread is raised here.
        list(pool.map(run_one, tasks))
    return report


def results_of(task: Task, deadline: float) -> Iterator[tuple[int, int, str, Outcome, bool | None]]:
    """Results of slices. After a crash a new child goes on behind the program that caused it."""
    while time.monotonic() < deadline:
        started: dict | None = None
        with tempfile.TemporaryFile("w+") as errors:
            child = start(task, errors)
            timer = threading.Timer(max(0.1, deadline - time.monotonic()), child.kill)
            timer.start()
            for line in child.stdout:
                message = json.loads(line)
                if "start" in message:
                    started = message
                    continue
                started = None
                yield message["seed"], message["done"], message["variant"], Outcome(**message["outcome"]), message["fused"]
            code = child.wait()
            timer.cancel()
            errors.seek(0)
            text = errors.read()
        if started is None or time.monotonic() >= deadline:
            if code and time.monotonic() < deadline:
                raise SystemExit(text or f"a child process ended with {describe_status(code)}")
            return
        seed, index = started["seed"], started["start"]
        yield seed, index, started["variant"], ended(code, text, task.seconds_per_program), None
        task = replace(task, seed=seed, first=index + 1)


def ended(code: int, text: str, seconds: int) -> Outcome:
    why = describe_status(code)
    if why.endswith(("SIGALRM", "SIGPROF")):
        return Outcome("hang", f"no answer in {seconds} s")
    if code == 1:  # an exception that is not the program's: of the generator, or of this package
        return Outcome("raised", text[-1500:])
    return Outcome("crash", f"{why}\n{first_lines(text, 12)}".strip())


def start(task: Task, errors) -> subprocess.Popen:
    command = [sys.executable, "-m", __package__, "--worker", json.dumps(asdict(task))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)


def minimised(failure: Failure, executor: str, seconds: float) -> str:
    """The source of a smaller program that fails alike, made in a child process."""
    outcome = (failure.outcome.kind, failure.outcome.message, failure.outcome.call)
    task = Task(failure.seed, failure.index, 0, executor, minimise=failure.variant, outcome=outcome, seconds=seconds)
    with tempfile.TemporaryFile("w+") as errors:
        child = start(task, errors)
        lines = child.stdout.read().splitlines()
        child.wait()
        errors.seek(0)
        return json.loads(lines[-1])["minimised"] if lines else f"# the minimiser failed:\n# {errors.read()[-500:]}"
