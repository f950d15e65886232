"""Context managers that mean nothing to compiled code."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import numpy as np


class NoOpContext:
    """The value of a `with` item that does nothing (np.errstate: compiled code raises no warnings)."""

    def __init__(self, value: Any = None):
        self.value = value


def no_op_context(function: Any, args: tuple) -> NoOpContext | None:
    """What `function(*args)` is as a context manager, if it is one that may be ignored."""
    if function in (np.errstate, np.printoptions, warnings.catch_warnings):
        return NoOpContext()
    if function is contextlib.nullcontext:
        return NoOpContext(args[0] if args else None)
    return None
