"""What a trace reads from the world outside its arguments: guards, and arrays that become inputs."""

from __future__ import annotations

import collections
import enum
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from ..._protocol import (
    FETCH_ATTRIBUTE,
    FETCH_CELL,
    FETCH_GLOBAL,
    FETCH_ITEM,
    FETCH_LENGTH,
    Capture,
    Guard,
)
from ..errors import unsupported

#: builtin containers that are copied (with traced arrays inside) when they are read
_DICTS = (dict, collections.OrderedDict, collections.defaultdict)
_MUTABLE = (list, dict, set, collections.deque, bytearray)
_PLAIN = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis), range, slice, np.dtype, np.generic)


def is_stable_module(name: str) -> bool:
    """Modules whose members never change: the standard library and NumPy."""
    top = name.split(".")[0]
    return top in ("numpy", "elena") or top in sys.stdlib_module_names


class _Unchanged:
    """What a guard fetches an item of: True while a container has the items that it had."""

    def __init__(self, container: Any):
        self.container, self.items = container, _items(container)

    def __getitem__(self, _: None) -> bool:
        if isinstance(self.container, set):
            return self.container == self.items
        now = _items(self.container)
        return len(now) == len(self.items) and all(map(_is_same, now, self.items))


class _Lacks:
    """What a guard fetches an item of: True while an object has no such attribute."""

    def __init__(self, holder: Any):
        self.holder = holder

    def __getitem__(self, name: str) -> bool:
        return not hasattr(self.holder, name)


def _items(container: Any) -> Any:
    if isinstance(container, set):
        return frozenset(container)
    if isinstance(container, dict):
        return [part for pair in dict.items(container) for part in pair]
    return list(container)


def _is_same(now: Any, then: Any) -> bool:
    return now is then or (type(now) is type(then) and type(now) in (int, float, str, bytes) and now == then)


