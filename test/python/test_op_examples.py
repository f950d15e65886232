"""Every op of the dialect has an example, and every example in a description is what it claims to be."""

import re

import pytest
from op_examples import complete, free_values, op_examples, pass_examples, run_opt

OPS = op_examples()
PASSES = pass_examples()


def test_all_ops_are_looked_at():
    assert len(OPS) > 35
    assert {"tensorref.alloc", "tensorref.slice", "tensorref.map", "tensorref.assert", "tensorref.stage"} <= set(OPS)


@pytest.mark.parametrize("name", OPS)
def test_every_op_has_an_example_of_itself(name):
    assert any(re.search(rf"\b{re.escape(name)}\b", example) for example in OPS[name])


@pytest.mark.parametrize(
    "name, example",
    [pytest.param(name, example, id=f"{name}-{i}") for name in OPS for i, example in enumerate(OPS[name])],
)
def test_the_example_of_an_op_verifies(name, example):
    module = complete(example, name)
    result = run_opt(module)
    assert result.returncode == 0, f"{module}\n{result.stderr}"
    assert name in result.stdout


def canonical(module: str) -> str:
    result = run_opt(module, "--canonicalize", "--cse")
    assert result.returncode == 0, f"{module}\n{result.stderr}"
    return result.stdout


@pytest.mark.parametrize("name", [name for name in PASSES if PASSES[name]])
def test_a_pass_does_what_its_example_says(name):
    before, after = PASSES[name]
    result = run_opt(complete(before), f"--{name}")
    assert result.returncode == 0, result.stderr
    assert canonical(result.stdout) == canonical(complete(after))


def test_free_values_are_those_that_nothing_defines():
    snippet = """
    // %comment
    tensorref.map ins(%a : !t) outs(%o : !t) {
    ^bb0(%x: f32, %y: f32):
      %z = arith.addf %x, %s : f32
      tensorref.yield %z : f32
    }
    """
    assert free_values(snippet) == ["%a", "%o", "%s"]


def test_types_come_from_the_parser():
    module = complete("%v = tensorref.select %x dim 1 at %i : !tensorref.ref<?x4xf32> to !tensorref.ref<?xf32>")
    assert "@example(%i: index, %x: !tensorref.ref<?x4xf32>)" in module


def test_a_wrong_example_is_seen():
    module = complete("tensorref.fill %v into %o : f64, !tensorref.ref<?xf32>")
    assert "the value has type 'f64' for a ref of 'f32'" in run_opt(module).stderr
