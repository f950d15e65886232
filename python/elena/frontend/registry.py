"""Which NumPy/math/builtin callables the tracer implements, and with what.

`implementation_of(f)` gives a plain Python function with f's signature that accepts Array, Sym, SymFloat
and ordinary Python values, or None when f is not known. An implementation called with ordinary values
only (no traced value among them) behaves as f itself where f makes scalars (`np.sqrt(2.0)`, `min(1, 2)`);
functions that make arrays always make IR.
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable
from typing import Any

_IMPLEMENTATIONS: dict[Any, Callable] = {}

# Modules that register implementations; imported at the first question.
_MODULES = (
    "ufuncs",
    "creation",
    "literals",
    "shaping",
    "joining",
    "padding",
    "rounding",
    "reductions",
    "statistics",
    "linalg",
    "selection",
    "comparison",
    "nonzero",
    "assign",
    "builtin_functions",
    "math_functions",
    "types",
)
_loaded = False


def register(*callables: Any) -> Callable[[Callable], Callable]:
    """Decorator: the function implements each of `callables` (NumPy functions, builtins, types, ...)."""

    def add(function: Callable) -> Callable:
        name = getattr(callables[0], "__name__", None)
        if isinstance(function, types.FunctionType) and function not in _IMPLEMENTATIONS.values() and name:
            function.__qualname__ = name  # for Python's TypeErrors about arguments
        for item in callables:
            _IMPLEMENTATIONS[item] = function
        return function

    return add


def _load() -> None:
    global _loaded
    if not _loaded:
        _loaded = True
        for name in _MODULES:
            importlib.import_module(f".{name}", __package__)


def implementation_of(function: Any) -> Callable | None:
    """The traced implementation of a callable (np.add, np.add.reduce, math.sqrt, len, np.float32, ...), or None.

    Methods of Array/Sym/SymFloat need no registry: they are ordinary methods of those classes.
    """
    _load()
    try:
        return _IMPLEMENTATIONS.get(function)
    except TypeError:  # not hashable
        return None


def is_numpy_callable(function: Any) -> bool:
    """True for NumPy's own callables: what is not implemented among them must be refused, not called."""
    module = getattr(function, "__module__", None) or ""
    owner = getattr(function, "__self__", None)
    return module.split(".")[0] == "numpy" or type(owner).__module__.split(".")[0] == "numpy"
