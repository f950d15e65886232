"""Members of classes, and the types whose attributes need no guard."""

from __future__ import annotations

import collections
import types
from typing import Any

import numpy as np

from .environment import is_stable_module
from .frames import InterpretedFunction, Primitive

#: values whose attributes are fixed by the value itself
VALUES = (
    int, float, complex, str, bytes, bool, type(None), tuple, list, dict, set, frozenset, range, slice,
    np.dtype, np.generic, np.ufunc, np.finfo, np.iinfo, BaseException, collections.deque,
    types.BuiltinFunctionType, InterpretedFunction, Primitive,
)  # fmt: skip


def is_value(holder: Any) -> bool:
    """Whether what a known object's attributes and items are follows from the object itself (no guard needed)."""
    if not isinstance(holder, VALUES):
        return False
    return is_stable_module(type(holder).__module__) or hasattr(type(holder), "_fields")


def class_member(owner: type, name: str) -> Any:
    """What the class (or a base) defines under a name, unbound; None if nothing."""
    for base in owner.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def python_method(value: Any, name: str) -> types.FunctionType | None:
    """The special method that a user's class defines in Python for a value: it is interpreted, so that
    what it reads is guarded."""
    if is_value(value) or isinstance(value, type) or is_stable_module(type(value).__module__ or ""):
        return None
    found = class_member(type(value), name)
    return found if isinstance(found, types.FunctionType) else None
