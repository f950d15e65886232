"""The C++ module `_elena`, or a clear error where it has not been built."""

from __future__ import annotations

import os
from typing import Any


def _wants_reference() -> bool:
    wanted = os.environ.get("ELENA_DISPATCH", "native")
    if wanted not in ("native", "reference"):
        raise ValueError(f"ELENA_DISPATCH must be 'native' or 'reference', not {wanted!r}")
    return wanted == "reference"


def _cache_memory() -> int | None:
    """The bytes of ELENA_CACHE_MEMORY, if it is set."""
    wanted = os.environ.get("ELENA_CACHE_MEMORY")
    if wanted is None:
        return None
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= _MOST_DIGITS):
        raise ValueError(
            f"ELENA_CACHE_MEMORY must be a number of MiB, of 1 to {_MOST_DIGITS} digits (0: keep none), not {wanted!r}"
        )
    return int(wanted) << 20


def _check_num_threads() -> None:
    """ELENA_NUM_THREADS, which the run time reads, is a number of threads."""
    wanted = os.environ.get("ELENA_NUM_THREADS")
    if wanted is not None and not (
        wanted.isascii() and wanted.isdigit() and len(wanted) <= 4 and 1 <= int(wanted) <= MAX_THREADS
    ):
        raise ValueError(f"ELENA_NUM_THREADS must be a number from 1 to {MAX_THREADS}, not {wanted!r}")


MAX_THREADS = 1024  # kMaxThreads of elena/Runtime/ThreadPool.h
_MOST_DIGITS = 12  # bytes fit into 64 bits
_REFERENCE = _wants_reference()
_CACHE_MEMORY = _cache_memory()
_check_num_threads()

try:
    from . import _elena as native
except ImportError as error:  # not built: tracing still works
    native = None
    _reason = error

if native is not None and _CACHE_MEMORY is not None:
    native.set_memory_limit(_CACHE_MEMORY)

if native is not None and hasattr(native, "CompileError"):
    CompileError = native.CompileError
else:

    class CompileError(RuntimeError):
        """The compiler refused a program that the front end made: an error in Elena."""


def compile_text(text: str, **options: Any) -> Any:
    """`_elena.compile`: MLIR text -> Compiled."""
    return extension().compile(text, **options)


def extension() -> Any:
    """The C++ module; ImportError if it is not built."""
    if native is None:
        raise ImportError(f"Elena's native module is not built ({_reason}); run scripts/demo.sh or pip install .")
    return native


def dispatcher_class() -> type:
    """The class that Function extends."""
    if not _REFERENCE and native is not None and hasattr(native, "Dispatcher"):
        return native.Dispatcher
    from ._dispatch_reference import Dispatcher

    return Dispatcher
