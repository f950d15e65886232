"""Conditions that are known at run time only: both branches are traced, into an `scf.if`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..arrays import Array
from ..errors import UnsupportedError, where
from ..messages import has_lost_marker
from ..scalars import SymFloat
from ..scopes import Scope
from ..symbolic import Sym, SymBool, depends_on_number, is_data
from .completions import BREAK, CONTINUE, RAISED, Chosen, Return
from .merging import Join
from .variables import Key, Unknown, is_ours, put

if TYPE_CHECKING:
    from .frames import Frame

#: what the check of a compiled function can raise
_KINDS = (
    "ValueError", "IndexError", "TypeError", "OverflowError", "RuntimeError", "ZeroDivisionError", "AssertionError",
)  # fmt: skip
_WHAT = "a branch that is chosen at run time"


@dataclass
class Side:
    """One branch, traced: its operations, what the variables of outside hold at its end, how it ended."""

    scope: Scope
    entry: dict[Key, tuple]
    values: dict[Key, Any]
    completion: Any


class Branches:
    # ---- conditions --------------------------------------------------------------------------------------

    def condition(self, value: Any, node: ast.AST, frame: Frame, what: str = "a condition") -> bool | SymBool:
        """The truth of a value: known, or fixed by a guard, or an i1 of the program: where it depends on data or on a
        run-time loop, and in a general trace where it depends on a number of the call."""
        self.at(node, frame)
        if isinstance(value, Array) and all(type(size) is int and size == 1 for size in value.shape):
            value = value._scalar_value()
        if isinstance(value, Sym):
            value = value != 0
        elif isinstance(value, SymFloat):
            value = value != 0.0
        if isinstance(value, SymBool) and (is_data(value) or self.trace.general and depends_on_number(value)):
            known = self.trace.facts.known(value)
            return value if known is None else known
        return self.truth(value, node, frame, what)

    # ---- branches ----------------------------------------------------------------------------------------

    def branch(
        self, condition: SymBool, node: ast.AST, frame: Frame, taken: Callable, other: Callable, last: bool = False
    ) -> Any:
        """Both of two blocks, of which the condition chooses one at run time; how they end. `last`: nothing follows
        them in the body of the loop.

        What depends on numbers of the call alone need not be a branch: where it cannot be one, a guard decides."""
        place = self.trace.location
        if is_data(condition):
            return self._branch(condition, node, frame, (taken, other), last)
        try:
            return self._branch(condition, node, frame, (taken, other), last)
        except UnsupportedError:
            self.trace.location = place
            held = self.truth(condition, node, frame)
        return (taken if held else other)()

    def _branch(
        self, condition: SymBool, node: ast.AST, frame: Frame, blocks: tuple[Callable, Callable], last: bool
    ) -> Any:
        place = self.trace.location
        name = condition.ssa()
        sides = tuple(
            self._side(held, body, is_foreign=not is_data(condition) and not condition.hint == (held is condition))
            for held, body in zip((condition, ~condition), blocks)
        )
        self.trace.location = place
        join = Join(self.trace, tuple(side.scope for side in sides))
        completion = self._join_completions(sides, join, node, frame)
        if not isinstance(completion, Return):
            dead = frame.loops[-1].dead if last and frame.loops and frame.loops[-1].is_open(frame) else set()
            self._join_variables(sides, join, dead)
        self.at(node, frame)
        join.finish(name)
        return completion

    def _side(self, held: bool | SymBool, body: Callable, is_foreign: bool) -> Side:
        """`is_foreign`: the call at hand takes the other side; what is raised here says nothing about other calls."""
        region = self.open_region(_WHAT)
        scope = self.trace.new_scope()
        self.regions.append(region)
        try:
            with self.trace.region(scope):
                self.trace.facts.assume(held)
                completion = self._run_foreign(body) if is_foreign else self.run_in_region(body)
                return Side(scope, dict(region.entry), region.values(), completion)
        finally:
            self.regions.pop()
            region.restore()

    def _run_foreign(self, body: Callable) -> Any:
        try:
            return body()
        except Exception as error:
            return self.refuse_here(f"{type(error).__name__} in {_WHAT}", "choose it at compile time")

    def run_in_region(self, body: Callable) -> Any:
        """How the body ends; its exceptions are raised at run time, if that place is reached."""
        try:
            return body()
        except (UnsupportedError, RecursionError):
            raise
        except NameError as error:
            return self.refuse_here(f"{error} (in {self.regions[-1].what})", "give the variable a value before")
        except Exception as error:
            self._raise_at_run_time(error)
            return RAISED

    def _raise_at_run_time(self, error: Exception) -> None:
        name = type(error).__name__
        if name not in _KINDS or getattr(builtins, name) is not type(error):
            self.refuse_here(f"raising {name} in {self.regions[-1].what}", f"raise one of {', '.join(_KINDS)}")
        message = str(error)
        if has_lost_marker(message):
            self.refuse_here(
                "a quoted text with a number known at run time only, in the message of an exception",
                "make one text of it, as in f\"at {i}\"",
            )
        place = where()
        if not hasattr(error, "__elena_user__") and place and place.split(": ")[0] not in message:
            message = f"{message}  [{place}]"
        self.trace.emit_failure(self.trace.constant(0, "i1"), name, message)

    # ---- joining -----------------------------------------------------------------------------------------

    def _join_completions(self, sides: tuple[Side, Side], join: Join, node: ast.AST, frame: Frame) -> Any:
        first, second = (side.completion for side in sides)
        join.ended = (first is RAISED, second is RAISED)
        if isinstance(first, (Return, Chosen)) or isinstance(second, (Return, Chosen)):
            return self._join_values(sides, join, node, frame)
        if first is second or RAISED in (first, second):
            return second if first is RAISED else first
        # One of them goes on: with the end of the loop's body, as all that follows is part of the branches.
        if not frame.loops or not frame.loops[-1].is_open(frame):
            self.refuse(
                node,
                frame,
                "a 'break' or 'continue' that depends on data, out of a loop that is unrolled or a block (with, try, "
                "match)",
                "write the rest of the loop's body as a branch, or loop over range(n) with a run-time n",
            )
        return CONTINUE

    def _join_values(self, sides: tuple[Side, Side], join: Join, node: ast.AST, frame: Frame) -> Return | Chosen:
        kind = Chosen if any(isinstance(side.completion, Chosen) for side in sides) else Return
        values = [side.completion.value if isinstance(side.completion, kind) else None for side in sides]
        goes_on = any(side.completion in (None, CONTINUE, BREAK) for side in sides)

        def holds(side: int, array: Array) -> bool:
            left = dict(sides[side].values)
            if kind is Return:  # the function's own variables end
                left |= {(id(frame), name): None for name in frame.locals}
            return is_ours(array.storage) and not self.holders(array.storage, left)

        if goes_on and (frame.loops or frame.blocks):
            value: Any = Unknown("one branch returns, and the other goes on", "")
        else:
            value = join.value(*values, holds)
        if isinstance(value, Unknown):
            what = "a 'return'" if kind is Return else "a value"
            hint = value.hint or "set a variable in both branches, and return once, at the end"
            self.refuse(node, frame, f"{what} that depends on data: {value.why}", hint)
        return kind(value)

    def _join_variables(self, sides: tuple[Side, Side], join: Join, dead: set[Key]) -> None:
        def holds(side: int, array: Array) -> bool:
            left = sides[side].values | dict.fromkeys(dead)
            return is_ours(array.storage) and self.holders(array.storage, left) <= 1

        for key in dict.fromkeys([*sides[0].entry, *sides[1].entry]):
            owner, name, entry = sides[0].entry.get(key) or sides[1].entry[key]
            if key in dead:
                put(owner, name, Unknown("the iteration has ended", "give it a value before the loop"))
                continue
            put(owner, name, join.value(*(side.values.get(key, entry) for side in sides), holds))

    # ---- operands ----------------------------------------------------------------------------------------

    def choose(self, condition: SymBool, node: ast.AST, frame: Frame, taken: Callable, other: Callable) -> Any:
        """The value of one of two expressions."""
        chosen = self.branch(condition, node, frame, lambda: Chosen(taken()), lambda: Chosen(other()))
        return chosen.value
