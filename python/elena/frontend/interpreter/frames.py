"""Scopes at compile time: frames of interpreted functions, and functions made by interpreted code."""

from __future__ import annotations

import ast
import builtins
import types
from typing import TYPE_CHECKING, Any

from ..source import FunctionNode, Scope, scope_of

if TYPE_CHECKING:
    from . import Interpreter

_MISSING = object()


class Frame:
    """The variables of one interpreted function call (or comprehension)."""

    def __init__(self, scope: Scope, file: str, parent: Frame | None, function: types.FunctionType | None):
        self.scope = scope
        self.file = file
        self.parent = parent  # lexically enclosing interpreted frame
        self.function = function  # the real function at the bottom of the lexical chain
        self.locals: dict[str, Any] = {}
        self.is_comprehension = False
        self.exception: BaseException | None = None  # being handled, for a bare `raise`
        self.node: FunctionNode | None = None
        self.serial = 0  # larger than that of all frames before
        self.loops: list[Any] = []  # the loops at hand, innermost last
        self.blocks = 0  # how many blocks (with, try, match) are open whose end is not the end of a loop or function

    @property
    def globals(self) -> dict:
        return self.function.__globals__

    def child(self, targets: set[str]) -> Frame:
        """The frame of a comprehension that binds `targets`."""
        scope = Scope(frozenset(targets), frozenset(), frozenset(), None)
        frame = Frame(scope, self.file, self, self.function)
        frame.is_comprehension = True
        frame.serial = 1 << 62  # its variables end with it
        return frame

    def owner(self) -> Frame:
        """The frame of the function that this frame belongs to (itself, unless it is a comprehension)."""
        return self.parent.owner() if self.is_comprehension else self

    def enclosing_with(self, name: str) -> Frame | None:
        """The nearest enclosing interpreted frame that binds `name`."""
        frame = self.parent
        while frame is not None:
            if name in frame.scope.local:
                return frame
            if name in frame.scope.global_names:
                return None
            frame = frame.parent
        return None

    def cell(self, name: str) -> types.CellType | None:
        """The closure cell of the real function for `name`."""
        names = self.function.__code__.co_freevars
        return self.function.__closure__[names.index(name)] if name in names else None

    def is_global(self, name: str) -> bool:
        frame: Frame | None = self
        while frame is not None:
            if name in frame.scope.global_names:
                return True
            frame = frame.parent
        return False

    def class_name(self) -> str | None:
        """The class whose body this function is written in (for names like self.__x)."""
        parts = self.function.__qualname__.split(".")
        return parts[-2] if len(parts) > 1 and parts[-2] != "<locals>" else None

    def mangled(self, name: str) -> str:
        if name.startswith("__") and not name.endswith("__"):
            owner = self.class_name()
            if owner and owner.strip("_"):
                return f"_{owner.lstrip('_')}{name}"
        return name


def builtin_named(frame: Frame, name: str) -> Any:
    """The builtin `name` as the frame's function sees it; NameError if there is none."""
    table = frame.globals.get("__builtins__", builtins)
    table = table if isinstance(table, dict) else vars(table)
    value = table.get(name, _MISSING)
    if value is _MISSING:
        raise NameError(f"name '{name}' is not defined")
    return value


class InterpretedFunction:
    """A function defined inside interpreted code (def or lambda): its node and the frame it closes over."""

    def __init__(self, interpreter: Interpreter, node: FunctionNode, frame: Frame, defaults: tuple, kwdefaults: dict):
        self._interpreter = interpreter
        self.node = node
        self.frame = frame
        self.scope = scope_of(node)
        self.__defaults__ = defaults
        self.__kwdefaults__ = kwdefaults
        self.__name__ = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        self.__qualname__ = f"{frame.owner().function.__qualname__}.<locals>.{self.__name__}"
        self.__doc__ = None if isinstance(node, ast.Lambda) else ast.get_docstring(node)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._interpreter.call(self, args, kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class Inlined:
    """A Python function handed to native code (map, sorted, reduce ...): interpreted when it is called."""

    def __init__(self, interpreter: Interpreter, function: Any):
        self._interpreter = interpreter
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._interpreter.call(self.function, args, kwargs)


class Primitive:
    """A function of the interpreter's own, called as it is."""

    def __init__(self, function: Any):
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)
