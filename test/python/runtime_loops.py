"""What the tests of run-time loops and branches share."""

import numpy as np
from compare import check_same

import elena

RNG = np.random.default_rng(3)
F32 = np.float32


def check(fn, *calls, compiles=1, ulp=0, ulp_scale=0.0):
    """Compares `fn` with its compiled form on all calls (one version serves them all); returns that form."""
    compiled = elena.jit(fn)
    for args in calls:
        check_same(fn, compiled, lambda args=args: args, ulp=ulp, ulp_scale=ulp_scale, untouched_on_raise=False)
    assert compiled.stats()["compiles"] == compiles
    return compiled


def floats(*shape, dtype=np.float64):
    return RNG.standard_normal(shape).astype(dtype)
