"""The plan checker accepts what the planner makes: nothing is given up (strict=True makes that an error)."""

import elena
import numpy as np
import pytest
from elena.frontend.tracing import trace_call
from elena.testing.program_fuzzer import generate
from viewbench import all_cases


def plan(function, args):
    jitted = elena.jit(function)
    text = trace_call(jitted._function, tuple(args), jitted._names).text
    return elena._native.native.Interpreter(text, strict=True)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_viewbench(case):
    plan(case.function, case.args("S"))


@pytest.mark.parametrize("index", range(20))
def test_programs_of_the_fuzzer(index):
    program = generate(2, index)
    try:
        plan(program.function(), program.calls[0].make()[1])
    except elena.UnsupportedError as refusal:
        pytest.skip(f"the front end refuses this drawn program, so it has no plan: {refusal}")


def test_cells_that_are_apart_by_their_numbers():
    """21 i + 2 and 18 i + j + 15: no digit tells them apart, their numbers do."""

    def add_diagonal(x):
        np.add(x[:, 4::-1, :], 1, out=x[:, 1:])
        x[:, :-2:-1] += np.diagonal(x)[2:, :]

    plan(add_diagonal, [np.ones((3, 6, 3))])


def test_rows_whose_length_is_the_step():
    """That a row has 3 elements is not known here, but that it has one where an element is read."""
    text = """
    func.func @swap(%x: !tensorref.ref<?x?xf32, strided<[?, 1]>> {tensorref.contiguous}) attributes {elena.entry} {
      %a = tensorref.select %x dim 1 at 2 : !tensorref.ref<?x?xf32, strided<[?, 1]>> to !tensorref.ref<?xf32>
      %b = tensorref.select %x dim 1 at 0 : !tensorref.ref<?x?xf32, strided<[?, 1]>> to !tensorref.ref<?xf32>
      tensorref.copy %a to %b : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
      tensorref.copy %b to %a : !tensorref.ref<?xf32>, !tensorref.ref<?xf32>
      return
    }
    """
    elena._native.native.Interpreter(text, strict=True)
