"""Calls: what is interpreted, what is traced by an implementation, what runs natively, what is refused."""

from __future__ import annotations

import ast
import functools
import linecache
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import registry
from ..arrays import Array
from ..errors import UnsupportedError
from ..source import make_binder, parameter_names, scope_of, source_of
from .builtins import Builtins
from .contexts import no_op_context
from .environment import is_stable_module
from .frames import Frame, Inlined, InterpretedFunction, Primitive
from .native import is_pure, is_pure_on_traced, refusal
from .run_time_items import RunTimeItems, RunTimeRange
from .sizes import with_python_sizes
from .completions import Return
from .suggest import hint_for, numpy_name
from .values import TRACED, has_traced

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH_LIMIT = 100


class Calls(Builtins):
    def eval_Call(self, node: ast.Call, frame: Frame) -> Any:
        function = self.eval(node.func, frame)
        args = tuple(self.eval_items(node.args, frame))
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.eval(keyword.value, frame)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
                continue
            for key, item in dict(value).items():
                if key in kwargs:
                    raise TypeError(f"got multiple values for keyword argument '{key}'")
                kwargs[key] = item
        self.at(node, frame)
        if function is super and not args:
            return self._zero_argument_super(frame)
        return self.traceable(self.call(function, args, kwargs))

    def _zero_argument_super(self, frame: Frame) -> Any:
        owner = frame.owner()
        names = parameter_names(owner.node) if owner.node is not None else []
        cell = owner.cell("__class__")
        if cell is None or not names:
            raise RuntimeError("super(): no arguments")
        return super(cell.cell_contents, owner.locals[names[0]])

    # ---- dispatch ----------------------------------------------------------------------------------------

    def call(self, function: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        """`function(*args, **kwargs)` at the current location."""
        if isinstance(function, InterpretedFunction):
            return self._interpret_nested(function, args, kwargs)
        if isinstance(function, Inlined):
            return self.call(function.function, args, kwargs)
        if isinstance(function, Primitive):
            return function(*args, **kwargs)
        own = self.own_implementation(function)
        if own is not None:
            return own(*args, **kwargs)
        implementation = registry.implementation_of(function)
        if implementation is not None:
            return self._call_implementation(implementation, args, kwargs)
        if isinstance(function, types.MethodType):
            return self._call_method(function, args, kwargs)
        if isinstance(function, functools.partial):
            return self.call(function.func, function.args + args, {**function.keywords, **kwargs})
        inner = getattr(type(function), "__elena_function__", None)
        if inner is not None:  # another jitted function: inlined
            return self._call_jitted(function, args, kwargs)
        if isinstance(function, types.FunctionType):
            return self._call_python(function, args, kwargs)
        return self._call_other(function, args, kwargs)

    def _call_implementation(self, implementation: Callable, args: tuple, kwargs: dict) -> Any:
        args = tuple(self.native_callable(arg) for arg in args)
        kwargs = {key: self.native_callable(value) for key, value in kwargs.items()}
        args, kwargs = with_python_sizes(implementation, args, kwargs)
        return implementation(*args, **kwargs)

    def native_callable(self, value: Any) -> Any:
        """Python functions given to native code are interpreted when it calls them."""
        if isinstance(value, RunTimeItems):
            return self.known_range(value) if isinstance(value, RunTimeRange) else self.iterate(value)
        is_python = isinstance(value, (types.FunctionType, types.MethodType, functools.partial))
        if is_python or (callable(value) and registry.implementation_of(value) is not None):
            return value if isinstance(value, (type, Array)) else Inlined(self, value)
        return value

    def _call_method(self, method: types.MethodType, args: tuple, kwargs: dict) -> Any:
        holder = method.__self__
        if isinstance(holder, TRACED):
            args, kwargs = with_python_sizes(method, args, kwargs)
            return method(*args, **kwargs)
        return self.call(method.__func__, (holder, *args), kwargs)

    def _call_jitted(self, function: Any, args: tuple, kwargs: dict) -> Any:
        inner, prefix, keywords = function.__elena_function__()
        return self.call(inner, (*prefix, *args), {**keywords, **kwargs})

    # ---- Python functions --------------------------------------------------------------------------------

    def _call_python(self, function: types.FunctionType, args: tuple, kwargs: dict) -> Any:
        module = getattr(function, "__module__", None) or ""
        if module.split(".")[0] == "numpy":
            if is_pure(function) and not has_traced(args):
                return function(*args, **kwargs)
            return self._refuse_numpy(function)
        if is_stable_module(module):
            return self._call_native(function, args, kwargs)
        if function.__code__.co_filename.startswith("<string>") or _is_generated(function):
            return self._call_generated(function, args, kwargs)
        return self.interpret(function, args, kwargs)

    def _call_generated(self, function: types.FunctionType, args: tuple, kwargs: dict) -> Any:
        """Methods that Python generates without a source (dataclass __init__, namedtuple __new__)."""
        return function(*args, **kwargs)

    def interpret(self, function: types.FunctionType, args: tuple, kwargs: dict[str, Any]) -> Any:
        """A call of a plain Python function, inlined."""
        try:
            source = source_of(function)
        except UnsupportedError as error:
            raise UnsupportedError(error.what, error.hint, self.trace.location) from None
        scope = scope_of(source.node)
        frame = Frame(scope, source.file, None, function)
        if scope.forbidden is not None:
            self.refuse_generator(scope.forbidden, frame)
        binder = make_binder(source.node, function.__qualname__, self._defaults(function), self._kwdefaults(function))
        return self._run(source.node, frame, binder(*args, **kwargs), function.__qualname__)

    def _defaults(self, function: types.FunctionType) -> tuple | None:
        values = function.__defaults__
        if values is None or not any(_is_mutable(value) for value in values):
            return values
        return self.environment.read_attribute(function, "__defaults__", values)

    def _kwdefaults(self, function: types.FunctionType) -> dict | None:
        values = function.__kwdefaults__
        if values is None or not any(_is_mutable(value) for value in values.values()):
            return values
        return self.environment.read_attribute(function, "__kwdefaults__", values)

    def _interpret_nested(self, function: InterpretedFunction, args: tuple, kwargs: dict) -> Any:
        binder = make_binder(function.node, function.__qualname__, function.__defaults__, function.__kwdefaults__)
        values = binder(*args, **kwargs)
        frame = Frame(function.scope, function.frame.file, function.frame, function.frame.function)
        return self._run(function.node, frame, values, function.__qualname__)

    def _run(self, node: ast.FunctionDef | ast.Lambda, frame: Frame, values: tuple, name: str) -> Any:
        if self.depth >= DEPTH_LIMIT:
            self.refuse_here(
                f"calls more than {DEPTH_LIMIT} deep (in '{name}'): functions are inlined",
                "write the recursion as a loop",
            )
        frame.node = node
        frame.locals.update(zip(parameter_names(node), values))
        self.serial += 1
        frame.serial = self.serial
        place = self.trace.location
        self.depth += 1
        self.frames.append(frame)
        try:
            if isinstance(node, ast.Lambda):
                result = self.eval(node.body, frame)
            else:
                completion = self.run_block(node.body, frame)
                result = completion.value if isinstance(completion, Return) else None
        except Exception as error:
            if self.depth > 1:
                _note_call(error, name, place)
            raise
        finally:
            self.depth -= 1
            self.frames.pop()
        self.trace.location = place
        return result

    # ---- everything else ---------------------------------------------------------------------------------

    def _call_other(self, function: Any, args: tuple, kwargs: dict) -> Any:
        context = no_op_context(function, args, kwargs)
        if context is not None:
            return context
        if isinstance(function, type):
            return self._construct(function, args, kwargs)
        if _is_initializer(function) and self.environment.is_local(function.__self__):
            return function(*args, **kwargs)
        wrapped = getattr(function, "__wrapped__", None)
        if isinstance(wrapped, types.FunctionType) and type(function).__name__ == "_lru_cache_wrapper":
            return self.call(wrapped, args, kwargs)
        if registry.is_numpy_callable(function) and not is_pure(function):
            return self._refuse_numpy(function)
        if is_pure(function):
            return self._call_native(function, args, kwargs)
        method = getattr(type(function), "__call__", None)
        if isinstance(method, (types.FunctionType, InterpretedFunction)):
            return self.call(method, (function, *args), kwargs)
        what, hint = refusal(function)
        return self.refuse_here(what, hint)

    def _call_native(self, function: Any, args: tuple, kwargs: dict) -> Any:
        """Runs a pure function of the standard library now."""
        holder = getattr(function, "__self__", None)
        if function is next and args:
            self.note_change(args[0], "taking an item of")
        if _changes(holder, function):
            self.check_mutable(holder, f"changing (.{function.__name__})")
        if isinstance(holder, (dict, set, frozenset)) and args and function.__name__ in _TAKING_KEYS:
            args = (self.key(args[0]), *args[1:])
        elif isinstance(holder, (set, frozenset)):
            args = self.known(args)
        if isinstance(holder, str):
            args, kwargs = self.known(args), self.known(kwargs)
        if not is_pure(function):
            what, hint = refusal(function)
            return self.refuse_here(what, hint)
        if (has_traced(args) or has_traced(kwargs)) and not is_pure_on_traced(function):
            if any(isinstance(arg, Array) for arg in (*args, *kwargs.values())):
                what, hint = refusal(function, "on an array")
                return self.refuse_here(what, hint)
            args, kwargs = self.known(args), self.known(kwargs)
        args = tuple(self.native_callable(arg) for arg in args)
        kwargs = {key: self.native_callable(value) for key, value in kwargs.items()}
        return function(*args, **kwargs)

    def _construct(self, cls: type, args: tuple, kwargs: dict) -> Any:
        if issubclass(cls, BaseException):
            return cls(*args, **kwargs)
        if registry.is_numpy_callable(cls):
            if is_pure(cls) and not has_traced(args) and not has_traced(kwargs):
                return cls(*args, **kwargs)
            return self._refuse_numpy(cls)
        if is_pure(cls):
            value = self._call_native(cls, args, kwargs)
            return value if isinstance(value, _IMMUTABLE) else self.environment.created(value)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return cls(*args, **kwargs)
        if cls.__new__ is not object.__new__ or type(cls).__call__ is not type.__call__:
            return self._construct_known(cls, args, kwargs)
        initialiser = cls.__init__
        value = self.environment.created(cls.__new__(cls))
        if isinstance(initialiser, types.FunctionType):
            self.call(initialiser, (value, *args), kwargs)
        elif args or kwargs:
            raise TypeError(f"{cls.__name__}() takes no arguments")
        return value

    def _construct_known(self, cls: type, args: tuple, kwargs: dict) -> Any:
        import enum

        if issubclass(cls, enum.Enum):
            return cls(*self.known(args), **kwargs)
        return self.refuse_here(
            f"making a '{cls.__name__}'", "make it in the caller and pass it, or use a tuple, dict or dataclass"
        )

    def _refuse_numpy(self, function: Any) -> Any:
        name = numpy_name(function)
        options = [numpy_name(key) for key in registry._IMPLEMENTATIONS if _is_numpy(key)]
        return self.refuse_here(name, hint_for(name, options))


def _is_initializer(function: Any) -> bool:
    """`super().__init__` where the base class is a builtin's."""
    return isinstance(function, types.MethodWrapperType) and function.__name__ == "__init__"


def _note_call(error: Exception, name: str, place: tuple | None) -> None:
    """Notes below the message through which inlined calls an error came (Python 3.11 and newer)."""
    notes = getattr(error, "__notes__", ())
    if hasattr(error, "add_note") and place is not None and len(notes) < 8:
        file, line, _ = place
        error.add_note(f"  in '{name}', called at {file}:{line}: {linecache.getline(file, line).strip()}")


def _is_numpy(key: Any) -> bool:
    return hasattr(key, "__name__") and registry.is_numpy_callable(key) or isinstance(key, np.ufunc)


def _is_generated(function: types.FunctionType) -> bool:
    name = function.__code__.co_filename
    return name.startswith("<") and name.endswith(">") and name[1:].split(" ")[0] in ("attrs", "string")


def _is_mutable(value: Any) -> bool:
    return isinstance(value, (list, dict, set, tuple, np.ndarray))


_CHANGING = frozenset(
    "append extend insert pop remove clear sort reverse update setdefault popitem add discard appendleft "
    "popleft extendleft rotate difference_update intersection_update symmetric_difference_update "
    "__setitem__ __delitem__ __iadd__ move_to_end subtract".split()
)


_TAKING_KEYS = frozenset("get pop setdefault add discard remove __getitem__ __contains__ __delitem__".split())
_IMMUTABLE = (int, float, complex, str, bytes, tuple, range, slice, frozenset, np.generic, np.dtype, type(None))


def _changes(holder: Any, function: Any) -> bool:
    if holder is None or isinstance(holder, (str, bytes, tuple, type, types.ModuleType, int, float)):
        return False
    return getattr(function, "__name__", "") in _CHANGING
