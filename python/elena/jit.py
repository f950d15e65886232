"""`elena.jit`: a Python function that runs as native code."""

from __future__ import annotations

import functools
import os
import time
import types
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _native
from ._protocol import Version
from .explain import print_version
from .explain import wanted as explain_wanted
from .frontend.errors import UnsupportedError
from .frontend.interpreter.suggest import hint_for
from .frontend.source import binder_of, code_parameters
from .frontend.tracing import flatten, trace_call
from .lowered import Lowered, check_target
from .pickling import reduce

_functions: weakref.WeakSet[Function] = weakref.WeakSet()
_totals = {"compiles": 0}
_OPTIONS = ("name", "fuse", "specialize")
_MOVES = (
    "promote",
    "unroll",
    "split",
    "recompute",
    "profit",
    "contract",
    "sequence",
    "siblings",
    "private",
    "write-back",
    "pack",
    "loop",
)
_FUSE_VARIABLE = {"": True, "1": True, "full": True, "0": False, "none": False}


_SPECIAL = 4  # versions of a function in which an `if` on ints of the call may be decided
_MANY = (64, 512, 4096)  # numbers of versions that are worth a warning


def _many_versions(function: Function) -> str:
    return (
        f"{function.__qualname__} has been compiled {function._compiles} times: a value that changes from call to call "
        "(a global, an attribute, an object or text passed in, or a size that decides the program) is known at compile "
        "time; pass it as a number or an array"
    )


def unwrap(fn: Any) -> tuple[types.FunctionType, tuple, dict[str, Any]]:
    """(plain function, arguments put in front, keyword arguments added) of what can be jitted."""
    if isinstance(fn, types.FunctionType):
        return fn, (), {}
    if isinstance(fn, types.MethodType):
        function, prefix, keywords = unwrap(fn.__func__)
        return function, (*prefix, fn.__self__), keywords
    if isinstance(fn, functools.partial):
        function, prefix, keywords = unwrap(fn.func)
        return function, (*prefix, *fn.args), {**keywords, **fn.keywords}
    if isinstance(fn, Function):
        return fn.__elena_function__()
    if isinstance(fn, np.vectorize):
        code = getattr(fn.pyfunc, "__code__", None)
        place = None if code is None else (code.co_filename, code.co_firstlineno, 0)
        raise UnsupportedError("np.vectorize", hint_for("numpy.vectorize", []), place)
    call = getattr(type(fn), "__call__", None)
    if isinstance(call, (types.FunctionType, Function)) and not isinstance(fn, type):
        function, prefix, keywords = unwrap(call)
        return function, (*prefix, fn), keywords
    raise TypeError(
        f"elena.jit needs a Python function, method, lambda or partial, not {fn!r}; wrap it: elena.jit(lambda x: ...)"
    )


def fusion_options(fuse: Any) -> dict[str, Any]:
    """What `fuse=` means to the compiler; ValueError for what it may not be.

    The variable ELENA_FUSE (0, noviews, or a list of moves as in "-recompute,-pack") stands in for True."""
    source = ""
    if fuse is True:
        source = os.environ.get("ELENA_FUSE", "")
        fuse = _FUSE_VARIABLE.get(source, source)
    testing = _testing_options()
    if isinstance(fuse, bool):
        return {"fuse": "full" if fuse else "none", "without": [], **testing}
    if fuse == "noviews":
        return {"fuse": "noviews", "without": [], **testing}
    moves = fuse.split(",") if isinstance(fuse, str) else ["?"]
    if not all(move[:1] == "-" and move[1:] in _MOVES for move in moves):
        choices = ",".join(f"-{move}" for move in _MOVES)
        name, switches = ("ELENA_FUSE", "'1', '0'") if source else ("fuse", "True, False")
        raise ValueError(f"{name} must be {switches}, 'noviews' or some of '{choices}', not {fuse!r}")
    return {"fuse": "full", "without": [move[1:] for move in moves], **testing}


def _testing_options() -> dict[str, Any]:
    """What the variables ELENA_IGNORE and ELENA_STRICT ask of the compiler's own tests (docs/Debugging.md)."""
    ignored, strict = os.environ.get("ELENA_IGNORE", ""), os.environ.get("ELENA_STRICT", "0")
    options: dict[str, Any] = {"ignore": ignored.split(",")} if ignored else {}
    return options if strict in ("", "0") else {**options, "strict": True}


