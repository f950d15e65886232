"""Every predicate of legality is needed: with it switched off (ELENA_IGNORE), a program goes wrong.

needed_predicates/NAME.py is the smallest program that the fuzzer and its minimiser found for the predicate NAME; the
plan is interpreted in adversarial order, so that two points that touch a cell and have no order are found too.
docs/Fuzzing.md has the command that finds them anew.
"""

import os
import re
import resource
from pathlib import Path

import elena
import numpy as np
import pytest
from elena.testing.interpreted import interpreted

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((Path(__file__).parent / "needed_predicates").glob("*.py"))
NAMES = [path.stem for path in PROGRAMS]
RIGHT, WRONG, ERROR = range(3)

#: Why no program goes wrong without the predicate alone. docs/Fuzzing.md says it at more length.
WITHOUT_PROGRAM = {
    "parallel-reader": "only keeps readers with an order of their own as they are",
    "no-cut": "such an edge has a barrier at one end, which `acyclic` keeps outside of the group",
    "own-cells": "a covering write has no coordinate of T in its own cells",
    "independent": "a write between the reductions keeps one of them from computing what both read",
    "point-value": "without it there is no expression to compute",
    "writer-point": "without it there is no point to compute it at",
}


def load(path):
    namespace = {"__name__": path.stem}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace["f"], namespace["make_args"]


def same(a, b):
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))
    if a is None or b is None:
        return a is b
    return np.shape(a) == np.shape(b) and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def is_right(path):
    """Does the program do what NumPy does, in memory and in its results, without a conflict?"""
    function, make_args = load(path)
    expected_bases, expected_args = make_args()
    actual_bases, actual_args = make_args()
    expected = function(*expected_args)
    try:
        actual = interpreted(function, seed=7)(*actual_args)
    except elena._native.native.InterpreterError as error:
        assert "could not be planned" not in str(error)
        return False
    return same(expected, actual) and all(map(same, expected_bases, actual_bases))


@pytest.mark.parametrize("path", PROGRAMS, ids=NAMES)
def test_the_program_is_right_with_the_predicate(path, monkeypatch):
    monkeypatch.setenv("ELENA_STRICT", "1")
    assert is_right(path)


@pytest.mark.parametrize("path", PROGRAMS, ids=NAMES)
def test_the_program_is_wrong_without_the_predicate(path):
    """In a process of its own: what is planned then may do anything."""
    child = os.fork()
    if child == 0:
        # ... but keep the machine: an unsound planner need not come to an end.
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
        os.environ["ELENA_IGNORE"] = path.stem
        code = ERROR
        try:
            code = RIGHT if is_right(path) else WRONG
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == WRONG


def test_an_unknown_predicate_is_an_error(monkeypatch):
    monkeypatch.setenv("ELENA_IGNORE", "no-such-predicate")
    with pytest.raises(elena._native.native.InterpreterError, match="there is no predicate 'no-such-predicate'"):
        interpreted(lambda x: x + 1)(np.ones(3))


def predicates():
    """The names of the enum, and of the two that other passes ask."""
    header = (ROOT / "include/elena/Transforms/Fusion/Legality.h").read_text()
    body = re.sub(r"//.*", "", re.search(r"enum class Legality \{(.*?)\};", header, re.DOTALL)[1])
    names = [re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in re.findall(r"\w+", body)]
    others = re.findall(r'\bk(?:AliasGuard|Lives) = "([\w-]+)"', (ROOT / "lib/Pipelines/Pipelines.cpp").read_text())
    assert len(names) > 20 and len(others) == 2
    return [*names, *others]


def test_each_predicate_has_a_program_or_a_reason():
    assert sorted([*NAMES, *WITHOUT_PROGRAM]) == sorted(predicates())


@pytest.mark.parametrize("name", predicates())
def test_each_predicate_is_known_and_documented(name, monkeypatch):
    """Under the name that its file has: what is ignored is what the program is about."""
    monkeypatch.setenv("ELENA_IGNORE", name)
    np.testing.assert_array_equal(interpreted(lambda x: x + 1)(np.ones(3)), 2)
    text = (ROOT / "docs/Fuzzing.md").read_text()
    assert f"`{name}`" in text[text.index("## Is every rule of fusion needed?") : text.index("## Log")]