class Environment:
    """Guards and captures of one trace."""

    def __init__(self, capture_array: Callable[[np.ndarray, str], Any]):
        self.guards: list[Guard] = []
        self.captures: list[Capture] = []
        self.leaf_of: dict[int, int] = {}  # id(constant leaf compared by equality) -> its ordinal
        self._capture_array = capture_array  # (array, name) -> (kind, proxy)
        self._seen: dict[tuple, Any] = {}
        self._keep: list[Any] = []
        self._converted: dict[int, Any] = {}
        #: id of the copy of a container the caller owns -> what it is ("the global 'ANCHORS'")
        self.foreign: dict[int, str] = {}
        #: id of such a copy -> the caller's own object, which is what a function returns
        self.originals: dict[int, Any] = {}
        self._local: dict[int, Any] = {}
        self._arrays: dict[int, tuple] = {}

    # ---- ownership ---------------------------------------------------------------------------------------

    def created(self, value: Any) -> Any:
        """Note an object made during this trace: its attributes are its own, and may be set."""
        self._local[id(value)] = value
        return value

    def local_objects(self) -> list[Any]:
        return list(self._local.values())

    def is_local(self, value: Any) -> bool:
        return id(value) in self._local

    def owns(self, container: Any, description: str) -> None:
        """Note that a list or dict is (a copy of) the caller's: writing it is refused."""
        self.foreign[id(container)] = description
        self._keep.append(container)

    # ---- reads -------------------------------------------------------------------------------------------

    def read_global(self, table: dict, name: str, value: Any) -> Any:
        return self._read(FETCH_GLOBAL, table, name, value, f"the global '{name}'")

    def read_cell(self, cell: types.CellType, name: str, value: Any) -> Any:
        return self._read(FETCH_CELL, cell, name, value, f"the variable '{name}' of an enclosing function")

    def read_attribute(self, holder: Any, name: str, value: Any) -> Any:
        return self._read(FETCH_ATTRIBUTE, holder, name, value, f"attribute '{name}' of a {type(holder).__name__}")

    def read_item(self, holder: Any, key: Any, value: Any) -> Any:
        return self._read(FETCH_ITEM, holder, key, value, f"item {key!r} of a {type(holder).__name__}")

    def _read(self, fetch: int, holder: Any, name: Any, value: Any, description: str) -> Any:
        key = (fetch, id(holder), name)
        if key in self._seen:
            return self._seen[key]
        self._keep.append(holder)
        result = self._seen[key] = self._import(fetch, holder, name, value, description)
        return result

    def _import(self, fetch: int, holder: Any, name: Any, value: Any, description: str) -> Any:
        leaf = self.leaf_of.get(id(holder), -1)
        if type(value) is np.ndarray:
            return self._capture(fetch, holder, name, value, leaf, description)
        if isinstance(value, types.ModuleType) or is_builtin(value):
            return value
        self._guard(fetch, holder, name, value, leaf)
        return self._convert(value, description)

    def _capture(self, fetch: int, holder: Any, name: Any, array: np.ndarray, leaf: int, description: str) -> Any:
        if id(array) in self._arrays:  # the same array found twice: stays the same object by identity guards
            proxy, first = self._arrays[id(array)]
            self._guard(*first)
            self._guard(fetch, holder, name, array, leaf)
            return proxy
        kind, proxy = self._capture_array(array, _short(name, description))
        self.captures.append(Capture(fetch, None if leaf >= 0 else holder, name, kind, leaf))
        self._arrays[id(array)] = (proxy, (fetch, holder, name, array, leaf))
        return proxy

    def _guard(self, fetch: int, holder: Any, name: Any, expected: Any, leaf: int = -1) -> None:
        self.guards.append(Guard(fetch, None if leaf >= 0 else holder, name, expected, leaf))

    # ---- containers --------------------------------------------------------------------------------------

    def _convert(self, value: Any, description: str) -> Any:
        """A known value as the interpreter sees it: containers copied, arrays in them captured."""
        if isinstance(value, _PLAIN) or isinstance(value, enum.Enum):
            return value
        if id(value) in self._converted:
            return self._converted[id(value)]
        result = self._convert_container(value, description)
        if result is not value:
            self._converted[id(value)] = result
            self._keep += (value, result)
            self.originals[id(result)] = value
        return result

    def _convert_container(self, value: Any, description: str) -> Any:
        if type(value) is list:
            result: Any = []
            self._converted[id(value)] = result
            self._guard(FETCH_LENGTH, value, None, len(value))
            result.extend(self._item(value, k, item, description) for k, item in enumerate(value))
            self.owns(result, description)
        elif isinstance(value, tuple) and (type(value) is tuple or hasattr(value, "_fields")):
            items = [self._item(value, k, item, description) for k, item in enumerate(value)]
            if all(new is old for new, old in zip(items, value)):
                return value
            result = tuple(items) if type(value) is tuple else type(value)(*items)
        elif type(value) in _DICTS:
            self._guard(FETCH_LENGTH, value, None, len(value))
            result = value.copy()
            self._converted[id(value)] = result
            for key, item in value.items():
                result[key] = self._item(value, key, item, description)
            self.owns(result, description)
        elif type(value) is set:
            self._guard(FETCH_ITEM, _Unchanged(value), None, True)
            result = set(value)
            self.owns(result, description)
        else:
            if isinstance(value, _MUTABLE):
                self._watch(value, description)
            return value
        return result

    def _watch(self, container: Any, description: str) -> None:
        """A container of another class is used itself while its items stay the same objects."""
        self._converted[id(container)] = container
        watched = _Unchanged(container)
        if any(isinstance(item, np.ndarray) for item in watched.items):
            unsupported(f"arrays in a {type(container).__name__} ({description})", "use a list, tuple or dict")
        self._guard(FETCH_ITEM, watched, None, True)

    def read_argument(self, value: Any, description: str) -> Any:
        """A constant argument: a container that may change is looked at."""
        return self._convert(value, description) if isinstance(value, _MUTABLE) else value

    def lacks_attribute(self, holder: Any, name: str) -> None:
        """Note that an object has no such attribute."""
        self._keep.append(holder)
        self._guard(FETCH_ITEM, _Lacks(holder), name, True)

    def _item(self, holder: Any, key: Any, item: Any, description: str) -> Any:
        if type(holder) is tuple and isinstance(item, _PLAIN):
            return item  # immutable: the guard on the tuple covers it
        return self._read(FETCH_ITEM, holder, key, item, f"item {key!r} of {description}")


def _short(name: Any, description: str) -> str:
    return name if isinstance(name, str) else description.replace("the global ", "")


def is_builtin(value: Any) -> bool:
    """Callables of the standard library and NumPy, which nobody rebinds: they need no guard."""
    if isinstance(value, (types.BuiltinFunctionType, np.ufunc)):
        return True
    if isinstance(value, (type, types.FunctionType)):
        return is_stable_module(getattr(value, "__module__", None) or "")
    return type(value).__module__ == "numpy" and callable(value)
