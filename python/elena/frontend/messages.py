"""Numbers in the texts of errors: those of the call that fails.

A text is made while tracing, before it is known who raises it. Till then a marker stands for each number of the run time.
The program's own checks fill in the values of their call; an error of the tracing itself has the hints, which are the
numbers of its call. What neither knows is shown as "?".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .symbolic import Sym, is_data, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .trace import Trace

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_HOLE = re.compile(r"\{([0-9])\}")
_MOST_VALUES = 8  # ELENA_MAX_CHECK_VALUES of elena.h


class Marker(str):
    """The marker for a number: it looks like digits in the text of a tuple or list, too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Numbers:
    """The run-time numbers in the messages of one trace."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.values: list[Sym] = []
        self.places: dict[tuple, int] = {}

    def text(self, value: int | Sym) -> str:
        """The digits of an integer, or a marker for them."""
        if not isinstance(value, Sym):
            return str(int(value))
        place = self.places.setdefault(value.key(), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return Marker(f"{_OPEN}{place}{_CLOSE}")

    def now(self, message: str, seen: bool = False) -> str:
        """The message of an error of this call. `seen`: the program goes on and may look at it, in other calls too."""

        def digits(value: Sym) -> str:
            return "?" if seen or is_data(value) else str(value.hint)

        return self._replace(message, digits)

    def at_run_time(self, message: str) -> tuple[str, list[int | Sym]]:
        """The message with {0}, {1}, ... for the numbers, and these."""
        values: dict[tuple, int | Sym] = {}

        def hole(value: int | Sym) -> str:
            key = key_of(value)
            if key not in values and len(values) == _MOST_VALUES:
                return "?"
            values.setdefault(key, value)
            return f"{{{list(values).index(key)}}}"

        # "{0}" of the user's own text would be taken for a hole: its digit becomes a value.
        if has_marker(message):
            message = _HOLE.sub(lambda found: f"{{{hole(int(found[1]))}}}", message)
        return self._replace(message, hole), list(values.values())

    def _replace(self, message: str, shown: Callable[[Sym], str]) -> str:
        def replace(found: re.Match) -> str:
            value = self.trace.facts.normalize(self.values[int(found[1])])
            return shown(value) if isinstance(value, Sym) else str(value)

        return _MARKED.sub(replace, message)


def has_lost_marker(message: str) -> bool:
    """Is there a number that can no longer be put in, as the text around it has been quoted?"""
    return ascii(_OPEN)[1:-1] in message


def has_marker(value: Any) -> bool:
    """Is a number of the run time in the text, or in a text of the tuple?"""
    return _OPEN in str(value) or (isinstance(value, tuple) and any(map(has_marker, value)))
