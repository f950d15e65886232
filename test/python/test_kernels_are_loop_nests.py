"""A kernel is one top-level loop nest; a pack of groups that have nothing to do with each other is one of each.

Counted in the IR that `elena-opt` makes of the kernels, before elena-split-loops cuts loops where conditions change. A kernel of single numbers has no loop.
"""

import os
import re
import subprocess
from pathlib import Path

import elena
import numpy as np
import pytest
from viewbench import all_cases

BUILD = Path(os.environ.get("ELENA_BUILD_DIR", Path(__file__).parents[2] / "build"))


def loops_of(kernels):
    """The loops of the kernels, nothing else done to them."""
    pipeline = "--pass-pipeline=builtin.module(func.func(elena-group-to-loops))"
    command = [BUILD / "bin/elena-opt", "-", pipeline]
    return subprocess.run(command, input=kernels, capture_output=True, text=True, check=True).stdout


def bodies(text):
    """Name -> lines of each kernel function of a module."""
    functions, body = {}, []
    for line in text.splitlines():
        if line.startswith("  func.func"):
            body = functions.setdefault(re.search(r"@([\w.]+)", line)[1], []) if "elena.kernel" in line else []
        body.append(line)
    return functions


def operations(body, indent, names):
    return sum(bool(re.match(rf" {{{indent}}}(%\S+ = )?({names})\b", line)) for line in body)


def groups_in(body):
    """Groups and loops over owners that a kernel launches; those inside of a pack are one level deeper."""
    packed = operations(body, 4, r"tensorref\.pack")
    return operations(body, 6 if packed else 4, r"tensorref\.(group|foreach)"), bool(packed)


def nests_in(body):
    return operations(body, 4, r"scf\.(for|while|parallel|forall|if)")


def is_point(body):
    """All stages are points: there is nothing to loop over."""
    return all("box [] " in line for line in body if "tensorref.stage" in line)


def check_nests(lowered):
    kernels = lowered.as_text("kernels")
    before, after = bodies(kernels), bodies(loops_of(kernels))
    assert len(before) == len(after) == len(lowered.kernels)
    for name, body in before.items():
        groups, packed = groups_in(body)
        assert packed == (groups > 1), name
        assert nests_in(after[name]) == (0 if is_point(body) else groups), name


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_of_viewbench(case, fuse):
    check_nests(elena.jit(case.function, fuse=fuse).lower(*case.args(case.same_kind[0])))


def test_a_loop_that_is_cut_is_one_kernel():
    """np.pad: what is counted is the nest before it is cut in three."""
    lowered = elena.jit(lambda x: np.pad(x, (2, 3)) * 2).lower(np.ones(100))
    assert len(lowered.kernels) == 1
    (body,) = bodies(lowered.as_text("loops")).values()
    assert nests_in(body) == 3
    check_nests(lowered)


def test_kernels_that_wait_for_each_other_are_two_nests_in_two_functions():
    def f(x):
        x[1:-1] = x[:-2] + x[2:]
        return x

    lowered = elena.jit(f).lower(np.ones(100))
    assert len(lowered.kernels) == 2
    check_nests(lowered)
