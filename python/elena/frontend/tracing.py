"""One call of a Python function -> the text of its program, its guards and the plan of its results."""

from __future__ import annotations

import os
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .._protocol import (
    DTYPES,
    INT_LIMIT,
    LEAF_ARRAY,
    LEAF_CONSTANT,
    LEAF_FLOAT,
    LEAF_INT,
    LEAF_SCALAR,
    MAX_DEPTH,
    PLAN_CONSTANT,
    SMALL,
    ArrayKind,
    Capture,
    Guard,
    Leaf,
    Plan,
)
from .arguments import numpy_integer
from .errors import UnsupportedError, where
from .interpreter import Environment, Interpreter, check_returned, deep_recursion
from .trace import Trace


@dataclass
class Traced:
    """What the front end makes of one call."""

    text: str
    plan: Plan
    result_ranks: tuple[int, ...]
    guards: list[Guard]
    captures: list[Capture]
    leaves: list[Leaf]
    captured: list[np.ndarray]  # the arrays at hand, as hints

    @property
    def unaligned(self) -> list[str]:
        """The names of the arrays whose elements are not where their dtype usually is."""
        leaves = [leaf.name for leaf in self.leaves if leaf.array is not None and not leaf.array.aligned]
        return leaves + ["of the environment" for array in self.captured if not array.flags.aligned]


# ---- kinds of arguments ------------------------------------------------------------------------------------


def array_kind(array: np.ndarray, scalar: bool = False) -> ArrayKind:
    """The facts about an array that a version is compiled for."""
    item = array.itemsize
    shape, strides = array.shape, array.strides
    return ArrayKind(
        dtype=array.dtype.name,
        ndim=array.ndim,
        writeable=array.flags.writeable and not scalar,
        contiguous=array.flags.c_contiguous,
        sizes=tuple(size if size <= SMALL else None for size in shape),
        unit_inner=array.ndim > 0 and strides[-1] == item,
        mergeable=tuple(strides[k] == strides[k + 1] * shape[k + 1] for k in range(array.ndim - 1)),
        zero=tuple(stride == 0 for stride in strides),
        injective=is_injective(shape, strides),
        scalar=scalar,
        aligned=array.flags.aligned,
    )


