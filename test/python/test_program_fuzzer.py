"""The program fuzzer: it is deterministic, reaches what it is for, finds planted errors; and Elena passes it."""

import contextlib
import functools
import importlib
import inspect
import io
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import elena
import numpy as np
import pytest
from elena.testing import program_fuzzer as fuzzer
from elena.testing.program_fuzzer import __main__ as command
from elena.testing.program_fuzzer import executors
from elena.testing.program_fuzzer.arguments import Arguments, ArrayArgument, IntArgument
from elena.testing.program_fuzzer.expressions import name, part, subscript, value
from elena.testing.program_fuzzer.program import Program, load
from elena.testing.program_fuzzer.statements import Bind, Write
from elena.testing.program_fuzzer.watch import Inexact, cells_of, relation, watch

FOLDER = Path(fuzzer.__file__).parent


@functools.cache
def programs(count, seed=1):
    return [fuzzer.generate(seed, index) for index in range(count)]


def check(program, compiler):
    return fuzzer.check(program, compiler, fuzzer.looks_like_refusal)


# ---- the generator -------------------------------------------------------------------------------------------


def test_the_same_number_gives_the_same_program():
    again = [fuzzer.generate(1, index) for index in range(20)]
    assert [p.source() for p in again] == [p.source() for p in programs(20)]
    assert len({p.source() for p in again}) == 20


def test_another_process_gives_the_same_program():
    script = "from elena.testing.program_fuzzer import generate; print(generate(1, 3).source(), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.stdout == programs(20)[3].source(), done.stderr


