"""How a block of statements ends; None where it goes on with what follows."""

from __future__ import annotations

from typing import Any


class Return:
    """The completion of a block that returned."""

    def __init__(self, value: Any):
        self.value = value


class Chosen:
    """The value of an operand that is evaluated in a branch of its own."""

    def __init__(self, value: Any):
        self.value = value


BREAK = object()
CONTINUE = object()
RAISED = object()  # an exception, at run time