def is_injective(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """A sufficient test that distinct indices are distinct elements: sorted by |stride|, each dimension
    steps over all that the smaller ones span."""
    if 0 in shape:
        return True
    span = 0
    for stride, size in sorted((abs(stride), size) for stride, size in zip(strides, shape) if size > 1):
        if stride <= span:
            return False
        span += stride * (size - 1)
    return True


def why_refused(value: Any) -> str | None:
    """Why an array (or NumPy scalar) cannot be passed; None if it can."""
    if isinstance(value, np.ma.MaskedArray):
        return "is a masked array; pass its .data and its .mask"
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
        return f"is a {type(value).__name__}, a subclass of ndarray; pass np.asarray(...) of it"
    dtype = value.dtype
    if dtype.names is not None:
        return "is a structured array; pass its fields one by one"
    if not dtype.isnative:
        return f"has byte-swapped dtype {dtype.str!r}; pass x.astype(x.dtype.newbyteorder('='))"
    if dtype.name not in DTYPES:
        return f"has dtype {dtype.name}, which is not supported (supported: {', '.join(DTYPES)})"
    if isinstance(value, np.ndarray):
        if any(stride % value.itemsize for stride in value.strides):
            return "has a stride that is no multiple of the item size; pass a copy of it"
    return None


def leaf_kind(value: Any) -> int:
    """LEAF_* of an object; the caller has checked `why_refused`."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        return LEAF_ARRAY
    if kind is int:
        return LEAF_INT if abs(value) < INT_LIMIT else LEAF_CONSTANT
    if kind is float:
        return LEAF_FLOAT
    if isinstance(value, (np.floating, np.complexfloating)):
        return LEAF_SCALAR
    if isinstance(value, np.integer) and kind.__name__ in DTYPES and abs(int(value)) < INT_LIMIT:
        return LEAF_INT
    return LEAF_CONSTANT


def is_open(value: Any) -> bool:
    """Whether the dispatcher looks inside a container."""
    kind = type(value)
    return kind in (tuple, list, dict) or (isinstance(value, tuple) and hasattr(kind, "_fields"))


def flatten(bound: tuple, names: list[str]) -> list[Leaf]:
    """The leaves of a call, in the order of the protocol. TypeError names what cannot be passed."""
    leaves: list[Leaf] = []
    for k, value in enumerate(bound):
        for leaf_value, path, name in _walk(value, (k,), names[k] if k < len(names) else f"argument {k}", 0):
            leaves.append(make_leaf(leaf_value, path, name))
    return leaves


def _walk(value: Any, path: tuple, name: str, depth: int) -> Iterator[tuple[Any, tuple, str]]:
    if not is_open(value):
        yield value, path, name
        return
    if depth >= MAX_DEPTH:
        raise TypeError(f"argument '{name}' is nested more than {MAX_DEPTH} deep")
    items = value.items() if type(value) is dict else enumerate(value)
    for key, item in items:
        yield from _walk(item, (*path, key), f"{name}[{key!r}]", depth + 1)


def make_leaf(value: Any, path: tuple, name: str) -> Leaf:
    if isinstance(value, (np.ndarray, np.floating, np.complexfloating)):
        reason = why_refused(value)
        if reason is not None:
            raise TypeError(f"argument '{name}' {reason}")
        scalar = not isinstance(value, np.ndarray)
        return Leaf(leaf_kind(value), value, path, array_kind(np.asarray(value), scalar), name)
    return Leaf(leaf_kind(value), value, path, None, name)


# ---- tracing -----------------------------------------------------------------------------------------------


def trace_call(
    function: types.FunctionType, bound: tuple, names: list[str], *, static: bool = False, general: bool = False
) -> Traced:
    """Interprets `function` for the arguments at hand (`bound`: one object per parameter).

    `static`: every size and int is a constant (to tell what the kernels of this very call move).
    `general`: an `if` on ints of the call is a branch of the program where it can be one, not a guard: one version
    serves both outcomes, but what is around the `if` is not fused with what is inside."""
    attempts = [Attempt(general, False), Attempt(False, False), Attempt(False, True)]
    if not any(isinstance(leaf.value, np.integer) for leaf in flatten(bound, names)):
        attempts.pop()
    for attempt in attempts[not general : -1]:
        try:
            return _traced(function, bound, names, static, attempt)
        except UnsupportedError:
            pass  # the next one asks for less
    return _traced(function, bound, names, static, attempts[-1])


@dataclass(frozen=True)
class Attempt:
    """What is left to run time."""

    #: whether an `if` on ints of the call may be a branch of the program
    general: bool
    #: whether NumPy's integers are fixed by guards: they are elements of arrays, and those cannot be sizes
    fixed: bool


def _traced(function: types.FunctionType, bound: tuple, names: list[str], static: bool, attempt: Attempt) -> Traced:
    leaves = flatten(bound, names)
    if static:
        leaves = [_static_leaf(leaf) for leaf in leaves]
    trace = Trace(function.__name__, attempt.general)
    capture = _Capturer(trace, len(leaves), static)
    environment = Environment(capture)
    with trace, deep_recursion():
        values, paths = _proxies(trace, environment, bound, leaves, attempt.fixed)
        result = _run(trace, environment, function, values)
        check_returned(result, environment, trace.location)
        known = {key: Plan(PLAN_CONSTANT, value=value) for key, value in environment.originals.items()}
        text, plan = trace.finish(result, paths | known)
    text = text.replace("func.func @main(", f"func.func @{symbol_name(function.__name__)}(", 1)
    return Traced(text, plan, trace.result_ranks, environment.guards, environment.captures, leaves, capture.arrays)


def symbol_name(name: str) -> str:
    """The entry's symbol: no name of a C library's function, whatever the Python function is called."""
    return "elena_" + re.sub(r"\W+", "", name, flags=re.ASCII)


def interpret_call(function: types.FunctionType, bound: tuple, names: list[str]) -> Any:
    """What the interpreter makes of a call, traced values and all. (For tests.)"""
    leaves = flatten(bound, names)
    trace = Trace(function.__name__)
    environment = Environment(_Capturer(trace, len(leaves), False))
    with trace, deep_recursion():
        values, _ = _proxies(trace, environment, bound, leaves)
        return _run(trace, environment, function, values)


class _Capturer:
    """Makes arguments of the arrays found in the environment."""

    def __init__(self, trace: Trace, leaves: int, static: bool):
        self.trace = trace
        self.first = leaves
        self.static = static
        self.arrays: list[np.ndarray] = []

    def __call__(self, array: np.ndarray, name: str) -> tuple[ArrayKind, Any]:
        reason = why_refused(array)
        if reason is not None:
            raise UnsupportedError(f"an array of the environment: '{name}' {reason}", None, self.trace.location)
        kind = _static_kind(array_kind(array), array) if self.static else array_kind(array)
        ordinal = self.first + len(self.arrays)
        self.arrays.append(array)
        with self.trace.at_root():  # it may be found in the middle of a loop
            return kind, _argument(self.trace, LEAF_ARRAY, array, kind, name, ordinal)


def _static_leaf(leaf: Leaf) -> Leaf:
    if leaf.kind == LEAF_INT:
        return Leaf(LEAF_CONSTANT, leaf.value, leaf.path, None, leaf.name)
    if leaf.kind != LEAF_ARRAY:
        return leaf
    return Leaf(leaf.kind, leaf.value, leaf.path, _static_kind(leaf.array, leaf.value), leaf.name)


def _static_kind(kind: ArrayKind, array: np.ndarray) -> ArrayKind:
    return replace(kind, sizes=array.shape)


def _argument(trace: Trace, kind: int, value: Any, array: ArrayKind | None, name: str, ordinal: int) -> Any:
    if kind in (LEAF_ARRAY, LEAF_SCALAR):
        holder = np.asarray(value)
        strides = tuple(stride // holder.itemsize for stride in holder.strides)
        return trace.new_argument_array(array, (holder.shape, strides), name=name, leaf=ordinal)
    if kind == LEAF_INT:
        return trace.new_argument_int(value, name=name, leaf=ordinal)
    return trace.new_argument_float(value, name=name, leaf=ordinal)


def _proxies(
    trace: Trace, environment: Environment, bound: tuple, leaves: list[Leaf], fixed: bool = False
) -> tuple[list[Any], dict[int, tuple]]:
    """The arguments with traced values in the places of run-time leaves."""
    remaining = iter(enumerate(leaves))
    paths: dict[int, tuple] = {}

    def build(value: Any, path: tuple, name: str) -> Any:
        if not is_open(value):
            ordinal, leaf = next(remaining)
            if leaf.kind == LEAF_CONSTANT:
                if _compared_by_equality(leaf.value):
                    environment.leaf_of[id(leaf.value)] = ordinal
                return environment.read_argument(leaf.value, f"argument '{leaf.name}'")
            if isinstance(leaf.value, np.integer):
                return numpy_integer(trace, leaf.value, leaf.name, ordinal, fixed)
            return _argument(trace, leaf.kind, leaf.value, leaf.array, leaf.name, ordinal)
        if type(value) is dict:
            result: Any = {key: build(item, (*path, key), name) for key, item in value.items()}
        else:
            items = [build(item, (*path, k), name) for k, item in enumerate(value)]
            named = type(value) not in (tuple, list)
            result = type(value)(*items) if named else type(value)(items)
        if isinstance(result, (list, dict)):
            environment.owns(result, f"the {type(result).__name__} in argument '{name}'")
            paths[id(result)] = path
        return result

    names = [""] * len(bound)
    for leaf in leaves:
        names[leaf.path[0]] = leaf.name.split("[")[0]
    return [build(value, (k,), names[k]) for k, value in enumerate(bound)], paths


def _compared_by_equality(value: Any) -> bool:
    method = type(value).__hash__
    plain = isinstance(value, (str, bytes, bool, type(None), np.generic, np.dtype))
    return not plain and method is not None and method is not object.__hash__


def _run(trace: Trace, environment: Environment, function: types.FunctionType, values: list[Any]) -> Any:
    interpreter = Interpreter(trace, environment)
    code = function.__code__
    positional = code.co_argcount
    keyword_only = code.co_kwonlyargcount
    args = list(values[:positional])
    kwargs = dict(zip(code.co_varnames[positional : positional + keyword_only], values[positional:]))
    rest = values[positional + keyword_only :]
    if code.co_flags & 0x04:  # *args
        args.extend(rest.pop(0))
    if code.co_flags & 0x08:  # **kwargs
        kwargs.update(rest.pop(0))
    trace.location = (code.co_filename, code.co_firstlineno, 0)
    try:
        return interpreter.interpret(function, tuple(args), kwargs)
    except RecursionError:
        raise UnsupportedError("recursion this deep", "write it as a loop", trace.location) from None
    except (UnsupportedError, *_LOCATED) as error:
        failure = _with_location(error)
        if _FULL_TRACEBACKS:
            raise failure
    raise failure.with_traceback(None)  # the interpreter's frames say nothing to the user


# ---- errors ------------------------------------------------------------------------------------------------

_FULL_TRACEBACKS = "ELENA_TRACEBACK" in os.environ  # for those who work on Elena
_LOCATED = (ValueError, IndexError, TypeError, OverflowError, ZeroDivisionError, NameError, AttributeError)


def _with_location(error: Exception) -> Exception:
    """The same error, its message followed by the place in the source (once)."""
    if isinstance(error, UnsupportedError):
        return error
    place = where()
    message = str(error)
    if hasattr(error, "__elena_user__") or not place or place.split(": ")[0] in message:
        return error
    try:
        located = type(error)(f"{message}  [{place}]")
    except Exception:  # an exception with a constructor of its own
        return error
    if hasattr(error, "__notes__"):
        located.__notes__ = list(error.__notes__)
    if isinstance(error, AttributeError):  # for Python's "Did you mean"
        located.name, located.obj = error.name, error.obj
    located.__cause__ = error.with_traceback(None)
    return located
