"""Random NumPy programs, full of overlapping views and in-place writes, to test a compiler with.

    python -m elena.testing.program_fuzzer --seeds 0:10 --minimise

The generator and the oracle know NumPy only: what is tested is any `compile(function) -> callable`.

    program = generate(seed, index)          # always the same one
    outcome = check(program, my_compiler, is_refusal=looks_like_refusal)
    if outcome.failed:
        print(minimise(program, lambda p: check(p, my_compiler, looks_like_refusal).failed).source())

docs/Fuzzing.md tells more.
"""

from .executors import looks_like_refusal
from .generator import generate
from .minimiser import minimise
from .oracle import Outcome, check
from .program import Program
from .statistics import Statistics

__all__ = ["Outcome", "Program", "Statistics", "check", "generate", "looks_like_refusal", "minimise"]
