"""Which callables of Python may run at compile time as they are."""

from __future__ import annotations

import builtins
import collections
import itertools
import operator
import types
from typing import Any

import numpy as np

_VALUE_TYPES = (
    str, bytes, int, float, complex, bool, tuple, list, dict, set, frozenset, range, slice, bytearray,
    collections.OrderedDict, collections.defaultdict, collections.deque, collections.Counter, np.dtype,
)  # fmt: skip

_PURE_BUILTINS = frozenset(
    getattr(builtins, name)
    for name in (
        "abs all any ascii bin bool bytes bytearray chr complex dict divmod enumerate filter float format frozenset "
        "hash hex int iter issubclass len list map max min next object oct ord pow range repr reversed round set "
        "slice sorted str sum tuple zip isinstance callable staticmethod classmethod property"
    ).split()
)

#: those that only move values around, or use nothing but operators of them
_STRUCTURAL = frozenset(
    getattr(builtins, name)
    for name in (
        "all any dict enumerate filter iter list map max min next reversed slice sorted sum tuple zip abs pow divmod "
        "isinstance callable object"
    ).split()
)

_PURE_MODULES = frozenset(
    "math cmath operator _operator itertools functools _functools collections _collections copy dataclasses "
    "typing numbers fractions string re enum types statistics textwrap bisect _bisect heapq _heapq contextlib decimal "
    "keyword inspect".split()
)
_STRUCTURAL_MODULES = frozenset(
    "operator _operator itertools functools _functools collections _collections dataclasses typing types contextlib".split()
)
_NUMPY_PURE = (np.dtype, np.finfo, np.iinfo, np.promote_types, np.result_type, np.issubdtype, np.can_cast)
_NUMPY_PURE += (np.broadcast_shapes, np.errstate, np.min_scalar_type)


def is_pure(function: Any) -> bool:
    """Whether a callable only computes a result from its arguments (or changes a container it belongs to)."""
    if _in(function, _PURE_BUILTINS) or _in(function, _NUMPY_PURE):
        return True
    if isinstance(function, type) and issubclass(function, np.generic):
        return True
    holder = getattr(function, "__self__", None)
    if holder is not None and not isinstance(holder, types.ModuleType):
        return isinstance(holder, _VALUE_TYPES) or _is_value_class(holder) or isinstance(holder, np.generic)
    if isinstance(function, types.MethodDescriptorType | types.WrapperDescriptorType):
        return function.__objclass__ in _VALUE_TYPES  # str.upper, dict.get ...
    return _module_of(function) in _PURE_MODULES


def is_pure_on_traced(function: Any) -> bool:
    """Whether it may be given traced values: it moves them around or uses their operators."""
    if _in(function, _STRUCTURAL):
        return True
    holder = getattr(function, "__self__", None)
    if holder is not None and not isinstance(holder, types.ModuleType):
        return not isinstance(holder, (str, bytes, int, float, np.generic))
    if isinstance(function, types.MethodDescriptorType | types.WrapperDescriptorType):
        return function.__objclass__ in (list, dict, tuple)
    return _module_of(function) in _STRUCTURAL_MODULES


def _is_value_class(holder: Any) -> bool:
    if not isinstance(holder, type):
        return False
    return holder in _VALUE_TYPES or hasattr(holder, "_fields") or holder.__module__ == "itertools"


def _in(function: Any, options: Any) -> bool:
    try:
        return any(function is option for option in options)
    except TypeError:
        return False


def _module_of(function: Any) -> str:
    module = getattr(function, "__module__", None)
    if not isinstance(module, str):
        module = type(function).__module__
    if isinstance(function, (operator.itemgetter, operator.attrgetter, operator.methodcaller)):
        return "operator"
    if type(function).__module__ == itertools.__name__:
        return "itertools"
    return module.split(".")[0]


_REFUSED = {
    "print": ("print", "return the value and print it in the caller"),
    "input": ("input", "read it in the caller and pass it"),
    "open": ("open: files are not read by compiled code", "read the file in the caller and pass the array"),
    "exec": ("exec", None),
    "eval": ("eval", None),
    "globals": ("globals()", "name the global directly"),
    "locals": ("locals()", "name the variable directly"),
    "vars": ("vars()", "name the attribute directly"),
    "id": ("id()", "compare with 'is'"),
    "setattr": ("setattr on an object that exists outside this call", "return the value"),
    "delattr": ("delattr", None),
    "__import__": ("__import__", "import the module at the top"),
    "breakpoint": ("breakpoint()", "debug the plain function: f.fn"),
}


def refusal(function: Any, context: str = "") -> tuple[str, str | None]:
    """(what, hint) for a callable that cannot be called at compile time."""
    name = getattr(function, "__name__", type(function).__name__)
    if name in _REFUSED and getattr(builtins, name, None) is function:
        return _REFUSED[name]
    module = _module_of(function)
    full = name if module in ("builtins", "") else f"{module}.{name}"
    holder = getattr(function, "__self__", None)
    if holder is not None and not isinstance(holder, types.ModuleType):
        full = f"{type(holder).__name__}.{name}"
    what = f"calling '{full}' {context}".rstrip()
    return what, "compute it in the caller and pass the result, or write it as a plain Python function over NumPy"
