"""Errors of the front end: what Elena refuses, and NumPy's own errors with a place in the source."""

from __future__ import annotations

import linecache
from typing import NoReturn


class UnsupportedError(Exception):
    """Something Elena does not compile: says where, what, and what to write instead."""

    def __init__(self, what: str, hint: str | None = None, location: tuple | None = None):
        self.what = what
        self.hint = hint
        self.file, self.line, self.col = location or ("<unknown>", 0, 0)
        super().__init__(self._text())

    def _text(self) -> str:
        text = f"{self.file}:{self.line}:{self.col}: not supported: {self.what}"
        source = linecache.getline(self.file, self.line).rstrip("\n") if self.line else ""
        if source.strip():
            text += f"\n  {source}\n  {' ' * self.col}^"
        if self.hint:
            text += f"\n  hint: {self.hint}"
        return text


#: NumPy raises private subclasses of it.
CastError = TypeError


def location() -> tuple | None:
    """(file, line, column) of the operation being traced, or None outside a trace."""
    from .trace import Trace

    trace = Trace.current()
    return trace.location if trace is not None else None


def unsupported(what: str, hint: str | None = None) -> NoReturn:
    """Raise UnsupportedError at the current location; `hint` says what to write instead."""
    raise UnsupportedError(what, hint, location())


def where() -> str:
    """`file.py:12: source text` of the current location, for messages ('' if unknown)."""
    place = location()
    if not place or not place[1]:
        return ""
    file, line, _ = place
    source = linecache.getline(file, line).strip()
    name = str(file).rsplit("/", 1)[-1]
    return f"{name}:{line}: {source}" if source else f"{name}:{line}"


def located(message: str) -> str:
    """The message followed by `(file.py:12: source text)`."""
    place = where()
    return f"{message} ({place})" if place else message


def fail(kind: type[BaseException], message: str) -> NoReturn:
    """Raise NumPy's error `kind` with NumPy's message and the source line."""
    from .trace import Trace

    trace = Trace.current()
    message = located(message)
    if trace is not None and trace.is_handled(kind):
        message = trace.numbers.now(message, seen=True)
    elif trace is not None and not trace.in_region:  # there the program raises it
        message = trace.numbers.now(message)
    raise kind(message) from None