class Function(_native.dispatcher_class()):
    """A jitted function: called like the function it was made of, whose compiled versions it keeps."""

    def __init__(self, fn: Callable, *, name: str | None = None, fuse: bool | str = True, specialize: bool = True):
        self.fn = fn
        #: those of `jit`
        self.options = {"name": name, "fuse": fuse, "specialize": specialize}
        self._specialize = specialize
        #: options of the compiler: those of `fuse`, and what tests set
        self.compile_options = fusion_options(fuse)
        self._function, self._prefix, self._keywords = unwrap(fn)
        self._names = code_parameters(self._function.__code__)
        self._compiles = 0
        super().__init__(self._trace_and_compile, self._normalizer(), self._refuse, self._exact_count())
        self.__wrapped__ = fn
        functools.update_wrapper(self, self._function if isinstance(fn, functools.partial) else fn, updated=())
        self.__wrapped__ = fn
        if name is not None:
            self.__name__ = name
        _functions.add(self)

    # ---- calls -------------------------------------------------------------------------------------------

    def _normalizer(self) -> Callable[..., tuple]:
        """Takes the call's arguments, gives the tuple of the parameters' values (or Python's TypeError)."""
        binder, prefix, keywords = binder_of(self._function), self._prefix, self._keywords
        if not prefix and not keywords:
            return binder
        return lambda *args, **kwargs: binder(*prefix, *args, **{**keywords, **kwargs})

    def _exact_count(self) -> int:
        code = self._function.__code__
        plain = not code.co_kwonlyargcount and not code.co_flags & 0x0C
        return code.co_argcount if plain and not self._prefix and not self._keywords else -1

    def _refuse(self, bound: tuple) -> None:
        flatten(bound, self._names)
        raise TypeError(f"{self.__name__}(): an argument cannot be passed to compiled code")

    def _is_general(self) -> bool:
        return not self._specialize or self._compiles >= _SPECIAL

    def _trace_and_compile(self, bound: tuple, alias: str) -> Version:
        traced = trace_call(self._function, bound, self._names, general=self._is_general())
        compiled = _native.compile_text(traced.text, alias=alias, unaligned=bool(traced.unaligned), **self.compile_options)
        if explain_wanted():
            print_version(self.__name__, traced, compiled)
        self._compiles += 1
        if self._compiles in _MANY:
            warnings.warn(_many_versions(self), RuntimeWarning, stacklevel=2)
        _totals["compiles"] += 1
        return Version(
            entry=compiled.entry,
            alias=alias,
            plan=traced.plan,
            result_ranks=traced.result_ranks,
            guards=traced.guards,
            captures=traced.captures,
            checks=[tuple(check) for check in compiled.checks],
            keep=compiled,
        )

    # ---- as a method, and inlined into other compiled functions --------------------------------------------

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __elena_function__(self) -> tuple[types.FunctionType, tuple, dict[str, Any]]:
        return self._function, self._prefix, self._keywords

    def __reduce__(self) -> str | tuple:
        return reduce(self)

    def __copy__(self) -> Function:
        return self  # as of Python's functions

    def __deepcopy__(self, memo: dict) -> Function:
        return self

    # ---- looking inside ----------------------------------------------------------------------------------

    def lower(self, /, *args: Any, target: str = "cpu", chip: str | None = None, **kwargs: Any) -> Lowered:
        """Compiles for these arguments without running: kernels, texts, graph, files.

        `target`: "cpu" or "cuda"; `chip`: which GPU, with target="cuda" only (default "sm_90").
        Of a method: `Class.method.lower(instance, ...)`, or `elena.jit(instance.method).lower(...)`."""
        chip = check_target(target, chip)
        bound = self._normalizer()(*args, **kwargs)
        start = time.perf_counter()
        traced = trace_call(self._function, bound, self._names, general=self._is_general())

        trace_ms = (time.perf_counter() - start) * 1e3

        def static() -> str:
            return trace_call(self._function, bound, self._names, static=True).text

        return Lowered(self.__name__, traced, static, target, chip, trace_ms, self.compile_options)

    def stats(self) -> dict[str, int]:
        """Versions compiled, calls made, and how often a version's guards turned a call away."""
        return {"compiles": self._compiles, "calls": self.calls, "guard_misses": self.guard_misses}

    def __repr__(self) -> str:
        return f"<elena.jit of {self.__qualname__}>"


def jit(fn: Callable | None = None, **options: Any) -> Any:
    """Makes a function that runs as native code: `elena.jit(fn)`, or as a decorator, with or without options.

    Works on functions, lambdas, methods (bound or in a class), `functools.partial` and callable objects.
    Options: `name` (how the function calls itself); `fuse`: True, False (one kernel per operation), or "noviews"
    (element-wise fusion that stops at views and in-place writes, as other compilers do), to compare with;
    "-recompute,-pack" leaves out single moves of fusion (docs/Fusion.md), for debugging; `specialize`: False makes
    every `if` on ints of the call a branch of the program where it can be one; True (default) compiles one version
    for either outcome, fused with what is around the `if`, as long as there are few."""
    unknown = [option for option in options if option not in _OPTIONS]
    if unknown:
        raise TypeError(f"elena.jit has no option '{unknown[0]}' (options: {', '.join(_OPTIONS)})")
    if fn is None:
        return lambda function: jit(function, **options)
    if isinstance(fn, (staticmethod, classmethod)):
        return type(fn)(jit(fn.__func__, **options))
    return Function(fn, **options)


def stats() -> dict[str, int]:
    """Totals over all functions: `compiles` (ever), `calls` and `guard_misses` (of living functions)."""
    living = [function.stats() for function in _functions]
    return {
        "compiles": _totals["compiles"],
        "calls": sum(item["calls"] for item in living),
        "guard_misses": sum(item["guard_misses"] for item in living),
    }