def test_what_programs_are_made_of():
    statistics = fuzzer.Statistics()
    for program in programs(500):
        statistics.add(program)
    assert min(statistics.statements) >= 3
    assert max(statistics.statements) <= 25
    assert statistics.relations["partial"] >= 0.3 * 500
    integers = {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
    assert set(statistics.dtypes) == {"bool", "float32", "float64", *integers}
    seldom = [f for f, least in LEAST.items() if statistics.features[f] < least * 500]
    assert not seldom, statistics.text()


LEAST = {
    "loop": 0.15,
    "if": 0.1,
    "out=": 0.2,
    "reduction": 0.3,
    "mask": 0.2,
    "step": 0.5,
    "transpose": 0.1,
    "reshape": 0.1,
    "broadcast_to": 0.05,
    "joined": 0.05,
    "aliased args": 0.1,
    "extent 0": 0.02,
    "extent 1": 0.04,
}


def test_a_printed_program_runs():
    for program in programs(20):
        for call in range(len(program.calls)):
            source = program.source(call, "def compile(function):\n    return function\n")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                exec(source, {"__name__": "__main__"})
            assert printed.getvalue().count(": equal") == 2 + source.count(" = data("), source + printed.getvalue()


def test_the_printed_comparison_sees_a_difference():
    source = programs(20)[0].source(0, "def compile(function):\n    return lambda *args: None\n")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(source, {"__name__": "__main__"})
    assert "not" in printed.getvalue()


# ---- what is watched -----------------------------------------------------------------------------------------


def one_statement(statement, dtype="float32", results=()):
    arguments = Arguments((ArrayArgument("x0", (6,), dtype), IntArgument("n", 2)))
    return Program((arguments,), (statement,), results)


RELATIONS = [("1:", ":-1", "partial"), (":3", ":", "contained"), ("::-1", ":", "equal"), (":3", "3:", "disjoint")]


@pytest.mark.parametrize("to, of, expected", RELATIONS)
def test_relations_of_accesses(to, of, expected):
    x = name("x0")
    read = value("{0}.sum()", subscript(x, [of]))
    found = watch(one_statement(Write("{0} = {1}", subscript(x, [to]), (read,)))).relations()
    assert found == {expected} - {"disjoint"}


def test_relations_agree_with_numpy():
    array, rng = np.arange(24).reshape(4, 6), np.random.default_rng(0)
    for _ in range(200):
        a, b = (array[slices(rng, 4), slices(rng, 6)] for _ in range(2))
        assert (relation(cells_of(a), cells_of(b)) != "disjoint") == np.shares_memory(a, b) or not a.size or not b.size


def slices(rng, extent):
    return slice(int(rng.integers(extent)), None, int(rng.choice([-3, -2, -1, 1, 2, 3])))


@pytest.mark.parametrize("text", ["{0} / 3", "{0} * 1000", "-({0} * 0)"])
def test_inexact_values_are_noticed(text):
    with pytest.raises(Inexact):
        watch(one_statement(Bind("v0", value(text, name("x0")))))


def test_a_cast_out_of_range_is_noticed():
    with pytest.raises(Inexact):
        watch(one_statement(Bind("v0", value("{0}.astype(np.uint8)", name("x0"), watched="_into({0}, np.uint8)"))))


def test_where_numpy_itself_overwrites_what_it_reads_nothing_is_compared():
    x = name("x0")
    write = Write("{0} = {1}", subscript(x, ["::2"]), (subscript(x, [":3"]),), casts=True)
    a, b = np.arange(6), np.arange(6)
    a[::2] = a[:3]
    b[::2] = b[:3].copy()
    if (a == b).all():
        watch(one_statement(write))
    else:
        with pytest.raises(Inexact):
            watch(one_statement(write))


# ---- wrong compilers -----------------------------------------------------------------------------------------


def copied_arguments(function):
    """Writes reach the caller, but arguments that share memory do not meet, and results are new arrays."""

    def run(*args):
        copies = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
        result = function(*copies)
        for argument, copied in zip(args, copies):
            if isinstance(argument, np.ndarray) and argument.flags.writeable:
                argument[...] = copied
        return result

    return run


def forward(function):
    """`a[...] = b[...]` element by element from the first to the last, whatever the two share."""
    source = inspect.getsource(function)
    source = re.sub(r"^( +)(v\d+|x\d+)(\[.*\]) = (.*)$", r"\1store(\2, np.s_\3, \4)", source, flags=re.MULTILINE)
    return load(source, "forward.py", store=store)


def store(array, index, value):
    goal = array[index]
    if isinstance(goal, np.ndarray) and isinstance(value, np.ndarray) and np.shares_memory(goal, value):
        value = np.broadcast_to(value, goal.shape)
        for place in np.ndindex(goal.shape):
            goal[place] = value[place]
    else:
        array[index] = value


def forgets_views_of_arguments(function):
    def run(*args):
        result = function(*args)
        if isinstance(result, tuple):
            return tuple(r.copy() if isinstance(r, np.ndarray) else r for r in result)
        return result.copy() if isinstance(result, np.ndarray) else result

    return run


def wrong_integers(function):
    """Of another dtype than NumPy's."""

    def run(*args):
        result = function(*args)
        return result.astype(np.int64) if isinstance(result, np.ndarray) and result.dtype == np.int32 else result

    return run


@pytest.mark.parametrize("compiler", [copied_arguments, forward, forgets_views_of_arguments, wrong_integers])
def test_a_wrong_compiler_is_found_and_minimised(compiler):
    failing = [p for p in programs(500) if check(p, compiler).failed]
    assert len(failing) >= 3
    program = min(failing, key=Program.statements)
    small = fuzzer.minimise(program, lambda candidate: check(candidate, compiler).failed)
    assert check(small, compiler).kind == "mismatch"
    assert small.statements() <= 3, small.source()
    assert len(small.calls) == 1
    assert check(small, lambda function: function).kind == "same"


def test_numpy_itself_passes():
    outcomes = [check(program, lambda function: function) for program in programs(100)]
    assert {outcome.kind for outcome in outcomes} == {"same"}
    assert [outcome.calls for outcome in outcomes] == [len(program.calls) for program in programs(100)]


def test_exceptions_and_refusals():
    def compiler(error):
        def raise_it(function):
            raise error

        return check(programs(20)[0], raise_it)

    assert compiler(NotImplementedError("x")).kind == "refused"
    assert compiler(elena.UnsupportedError("x")).kind == "refused"
    outcome = compiler(KeyError("x"))
    assert (outcome.kind, outcome.failed, outcome.message) == ("raised", True, "KeyError: 'x'")


def test_a_minimiser_keeps_what_fails():
    x = name("x0")
    steps = [Bind(f"v{k}", value("({0} + {1})", x, part(str(k)))) for k in range(6)]
    arguments = Arguments((ArrayArgument("x0", (4,), "int8"), IntArgument("n", 1)))
    program = Program((arguments, arguments), tuple(steps), ("v2", "v5"))
    small = fuzzer.minimise(program, lambda p: "v3 = " in p.function_source())
    assert small.function_source() == "def f():\n    v3 = 1\n    return\n"


# ---- the command ---------------------------------------------------------------------------------------------

COMPILERS = """
import os, sys, time

def identity(function):
    assert "elena" not in sys.modules
    return function

def crashes(function):
    return lambda *args: os.abort() if function.__code__.co_argcount % 2 else function(*args)

def hangs(function):
    return lambda *args: time.sleep(100)
"""


def run_command(tmp_path, *options, package="elena.testing.program_fuzzer"):
    (tmp_path / "compilers.py").write_text(COMPILERS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    command_line = [sys.executable, "-m", package, *options]
    return subprocess.run(command_line, capture_output=True, text=True, env=environment, cwd=tmp_path)


def test_it_works_without_elena(tmp_path):
    copy = tmp_path / "random_programs"
    copy.symlink_to(FOLDER)
    options = ["--programs", "10", "--executor", "compilers:identity", "--log", "log.txt", "--stats"]
    done = run_command(tmp_path, *options, package="random_programs")
    assert done.returncode == 0, done.stderr
    assert "10 programs (default 10)" in done.stdout
    assert "accesses partial" in done.stdout
    header, line = (tmp_path / "log.txt").read_text().splitlines()
    assert len(header.split()) - 1 == len(line.split())
    assert line.split()[4:6] == ["0:1", "10"]


def test_a_crash_is_reported_with_its_program(tmp_path):
    done = run_command(tmp_path, "--programs", "6", "--executor", "compilers:crashes", "--keep", "1", "--minimise")
    assert done.returncode == 1
    crashed = [i for i in range(6) if len(fuzzer.generate(0, i).calls[0].items) % 2]
    assert [int(i) for i in re.findall(r"^crash: program 0:(\d+),", done.stdout, re.MULTILINE)] == crashed
    assert "SIGABRT" in done.stdout
    assert "def f(" in done.stdout
    assert "6 programs (default 6)" in done.stdout


def test_a_hang_is_reported(tmp_path, monkeypatch, capsys):
    (tmp_path / "compilers.py").write_text(COMPILERS)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    task = command.worker.Task(0, 0, 1, "compilers:hangs", seconds_per_program=1)
    report = command.run_slices([task], jobs=1, seconds=60, found=command.announce)
    assert [failure.outcome.kind for failure in report.failures] == ["hang"]


def test_one_program_of_elena(tmp_path):
    done = run_command(tmp_path, "--only", "1:0", "--variant", "default")
    assert done.returncode == 0, done.stdout + done.stderr
    assert fuzzer.generate(1, 0).function_source() in done.stdout


# ---- Elena ---------------------------------------------------------------------------------------------------


def run_slices(tmp_path, *options):
    # The programs run in child processes: a crash there fails this test and no other one.
    done = run_command(tmp_path, "--minimise", "--keep", "1", *options)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    return done.stdout


def number(pattern, text):
    return float(re.search(pattern, text)[1])


def test_compiled_programs_equal_numpy(tmp_path):
    printed = run_slices(tmp_path, "--seeds", "9:12", "--variant", "default")
    assert number(r"(\d+) programs", printed) == 300
    assert number(r"(\d+) refused", printed) <= 0.02 * 300, printed


def test_compiled_programs_and_their_variants_equal_numpy(tmp_path):
    """And they are what the fuzzer is for: with partial overlaps, something to fuse, and hardly one refused."""
    printed = run_slices(tmp_path, "--seeds", "7:9", "--stats")
    assert number(r"(\d+) programs", printed) == 200
    assert number(r"(\d+) refused", printed) <= 0.02 * 200, printed
    assert number(r"accesses partial +([\d.]+) %", printed) >= 30, printed
    assert number(r"something fused +([\d.]+) %", printed) >= 50, printed
    for variant in (*DRAWN, *(f"without-{move}" for move in executors.MOVES)):
        assert number(rf"\b{variant} (\d+)", printed) > 0, printed


DRAWN = ("default", "no-fusion", "no-view-fusion", "emulator", "interpreted", "without-promote")


def test_each_move_is_one_of_elena():
    variants = executors.executor("compiled").variants
    moves = importlib.import_module("elena.jit")._MOVES
    assert {f"without-{move}" for move in moves} == {name for name in variants if name.startswith("without-")}


def test_a_program_on_the_emulator(tmp_path):
    done = run_command(tmp_path, "--programs", "4", "--variant", "emulator")
    assert done.returncode == 0, textwrap.shorten(done.stdout + done.stderr, 4000)
