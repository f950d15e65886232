"""The C++ module `_elena`, or a clear error where it has not been built."""

from __future__ import annotations

import os
from typing import Any

_WANTED = os.environ.get("ELENA_DISPATCH", "native")

try:
    from . import _elena as native
except ImportError as error:  # not built: tracing still works
    native = None
    _reason = error


if native is not None and hasattr(native, "CompileError"):
    CompileError = native.CompileError
else:

    class CompileError(RuntimeError):
        """The compiler refused a program that the front end made: an error in Elena."""


def compile_text(text: str, **options: Any) -> Any:
    """`_elena.compile`: MLIR text -> Compiled."""
    if native is None:
        raise ImportError(f"Elena's native module is not built ({_reason}); run scripts/demo.sh or pip install .")
    return native.compile(text, **options)


def dispatcher_class() -> type:
    """The class that Function extends."""
    if _WANTED != "reference" and native is not None and hasattr(native, "Dispatcher"):
        return native.Dispatcher
    from ._dispatch_reference import Dispatcher

    return Dispatcher
