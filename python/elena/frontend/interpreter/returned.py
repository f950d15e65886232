"""What a compiled function may return."""

from __future__ import annotations

import collections
import dataclasses
import types
from typing import Any

from ..errors import UnsupportedError
from .environment import Environment
from .frames import Inlined, InterpretedFunction, Primitive
from .run_time_items import RunTimeItems
from .values import TRACED, has_traced

_COMPILE_TIME = (InterpretedFunction, Inlined, Primitive, types.GeneratorType, enumerate, zip, map, filter, super, RunTimeItems)


def check_returned(value: Any, environment: Environment, location: tuple | None, depth: int = 0) -> None:
    """Refuses results that exist at compile time only: functions made inside, iterators, objects made inside."""
    if isinstance(value, TRACED) or depth > 32:
        return
    if type(value) in (tuple, list) or hasattr(value, "_fields"):
        for item in value:
            check_returned(item, environment, location, depth + 1)
    elif type(value) is dict:
        for item in value.values():
            check_returned(item, environment, location, depth + 1)
    elif is_rebuilt(value):
        for field in dataclasses.fields(value):
            check_returned(getattr(value, field.name), environment, location, depth + 1)
    elif type(value) is collections.OrderedDict:
        check_returned(dict(value), environment, location, depth + 1)
    elif _compile_time_only(value, environment):
        raise UnsupportedError(
            f"returning a {_name(value)}",
            "return arrays, numbers, text, None, and tuples, lists, dicts or namedtuples of them",
            location,
        )


def is_rebuilt(value: Any) -> bool:
    """Dataclass instances with traced values in them: results are made by calling the class with the fields."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type) or hasattr(value, "__post_init__"):
        return False
    fields = dataclasses.fields(value)
    plain = all(field.init and not getattr(field, "kw_only", False) for field in fields)
    return plain and any(has_traced(getattr(value, field.name)) for field in fields)


def _compile_time_only(value: Any, environment: Environment) -> bool:
    if isinstance(value, types.MethodType):
        return isinstance(value.__self__, TRACED) or environment.is_local(value.__self__)
    if isinstance(value, _COMPILE_TIME):
        return True
    return environment.is_local(value) and not isinstance(value, (str, bytes, range)) or has_traced(value)


def _name(value: Any) -> str:
    if isinstance(value, (InterpretedFunction, Inlined, Primitive, types.MethodType)):
        return "function that is made in compiled code"
    if isinstance(value, types.GeneratorType):
        return "generator"
    return f"'{type(value).__name__}' that is made in compiled code"
