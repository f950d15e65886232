"""NumPy's integers where a NumPy function takes an axis, a size or a count: there they are Python's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..arrays import Array

#: parameters that are never elements of an array
_NAMES = frozenset(
    "axis axes axis1 axis2 shape newshape reps repeats pad_width shift k n num ndmin decimals offset M N "
    "indices_or_sections source destination window_shape ddof".split()
)
#: methods of Array that take them as *args
_SHAPES = frozenset("reshape_method transpose_method".split())


@lru_cache(maxsize=1024)
def _parameters(function: Callable) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def with_python_sizes(function: Callable, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """The arguments of a call of NumPy's `function`, or of a method of an array."""
    if not any(_is_numpy_integer(value) for value in (*args, *kwargs.values())):
        return args, kwargs
    implementation = getattr(function, "implementation", None)  # of a method, whose first parameter is the array
    names = _parameters(function) if implementation is None else _parameters(implementation())[1:]
    takes_all = getattr(function, "__name__", "") in _SHAPES
    args = tuple(
        _as_python(value) if takes_all or (k < len(names) and names[k] in _NAMES) else value
        for k, value in enumerate(args)
    )
    return args, {name: _as_python(value) if name in _NAMES else value for name, value in kwargs.items()}


def _is_numpy_integer(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return any(_is_numpy_integer(item) for item in value)
    return isinstance(value, np.integer) or (isinstance(value, Array) and value.number is not None)


def _as_python(value: Any) -> Any:
    if isinstance(value, Array) and value.number is not None:
        return value.number
    if isinstance(value, np.integer):
        return int(value)
    if type(value) in (tuple, list) and _is_numpy_integer(value):
        return type(value)(_as_python(item) for item in value)
    return value


__all__ = ["with_python_sizes"]
