"""Builtins that need the interpreter: ranges, iteration over arrays, attributes by name, text of values."""

from __future__ import annotations

import builtins
import copy
import functools
import typing
from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import Array
from ..errors import unsupported
from .frames import Primitive
from .iteration import LIMIT
from .members import is_value, python_method
from .run_time_items import Enumerated, Reversed, RunTimeRange, Zipped, columns_of
from .suggest import hint_for
from .values import has_traced, type_of

_MISSING = object()


class Builtins:
    def own_implementation(self, function: Any) -> Callable | None:
        """The interpreter's implementation of a builtin, bound to this trace."""
        try:
            name = _OWN.get(function)
        except TypeError:
            return None
        return getattr(self, name) if name else None

    # ---- iteration ---------------------------------------------------------------------------------------

    def builtin_range(self, *bounds: Any) -> range:
        return self.make_range(*bounds)

    def builtin_list(self, items: Any = ()) -> list:
        return list(self.iterate(items))

    def builtin_tuple(self, items: Any = ()) -> tuple:
        return tuple(self.iterate(items))

    def builtin_set(self, items: Any = ()) -> set:
        return {self.key(item) for item in self.iterate(items)}

    def builtin_frozenset(self, items: Any = ()) -> frozenset:
        return frozenset(self.builtin_set(items))

    def builtin_dict(self, *args: Any, **kwargs: Any) -> dict:
        if args and not isinstance(args[0], dict) and not hasattr(args[0], "keys"):
            args = ([(self.key(key), value) for key, value in self.iterate(args[0])],)
        return dict(*args, **kwargs)

    def builtin_enumerate(self, items: Any, start: Any = 0) -> enumerate | Enumerated:
        columns = columns_of((items,), LIMIT)
        if columns is not None:
            return Enumerated(columns[0], start)
        return enumerate(self.iterate(items), self.known(start))

    def builtin_zip(self, *iterables: Any, strict: bool = False) -> Any:
        columns = columns_of(iterables, LIMIT)
        if columns is not None:
            return Zipped(columns, strict)
        return zip(*(self.iterate(items) for items in iterables), strict=strict)

    def builtin_map(self, function: Any, *iterables: Any) -> Any:
        columns = [self.iterate(items) for items in iterables]
        return (self.call(function, values, {}) for values in zip(*columns))

    def builtin_filter(self, function: Any, items: Any) -> Any:
        keep = (lambda item: item) if function is None else (lambda item: self.call(function, (item,), {}))
        return (item for item in self.iterate(items) if self._holds(keep(item)))

    def builtin_reversed(self, items: Any) -> Any:
        columns = columns_of((items,), LIMIT)
        if columns is not None and not isinstance(columns[0], (Enumerated, Zipped)) and not isinstance(items, range):
            return Reversed(columns[0])
        return reversed(list(self.iterate(items)) if isinstance(items, Array) else items)

    def builtin_len(self, value: Any) -> Any:
        if isinstance(value, Array):
            return value.length()
        if isinstance(value, RunTimeRange):
            return value.trip
        method = python_method(value, "__len__")
        return len(value) if method is None else self.call(method, (value,), {})

    def builtin_iter(self, items: Any) -> Any:
        return self.iterate(items)

    def builtin_sorted(self, items: Any, *, key: Any = None, reverse: Any = False) -> list:
        if isinstance(items, Array):
            unsupported("sorted() of an array", hint_for("numpy.sort", []))
        order = None if key is None else (lambda item: self.call(key, (item,), {}))
        return sorted(self.iterate(items), key=order, reverse=self.known(reverse))

    def builtin_all(self, items: Any) -> bool:
        return all(self._holds(item) for item in self.iterate(items))

    def builtin_any(self, items: Any) -> bool:
        return any(self._holds(item) for item in self.iterate(items))

    def _holds(self, value: Any) -> bool:
        if isinstance(value, Array):
            return self.refuse_here(
                "a condition that depends on array elements", "use np.all or np.any, and np.where to choose values"
            )
        return bool(value)

    def builtin_reduce(self, function: Any, items: Any, initial: Any = _MISSING) -> Any:
        iterator = self.iterate(items)
        result = next(iterator, _MISSING) if initial is _MISSING else initial
        if result is _MISSING:
            raise TypeError("reduce() of empty iterable with no initial value")
        for item in iterator:
            result = self.call(function, (result, item), {})
        return result

    # ---- objects -----------------------------------------------------------------------------------------

    def builtin_type(self, *args: Any) -> Any:
        if len(args) != 1:
            return self.refuse_here("making a class", "define the class outside the compiled function")
        return type_of(args[0])

    def builtin_getattr(self, holder: Any, name: str, default: Any = _MISSING) -> Any:
        try:
            return self.get_attribute(holder, name)
        except AttributeError:
            if default is _MISSING:
                raise
            self._note_lack(holder, name)
            return default

    def builtin_hasattr(self, holder: Any, name: str) -> bool:
        if isinstance(holder, Array):
            return hasattr(np.ndarray, name)
        try:
            self.get_attribute(holder, name)
        except AttributeError:
            self._note_lack(holder, name)
            return False
        return True

    def _note_lack(self, holder: Any, name: str) -> None:
        if not has_traced(holder) and not is_value(holder) and not self.environment.is_local(holder):
            self.environment.lacks_attribute(holder, name)

    def builtin_setattr(self, holder: Any, name: str, value: Any) -> None:
        self.set_attribute(holder, name, value)

    def builtin_callable(self, value: Any) -> bool:
        return callable(value)

    def builtin_cast(self, _: Any, value: Any) -> Any:
        return value

    def builtin_copy(self, value: Any) -> Any:
        if isinstance(value, Array):
            return value.copy()
        return copy.copy(value)

    def builtin_deepcopy(self, value: Any, memo: dict | None = None) -> Any:
        if isinstance(value, Array):
            return value.copy()
        if not has_traced(value):
            return copy.deepcopy(value)
        if isinstance(value, dict):
            return {key: self.builtin_deepcopy(item) for key, item in value.items()}
        if isinstance(value, (list, tuple, set)):
            items = [self.builtin_deepcopy(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return value

    # ---- text --------------------------------------------------------------------------------------------

    def builtin_str(self, *args: Any, **kwargs: Any) -> str:
        return str(*self.known(args), **kwargs)

    def builtin_repr(self, value: Any) -> str:
        return repr(self.known(value))

    def builtin_format(self, value: Any, spec: str = "") -> str:
        return format(self.known(value), spec)

    def builtin_wraps(self, wrapped: Any, *_: Any, **__: Any) -> Callable:
        """functools.wraps: metadata of a function made here, which nobody reads."""
        return Primitive(lambda function: function)


_OWN = {
    getattr(builtins, name): f"builtin_{name}"
    for name in (
        "range len list tuple set frozenset dict enumerate zip map filter reversed iter sorted all any type getattr "
        "hasattr setattr callable str repr format"
    ).split()
}
_OWN |= {
    functools.reduce: "builtin_reduce",
    functools.wraps: "builtin_wraps",
    copy.copy: "builtin_copy",
    copy.deepcopy: "builtin_deepcopy",
    typing.cast: "builtin_cast",
}
