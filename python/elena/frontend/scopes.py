"""Regions of the program: where an operation is written, and which SSA names may be used there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .facts import Facts
    from .ir import FunctionText
    from .symbolic import SymbolTable, SymBool


class Scope:
    """The operations of the function or of one region, and what has been made there once."""

    def __init__(self, lines: list[str] | None = None, first: int = 0):
        self.lines: list[str] = [] if lines is None else lines
        self.made: dict[Any, Any] = {}
        self.first = first  # the serial of the first atom that can be its own


class Scopes:
    """The open regions of a trace, outermost first. (A base of Trace.)"""

    text: FunctionText
    facts: Facts
    symbols: SymbolTable

    def _open_function(self) -> None:
        self._scopes = [Scope(self.text.lines)]
        self._region_depth = 0
        #: changes whenever a region begins or ends: what was read before may be another value after
        self.epoch = 0

    @property
    def in_region(self) -> bool:
        """Whether the operation at hand may run never, or many times: nothing here can be a guard."""
        return self._region_depth > 0

    def new_scope(self) -> Scope:
        return Scope(first=self.symbols.serial)

    @contextmanager
    def region(self, scope: Scope) -> Iterator[Scope]:
        """What follows is written into a region of an operation that is written later. Facts that are found there
        hold there only."""
        self._region_depth += 1
        self.epoch += 1
        facts = self.facts.mark(self.symbols)
        try:
            with self.writing(scope):
                yield scope
        finally:
            self.facts.restore(facts)
            # Bounds of atoms that were made here follow from facts that no longer hold.
            self.symbols.forget(scope.first)
            self._region_depth -= 1
            self.epoch += 1

    @contextmanager
    def when(self, condition: SymBool) -> Iterator[None]:
        """What follows (checks, writes) happens only where a condition on data holds."""
        name, scope = condition.ssa(), self.new_scope()
        with self.region(scope):
            self.facts.assume(condition)
            yield
        body = "\n".join(scope.lines)
        self.text.emit_void(f"scf.if {name} {{\n{body}\n    }}")

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Scope]:
        """What follows is written into `scope`, which its user appends or drops."""
        lines = self.text.lines
        self._scopes.append(scope)
        self.text.lines = scope.lines
        try:
            yield scope
        finally:
            self._scopes.pop()
            self.text.lines = lines

    @contextmanager
    def at_root(self) -> Iterator[None]:
        """What follows is written before the outermost region: it must not depend on anything of a region."""
        scopes, lines, depth = self._scopes, self.text.lines, self._region_depth
        self._scopes = scopes[:1]
        self.text.lines = scopes[0].lines
        self._region_depth = 0
        try:
            yield
        finally:
            self._scopes, self.text.lines, self._region_depth = scopes, lines, depth

    def adopt(self, scope: Scope) -> None:
        """Appends what was written to `scope` to where operations are written now."""
        self.text.lines.extend(scope.lines)
        self._scopes[-1].made.update(scope.made)

    def once(self, key: Any, make: Any) -> Any:
        """make() the first time, the same object afterwards, as long as it can be used."""
        for scope in reversed(self._scopes):
            if key in scope.made:
                return scope.made[key]
        made = make()
        self._scopes[-1].made[key] = made
        return made
