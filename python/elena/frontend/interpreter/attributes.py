"""Attribute access: of traced values, of modules, of known objects (guarded), of local objects."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from ..arrays import Array
from ..scalars import SymFloat
from ..symbolic import Sym, SymBool
from .environment import is_stable_module
from .members import class_member, is_value
from .suggest import hint_for
from .values import type_of

_MISSING = object()


class Attributes:
    def get_attribute(self, holder: Any, name: str) -> Any:
        """`holder.name`."""
        if name == "__class__":
            return type_of(holder)
        if isinstance(holder, Array):
            return self._array_attribute(holder, name)
        if isinstance(holder, (Sym, SymBool, SymFloat)):
            return self._number_attribute(holder, name)
        if isinstance(holder, types.ModuleType):
            return self._module_attribute(holder, name)
        if self.environment.is_local(holder):
            return self._local_attribute(holder, name)
        if isinstance(holder, super):
            return getattr(holder, name)
        if is_value(holder):
            return getattr(holder, name)
        return self._object_attribute(holder, name)

    def _array_attribute(self, array: Array, name: str) -> Any:
        if not hasattr(np.ndarray, name):
            raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")
        value = getattr(array, "trace_sum" if name == "trace" else name, _MISSING)
        if value is _MISSING:
            names = [option for option in dir(np.ndarray) if not option.startswith("_") and hasattr(Array, option)]
            hint = hint_for(f"ndarray.{name}", [f"ndarray.{option}" for option in names])
            return self.refuse_here(f"ndarray.{name}", hint)
        return value

    def _number_attribute(self, number: Any, name: str) -> Any:
        real = type_of(number)
        if not hasattr(real, name):
            raise AttributeError(f"'{real.__name__}' object has no attribute '{name}'")
        if hasattr(type(number), name):
            return getattr(number, name)
        return getattr(self.known(number), name)

    def _module_attribute(self, module: types.ModuleType, name: str) -> Any:
        value = getattr(module, name)
        if is_stable_module(module.__name__) or name not in vars(module):
            return value
        return self.environment.read_global(vars(module), name, value)

    def _local_attribute(self, holder: Any, name: str) -> Any:
        found = class_member(type(holder), name)
        if isinstance(found, property):
            return self.call(found.fget, (holder,), {})
        return getattr(holder, name)

    def _object_attribute(self, holder: Any, name: str) -> Any:
        """An attribute of a known object: a property is interpreted, a method bound, data guarded."""
        if isinstance(holder, type):
            return self._class_attribute(holder, name)
        found = class_member(type(holder), name)
        own = getattr(holder, "__dict__", {})
        if isinstance(found, property):
            return self.call(found.fget, (holder,), {})
        if name not in own and isinstance(found, (types.FunctionType, classmethod, staticmethod)):
            self._guard_member(type(holder), name, found)
            return getattr(holder, name)
        value = getattr(holder, name)
        if isinstance(value, types.MethodType) and name not in own:
            return value
        if type(value).__name__ == "method-wrapper" or isinstance(value, types.BuiltinMethodType):
            return value
        return self.environment.read_attribute(holder, name, value)

    def _class_attribute(self, owner: type, name: str) -> Any:
        value = getattr(owner, name)
        if is_stable_module(owner.__module__) or isinstance(value, (types.MethodType, types.BuiltinMethodType)):
            return value
        return self.environment.read_attribute(owner, name, value)

    def _guard_member(self, owner: type, name: str, found: Any) -> None:
        if isinstance(found, types.FunctionType) and not is_stable_module(owner.__module__):
            self.environment.read_attribute(owner, name, found)

    def set_attribute(self, holder: Any, name: str, value: Any, before: Any = _MISSING) -> None:
        """`holder.name = value`: allowed on arrays' own setters and on objects made here."""
        if value is before and before is not _MISSING:
            return  # x.a += b on an array: the same object is stored back
        if isinstance(holder, Array):
            if isinstance(getattr(type(holder), name, None), property):
                return setattr(holder, name, value)
            return self.refuse_here(f"setting ndarray.{name}", "make a new view instead, as x.reshape(...)")
        if self.environment.is_local(holder):
            self.note_change(holder, "setting an attribute of")
            return setattr(holder, name, value)
        kind = type(holder).__name__
        return self.refuse_here(
            f"setting attribute '{name}' of a {kind} that exists outside this call",
            "return the new value and assign it in the caller; writing elements of an array attribute "
            f"(.{name}[...] = value) is fine",
        )
