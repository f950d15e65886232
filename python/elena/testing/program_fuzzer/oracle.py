"""The oracle: NumPy's outcome and a compiled function's, compared on every buffer.

Compared are the results (structure, type, dtype, shape, bits, writeable flag), all memory behind the arguments (the
bases, between the views too), and what shares memory with what: every base and every result is written to, and all
others have to change, or not to change, alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import Arguments
from .program import Program, forget
from .watch import quietly


@dataclass(frozen=True)
class Outcome:
    """What became of a program: "same", "refused", "mismatch", "raised", or (from a parent process) "crash", "hang".

    calls: calls compared, this one included.
    """

    kind: str
    message: str = ""
    call: int = 0
    calls: int = 0

    @property
    def failed(self) -> bool:
        return self.kind not in ("same", "refused")


def check(
    program: Program, compile: Callable[[Callable], Callable], is_refusal: Callable[[Exception], bool]
) -> Outcome:
    """Compiles a program and makes all its calls; stops at the first that differs from NumPy."""
    function = program.function()
    try:
        return check_function(function, program, compile, is_refusal)
    finally:
        forget(function)


def check_function(
    function: Callable,
    program: Program,
    compile: Callable[[Callable], Callable],
    is_refusal: Callable[[Exception], bool],
) -> Outcome:
    """`check` with the program's function, for those who check it more than once."""
    try:
        compiled = compile(function)
        for k, arguments in enumerate(program.calls):
            difference = compare_call(function, compiled, arguments)
            if difference:
                return Outcome("mismatch", difference, k, k + 1)
        return Outcome("same", calls=len(program.calls))
    except Exception as error:
        kind = "refused" if is_refusal(error) else "raised"
        return Outcome(kind, f"{type(error).__name__}: {error}")


def compare_call(function: Callable, compiled: Callable, arguments: Arguments) -> str:
    """The first difference ("" if there is none) of one call. Raises what `compiled` raises."""
    expected_bases, expected_args = arguments.make()
    actual_bases, actual_args = arguments.make()
    expected = quietly(function, *expected_args)
    actual = quietly(compiled, *actual_args)
    return (
        differing_results(expected, actual)
        or differing_memory(expected_bases, actual_bases)
        or differing_sharing(expected, expected_bases, actual, actual_bases)
    )


def differing_results(expected: Any, actual: Any, path: str = "result") -> str:
    if type(expected) is not type(actual):
        return f"{path}: {type(actual).__name__}, NumPy {type(expected).__name__}"
    if isinstance(expected, tuple):
        if len(expected) != len(actual):
            return f"{path}: {len(actual)} items, NumPy {len(expected)}"
        pairs = enumerate(zip(expected, actual))
        return next((d for k, (e, a) in pairs if (d := differing_results(e, a, f"{path}[{k}]"))), "")
    if isinstance(expected, np.ndarray):
        if expected.size and expected.flags.writeable != actual.flags.writeable:
            return f"{path}: writeable {actual.flags.writeable}, NumPy {expected.flags.writeable}"
        return differing_values(expected, actual, path)
    if isinstance(expected, np.generic):
        return differing_values(np.asarray(expected), np.asarray(actual), path)
    return "" if expected == actual else f"{path}: {actual!r}, NumPy {expected!r}"


def differing_values(expected: np.ndarray, actual: np.ndarray, path: str) -> str:
    if expected.dtype != actual.dtype:
        return f"{path}: dtype {actual.dtype}, NumPy {expected.dtype}"
    if expected.shape != actual.shape:
        return f"{path}: shape {actual.shape}, NumPy {expected.shape}"
    if expected.tobytes() == actual.tobytes():
        return ""
    different = bits(expected) != bits(actual)
    place = tuple(int(k) for k in np.argwhere(different)[0])
    count = f"{np.count_nonzero(different)} of {different.size} elements differ"
    return f"{path}{list(place) or ''}: {actual[place]!r}, NumPy {expected[place]!r}; {count}"


def bits(array: np.ndarray) -> np.ndarray:
    """The bits of every element as an unsigned integer."""
    return np.ascontiguousarray(array).reshape(array.shape).view(f"u{array.itemsize}")


def differing_memory(expected_bases: list[np.ndarray], actual_bases: list[np.ndarray]) -> str:
    pairs = enumerate(zip(expected_bases, actual_bases))
    return next((d for k, (e, a) in pairs if (d := differing_values(e, a, f"base {k} of the arguments"))), "")


def differing_sharing(
    expected: Any, expected_bases: list[np.ndarray], actual: Any, actual_bases: list[np.ndarray]
) -> str:
    """Writes to each base and to each result, on both sides, and compares all memory after each."""
    expected_arrays, actual_arrays = arrays_of(expected), arrays_of(actual)
    paths = [f"base {k}" for k in range(len(expected_bases))]
    paths += [f"array {k} of the results" for k in range(len(expected_arrays))]
    expected_all, actual_all = [*expected_bases, *expected_arrays], [*actual_bases, *actual_arrays]
    for k, (path, e, a) in enumerate(zip(paths, expected_all, actual_all)):
        if not e.flags.writeable:
            continue
        scribble(e, 20 + 7 * k)
        scribble(a, 20 + 7 * k)
        for other, f, b in zip(paths, expected_all, actual_all):
            if difference := differing_values(f, b, other):
                return f"sharing of memory: after a write to {path}, {difference}"
    return ""


def arrays_of(results: Any) -> list[np.ndarray]:
    items = results if isinstance(results, tuple) else (results,)
    return [item for item in items if isinstance(item, np.ndarray)]


def scribble(array: np.ndarray, start: int) -> None:
    """Writes values, valid ones of the dtype, that differ from those of another start."""
    if array.dtype == bool:
        np.logical_not(array, out=array)
    else:
        array[...] = (np.arange(array.size) % 5 + start).reshape(array.shape).astype(array.dtype)
