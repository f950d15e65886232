"""Makes a failing program smaller: less statements, simpler expressions and arguments, and it fails as before."""

from __future__ import annotations

import itertools
import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from dataclasses import replace

from .executors import Executor
from .generator import runs
from .oracle import Outcome, check
from .program import Program

MAX_CANDIDATES = 3000
SECONDS_PER_PROGRAM = 20


def minimise(program: Program, fails: Callable[[Program], bool], seconds: float = 60) -> Program:
    """The smallest program found for which `fails` is true. `fails` gets programs that are valid on NumPy only."""
    deadline, tried = time.monotonic() + seconds, 0
    position, shrunk = 0, False
    while tried < MAX_CANDIDATES and time.monotonic() < deadline:
        # Cuts that failed once are not tried again before all others were.
        candidate = next(itertools.islice(program.simpler(), position, None), None)
        if candidate is None:
            if not shrunk:
                break
            position, shrunk = 0, False
            continue
        if runs(candidate):
            tried += 1
            if fails(candidate):
                program, shrunk = candidate, True
                continue
        position += 1
    return program


def minimise_failure(
    program: Program, outcome: Outcome, executor: Executor, variant: str, seconds: float = 60
) -> Program:
    """Each candidate runs in a process of its own: crashes and endless loops are failures as any other."""

    def fails(candidate: Program) -> bool:
        return same_failure(outcome, check_apart(candidate, executor, variant))

    if 0 < outcome.call < len(program.calls) and fails(alone := replace(program, calls=(program.calls[outcome.call],))):
        program = alone
    return minimise(program, fails, seconds)


def same_failure(a: Outcome, b: Outcome) -> bool:
    """One bug must not become another one on the way: the same kind, and of exceptions the same class."""
    if a.kind != b.kind:
        return False
    return a.kind not in ("raised", "refused") or a.message.split(":")[0] == b.message.split(":")[0]


def check_apart(program: Program, executor: Executor, variant: str, seconds: float = SECONDS_PER_PROGRAM) -> Outcome:
    """`check` in a forked child; "crash" or "hang" where it does not come back.

    The caller must not have run compiled code itself: threads of a compiler's run time do not survive a fork.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(program, executor, variant, write_end)
    os.close(write_end)
    answer = _read_all(read_end, time.monotonic() + seconds)
    os.close(read_end)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if answer is None:
        return Outcome("hang", f"no answer in {seconds} s")
    if not answer:
        return Outcome("crash", describe_status(os.waitstatus_to_exitcode(status)))
    return pickle.loads(answer)


def _answer(program: Program, executor: Executor, variant: str, write_end: int) -> None:
    try:
        # A crash may print whole stacks.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        outcome = check(program, executor.variants[variant], executor.is_refusal)
        os.write(write_end, pickle.dumps(replace(outcome, message=outcome.message[:2000])))
    finally:
        os._exit(0)


def _read_all(fd: int, deadline: float) -> bytes | None:
    """What comes until the end of file; None at the deadline."""
    data = b""
    while True:
        ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return None
        piece = os.read(fd, 65536)
        if not piece:
            return data
        data += piece


def describe_status(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def first_lines(text: str, count: int) -> str:
    return "\n".join(itertools.islice(text.splitlines(), count))
