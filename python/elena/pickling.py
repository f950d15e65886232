"""Compiled functions in pickles and copies: the Python function travels, and is compiled again where it arrives.

    pool.map(f, rows)            # multiprocessing: f is found again by its name in its module
    client.map(f, rows)          # Dask, Ray, Spark (cloudpickle): functions of a notebook or script travel by value

A function of an importable module is pickled as its name. One of `__main__`, a local one or a lambda is pickled by
value, which needs the package cloudpickle; the text of its file goes along, since Elena compiles from source.
"""

from __future__ import annotations

import hashlib
import importlib
import linecache
import os
import pickle
import threading
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .jit import Function

_MOST_RESTORED = 256
_restored: dict[str, Function] = {}  # by a digest of pickle and text
_busy = threading.local()  # .functions: those that are being pickled by value in this thread


def reduce(function: Function) -> str | tuple:
    """What `__reduce__` returns."""
    is_global = _found(function) is function
    if is_global and function.__module__ != "__main__":
        return function.__qualname__
    try:
        import cloudpickle
    except ImportError:
        if is_global:
            return function.__qualname__
        raise pickle.PicklingError(
            f"'{function.__qualname__}' cannot be found by its name in the module '{function.__module__}', and to "
            "pickle it by value needs the package cloudpickle: pip install cloudpickle, or define it in a module"
        ) from None
    return _restore, (_by_value(function, cloudpickle.dumps), function.options, _source(function))


def _by_value(function: Function, dumps: Callable[[Any], bytes]) -> bytes:
    busy = _busy.__dict__.setdefault("functions", [])
    if any(other is function for other in busy):
        raise pickle.PicklingError(f"'{function.__qualname__}' refers to itself: define it in a module to pickle it")
    busy.append(function)
    try:
        return dumps(function.fn)
    finally:
        busy.pop()


def _found(function: Function) -> Any:
    """What the name of the function says where it was defined."""
    try:
        found: Any = importlib.import_module(function.__module__)
        for name in function.__qualname__.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return found


def _source(function: Function) -> tuple[str, str]:
    """(file, text) of the function, as Elena sees it; an empty text if there is none."""
    file = function.__elena_function__()[0].__code__.co_filename
    return file, "".join(linecache.getlines(file))


def _restore(pickled: bytes, options: dict[str, Any], source: tuple[str, str]) -> Function:
    """The function, with the text that it was pickled with. One without a closure is the same object for the same
    pickle, so that each task of a pool does not compile it again."""
    from .jit import Function

    key = hashlib.sha256(pickled + repr((options, source)).encode()).hexdigest()
    if key in _restored:
        return _restored[key]
    function = pickle.loads(pickled)
    file, text = source
    if text and "".join(linecache.getlines(file)) != text:
        if os.path.exists(file):  # another text is at that place here
            file = f"{file} (pickled {key[:8]})"
            if isinstance(function, types.FunctionType):
                function.__code__ = _moved(function.__code__, file)
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    compiled = Function(function, **options)
    if getattr(function, "__closure__", None) is None:
        if len(_restored) >= _MOST_RESTORED:
            _restored.pop(next(iter(_restored)))
        _restored[key] = compiled
    return compiled


def _moved(code: types.CodeType, file: str) -> types.CodeType:
    """The code, and that of functions in it, as if it were written in another file."""
    constants = (_moved(item, file) if isinstance(item, types.CodeType) else item for item in code.co_consts)
    return code.replace(co_filename=file, co_consts=tuple(constants))
