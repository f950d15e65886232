"""The abstract interpreter: runs a Python function at compile time, over its AST.

Ordinary Python values are computed with; arrays and run-time numbers are the traced values of
``arrays.py`` and ``symbolic.py``, whose operators write the program. The interpreter's own work is Python's
semantics (scopes, calls, control flow), knowing what was read from the environment, and refusing
what cannot be compiled in words that help.
"""

from __future__ import annotations

import ast
import sys
import threading
from contextlib import contextmanager
from typing import Any

from ..errors import UnsupportedError
from ..trace import Trace
from .attributes import Attributes
from .branches import Branches
from .calls import Calls
from .comprehensions import Comprehensions
from .environment import Environment
from .expressions import Expressions
from .frames import Frame, Inlined, InterpretedFunction
from .iteration import Iteration
from .loops import Loops
from .matching import Matching
from .operators import Operators
from .returned import check_returned
from .statements import Statements
from .values import Values
from .variables import Region, Variables

__all__ = ["Environment", "Frame", "Inlined", "Interpreter", "InterpretedFunction", "check_returned", "deep_recursion"]


class Interpreter(
    Expressions, Operators, Comprehensions, Statements, Matching, Calls, Attributes, Iteration, Loops, Branches,
    Variables, Values,
):  # fmt: skip
    """Interprets functions within one trace."""

    def __init__(self, trace: Trace, environment: Environment):
        self.trace = trace
        self.environment = environment
        self.depth = 0
        self.steps = 0
        self.serial = 0  # of frames and regions
        self.frames: list[Frame] = []  # of the functions at hand, innermost last
        self.regions: list[Region] = []  # the branches and loops of run time at hand, innermost last
        self.describing = 0  # > 0 while the message of an exception is made: run-time numbers are text

    def at(self, node: ast.AST, frame: Frame) -> None:
        """What follows happens at this node."""
        self.trace.location = (frame.file, node.lineno, node.col_offset)

    def refuse(self, node: ast.AST, frame: Frame, what: str, hint: str | None = None) -> Any:
        raise UnsupportedError(what, hint, (frame.file, node.lineno, node.col_offset))

    def refuse_here(self, what: str, hint: str | None = None) -> Any:
        raise UnsupportedError(what, hint, self.trace.location)


_limit = {"users": 0, "before": 0}
_limit_lock = threading.Lock()


@contextmanager
def deep_recursion(limit: int = 20000):
    """Interpreting takes several Python frames per level of the program. (The limit is the process's: the first
    trace raises it, the last one restores it.)"""
    with _limit_lock:
        if not _limit["users"]:
            _limit["before"] = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_limit["before"], limit))
        _limit["users"] += 1
    try:
        yield
    finally:
        with _limit_lock:
            _limit["users"] -= 1
            if not _limit["users"]:
                sys.setrecursionlimit(_limit["before"])
