"""One peer in a process of its own: `python -m bench.worker PEER THREADS`.

It reads one JSON object per line and answers with one. What peers print goes to standard error.

    {"do": "load", "case": "rotary", "size": "S"}   -> {"status": ..., "text": ..., "first_call_s": ...}
    {"do": "calibrate", "seconds": 0.01}             -> {"calls": ...}
    {"do": "time", "calls": 20}                      -> {"seconds": ...}
    {"do": "drop"}                                   -> {}

Status: ok, or why there is nothing to time: "not written", refused, wrong, error.
"""

import gc
import json
import os
import re
import sys
import time
import traceback

import numpy as np
from viewbench import all_cases

from bench import check, peers
from bench.peers.base import NotWritten

MOST_CALLS = 1_000_000
TEXT = 600  # characters of a message that are kept


def message(error: BaseException) -> str:
    """Without colours and addresses: the same for the same reason."""
    text = re.sub(r"\x1b\[[0-9;]*m| at 0x[0-9a-f]+", "", f"{type(error).__name__}: {str(error).strip()}")
    return text if len(text) <= TEXT else text[:TEXT] + " ..."


class Worker:
    def __init__(self, peer, threads: int):
        self.peer = peer
        self.threads = threads
        self.cases = {case.name: case for case in all_cases(refused=True)}
        self.program = None
        self.pristine = None  # arguments to restore before every call, where a call changes what the next one does

    def load(self, case: str, size: str) -> dict:
        self.drop()
        try:
            return self.prepare(self.cases[case], size)
        except NotWritten as error:
            status, text = "not written", str(error)
        except check.Wrong as error:
            status, text = "wrong", str(error)
        except self.peer.refusals as error:
            status, text = "refused", message(error)
        except Exception as error:
            traceback.print_exc()
            status, text = "error", message(error)
        self.drop()
        return {"status": status, "text": text}

    def prepare(self, case, size: str) -> dict:
        args = case.args(size)
        expected = check.expected_outcome(case, args)
        pristine = None if expected[2] else check.compare.clone_arguments(args).tree
        given = check.compare.clone_arguments(args).tree
        start = time.perf_counter()
        program = self.peer.build(case, given, self.threads)
        actual = check.quiet(program.outcome, ())
        first_call = time.perf_counter() - start
        remarks = check.compare_outcomes(case, expected[:2], actual, self.peer.exact)
        del actual, expected
        if self.peer.whole:
            check.check_whole(case, program.function, args)
        self.program, self.pristine = program, pristine
        return {"status": "ok", "text": "; ".join(remarks), "first_call_s": first_call}

    def calibrate(self, seconds: float) -> dict:
        """Calls that take about so long; the arguments and code are warm then."""
        if self.pristine is not None:
            return {"calls": 1}
        calls = 1
        while (taken := self.program.run(calls)) < seconds / 4 and calls < MOST_CALLS:
            calls *= 4
        return {"calls": max(1, min(MOST_CALLS, round(calls * seconds / max(taken, 1e-9))))}

    def time(self, calls: int) -> dict:
        if self.pristine is not None:
            self.restore()
        return {"seconds": self.program.run(calls)}

    def restore(self) -> None:
        pairs = zip(
            check.compare.array_leaves(self.program.arrays, ""), check.compare.array_leaves(self.pristine, "")
        )
        for (_, array), (_, value) in pairs:
            if array.flags.writeable:
                np.copyto(array, value)

    def drop(self) -> dict:
        self.program = self.pristine = None
        gc.collect()
        return {}


def main() -> None:
    name, threads = sys.argv[1], int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(value: dict) -> None:
        print(json.dumps(value), file=answers, flush=True)

    try:
        peer = peers.load(name)
        worker = Worker(peer, threads)
        answer({"peer": peer.name, "version": peer.version()})
    except ImportError as error:
        answer({"missing": str(error)})
        return
    np.seterr(all="ignore")
    for line in sys.stdin:
        request = json.loads(line)
        answer(getattr(worker, request.pop("do"))(**request))


if __name__ == "__main__":
    main()
