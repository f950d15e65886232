"""Context managers that mean nothing to compiled code."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import numpy as np

from ..errors import unsupported

_REPORTING = ("raise", "call", "print", "log")


class NoOpContext:
    """The value of a `with` item that does nothing (np.errstate: compiled code raises no warnings)."""

    def __init__(self, value: Any = None):
        self.value = value


def no_op_context(function: Any, args: tuple, kwargs: dict) -> NoOpContext | None:
    """What `function(*args, **kwargs)` is as a context manager, if it is one that may be ignored."""
    if function is np.errstate:
        for kind, mode in kwargs.items():
            if kind != "call" and mode in _REPORTING:
                unsupported(
                    f"np.errstate({kind}={mode!r})",
                    "compiled code raises no floating-point warnings: use 'ignore' or 'warn', check with np.isfinite",
                )
        with np.errstate(*args, **kwargs):  # NumPy's own errors for what it does not take
            return NoOpContext()
    if function in (np.printoptions, warnings.catch_warnings):
        return NoOpContext()
    if function is contextlib.nullcontext:
        return NoOpContext(args[0] if args else None)
    return None
