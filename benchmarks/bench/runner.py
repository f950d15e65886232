"""Runs peers by turns: the processes, the rounds, and what comes out of them."""

import json
import os
import select
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import peers

BENCHMARKS = Path(__file__).resolve().parents[1]
THREAD_VARIABLES = (
    "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS NUMEXPR_NUM_THREADS NUMBA_NUM_THREADS ELENA_NUM_THREADS"
).split()


@dataclass
class Measurement:
    """One peer on one case at one size. Times are microseconds per call; status is ok or why there are none."""

    case: str
    size: str
    threads: int
    peer: str
    status: str
    text: str = ""
    median_us: float | None = None
    quartiles_us: tuple[float, float] | None = None
    fastest_us: float | None = None
    first_call_s: float | None = None
    calls: int | None = None
    rounds_us: list[float] = field(default_factory=list)
    ideal_bytes: int | None = None


class Died(Exception):
    """The peer's process ended or did not answer."""


class Process:
    """A peer's process; started again after it died."""

    def __init__(self, peer: str, threads: int, log, patience: float):
        self.name, self.label, self.threads = peer, peers.label(peer), threads
        self.log, self.patience = log, patience
        self.process: subprocess.Popen | None = None
        self.missing = ""
        self.version = ""
        self.start()

    def start(self) -> None:
        # One thread means one CPU: not all peers can be asked for it in another way.
        allowed = sorted(os.sched_getaffinity(0))
        pinned = {allowed[-1]} if self.threads == 1 else set(allowed)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", self.name, str(self.threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(self.threads),
            start_new_session=True,
        )
        os.sched_setaffinity(self.process.pid, pinned)
        try:
            hello = self.answer()
        except Died as error:
            hello = {"missing": str(error)}
        self.missing, self.version = hello.get("missing", ""), hello.get("version", "")
        if self.missing:
            self.stop()

    def ask(self, do: str, **request) -> dict:
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps({"do": do, **request}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # answer() says how it ended
        return self.answer()

    def answer(self) -> dict:
        ready, _, _ = select.select([self.process.stdout], [], [], self.patience)
        line = self.process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        self.process.stdin.close()
        why = ended(self.process.wait()) if ready else f"no answer in {self.patience:.0f} s"
        self.stop()
        raise Died(why)

    def stop(self) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            pipe.close()


def ended(code: int) -> str:
    return f"the process ended with {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"


def environment(threads: int) -> dict[str, str]:
    """A peer's: thread counts, and no spinning of idle threads while other peers are timed."""
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(BENCHMARKS), *filter(None, [env.get("PYTHONPATH")])])
    env.update({name: str(threads) for name in THREAD_VARIABLES})
    env.setdefault("KMP_BLOCKTIME", "1")
    if threads == 1:
        env["XLA_FLAGS"] = f"{env.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    return env


@dataclass
class Plan:
    """What is to be measured, and how."""

    peers: list[str]
    cases: list
    sizes: list[str]
    threads: list[int]
    rounds: int = 9
    seconds: float = 0.01
    patience: float = 300.0


def run(plan: Plan, log, report: Callable[[list[Measurement]], None]) -> tuple[list[Measurement], dict, dict]:
    """All measurements, versions of the peers by name, and what is missing with the reason."""
    found, versions, missing = [], {}, {}
    for threads in plan.threads:
        processes = start_all(plan, threads, log)
        try:
            for process in processes:
                if process.missing:
                    missing[process.label] = process.missing
                else:
                    versions[process.label] = process.version
            present = [process for process in processes if not process.missing]
            for case in plan.cases:
                for size in plan.sizes:
                    rows = measure(plan, case, size, threads, present)
                    report(rows)
                    found += rows
        finally:
            for process in processes:
                process.stop()
    return found, versions, missing


def start_all(plan: Plan, threads: int, log) -> list[Process]:
    """Processes in the order of the peers, started at once."""
    slots: list[Process | None] = [None] * len(plan.peers)

    def start(k: int, name: str) -> None:
        slots[k] = Process(name, threads, log, plan.patience)

    starters = [threading.Thread(target=start, args=item) for item in enumerate(plan.peers)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    return [slot for slot in slots if slot is not None]


def measure(plan: Plan, case, size: str, threads: int, processes: list[Process]) -> list[Measurement]:
    """One case at one size: every peer checked, then rounds through those that are right."""
    ideal = int(case.ideal_bytes(*case.args(size)))
    rows, running = [], []
    for process in processes:
        row = Measurement(case.name, size, threads, process.label, "error", ideal_bytes=ideal)
        rows.append(row)
        try:
            answer = process.ask("load", case=case.name, size=size)
            row.status, row.text = answer["status"], answer["text"]
            row.first_call_s = answer.get("first_call_s")
            if row.status == "ok":
                row.calls = process.ask("calibrate", seconds=plan.seconds)["calls"]
                running.append((process, row))
        except Died as error:
            row.status, row.text = "error", str(error)
    for k in range(plan.rounds):
        shift = k % max(1, len(running))  # nobody always comes after the same peer
        for process, row in running[shift:] + running[:shift]:
            if row.status != "ok":
                continue
            try:
                row.rounds_us.append(process.ask("time", calls=row.calls)["seconds"] / row.calls * 1e6)
            except Died as error:
                row.status, row.text = "error", str(error)
    for process, row in running:
        if row.status == "ok":
            process.ask("drop")
            summarise(row)
    return rows


def summarise(row: Measurement) -> None:
    times = sorted(row.rounds_us)
    row.median_us, row.fastest_us = statistics.median(times), times[0]
    if len(times) > 1:
        low, _, high = statistics.quantiles(times, n=4, method="inclusive")
    else:
        low = high = times[0]
    row.quartiles_us = (low, high)


def as_dict(row: Measurement) -> dict:
    return asdict(row)
