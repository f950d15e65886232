"""Runs functions by interpreting the fused plan: an oracle for fusion that no loop and no LLVM has touched.

    f = interpreted(fn)             # like elena.jit(fn)
    f(x, y)                         # points of iteration spaces in C order
    f.seed = 7; f(x, y)             # in an order that the seed chooses: the result must be the same

The C++ side is include/elena/Interpreter/Interpreter.h, which says what a seed does.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _dispatch_reference as reference
from .. import _native
from .. import _protocol as P
from ..frontend.tracing import Traced, flatten, trace_call
from ..jit import Function, fusion_options, jit


class Traces:
    """What the front end made of calls of one function: that does not depend on how they are fused."""

    def __init__(self) -> None:
        self._found: dict[tuple, Traced] = {}

    def trace(self, function: Function, bound: tuple) -> Traced:
        key = _all_that_tracing_sees(function, bound)
        if key is None:
            return trace_call(function._function, bound, function._names)
        if key not in self._found:
            self._found[key] = trace_call(function._function, bound, function._names)
        return self._found[key]


def _all_that_tracing_sees(function: Function, bound: tuple) -> tuple | None:
    """Of arguments that are arrays and numbers only; None if there are others."""
    key: list[tuple] = []
    for leaf in flatten(bound, function._names):
        if leaf.kind == P.LEAF_ARRAY:
            key.append((leaf.path, leaf.array, leaf.value.shape, leaf.value.strides))
        elif leaf.kind in (P.LEAF_INT, P.LEAF_FLOAT):
            key.append((leaf.path, type(leaf.value), repr(leaf.value)))
        else:
            return None
    return tuple(key)


class InterpretedFunction:
    """Called like the function it is made of; plans it once per kind of call."""

    def __init__(
        self, fn: Callable, *, fuse: bool | str = True, seed: int | None = None, traces: Traces | None = None
    ):
        function = fn if isinstance(fn, Function) else jit(fn)
        self._traces = traces or Traces()
        self.function, self.fuse, self.seed = function, fusion_options(fuse), seed
        #: Report cells that two points touch which may run in any order. Takes most of the time of large arrays.
        self.find_conflicts = True
        self.interpreters: list[Any] = []
        self._dispatcher = _native.dispatcher_class()(
            self._plan, function._normalizer(), function._refuse, function._exact_count()
        )

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        for interpreter in self.interpreters:
            self._set_up(interpreter)
        try:
            return self._dispatcher(*args, **kwargs)
        except RuntimeError:
            self._raise_error()
            raise

    def stats(self) -> dict[str, int]:
        """As `elena.jit(fn).stats()`."""
        calls, misses = self._dispatcher.calls, self._dispatcher.guard_misses
        return {"compiles": len(self.interpreters), "calls": calls, "guard_misses": misses}

    def _set_up(self, interpreter: Any) -> None:
        interpreter.seed, interpreter.find_conflicts = self.seed or 0, self.find_conflicts

    def _raise_error(self) -> None:
        for interpreter in self.interpreters:
            error, interpreter.error = interpreter.error, ""
            if error:
                raise _native.native.InterpreterError(error) from None

    def _plan(self, bound: tuple, alias: str) -> P.Version:
        function = self.function
        traced = self._traces.trace(function, bound)
        interpreter = _native.native.Interpreter(traced.text, alias=alias, **self.fuse)
        self._set_up(interpreter)
        self.interpreters.append(interpreter)
        return P.Version(
            entry=interpreter.entry,
            alias=alias,
            plan=traced.plan,
            result_ranks=traced.result_ranks,
            guards=traced.guards,
            captures=traced.captures,
            checks=interpreter.checks,
            keep=interpreter,
        )


def interpreted(
    fn: Callable, fuse: bool | str = True, seed: int | None = None, traces: Traces | None = None
) -> InterpretedFunction:
    """Like `elena.jit(fn)`, but interpreted. `seed`: the order of what may run in any order; None: C order. It may be
    changed between calls. `traces`: shared by those that differ in `fuse` only."""
    return InterpretedFunction(fn, fuse=fuse, seed=seed, traces=traces)


def run_groups(text: str, *arrays: np.ndarray, seed: int = 0, find_conflicts: bool = True) -> None:
    """Runs a hand-written module in group form whose entry takes arrays and gives no result."""
    interpreter = _native.native.Interpreter(text, planned=True)
    interpreter.find_conflicts = find_conflicts
    words = np.array([word for array in arrays for word in _words(array)] or [0], np.int64)
    runtime = reference.Runtime()
    status = interpreter.run(words.ctypes.data, 0, ctypes.addressof(runtime.struct), seed)
    if status != P.OK:
        raise _native.native.InterpreterError(f"the entry returns status {status}")


def _words(array: np.ndarray) -> list[int]:
    return [array.ctypes.data, *array.shape, *(stride // array.itemsize for stride in array.strides)]
