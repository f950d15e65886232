"""What the generator knows while it draws: the statements so far, and every name's value after them.

Values are NumPy's own, of the arguments of the first call: so shapes, dtypes, which memory is shared and what is valid
are never modelled, only looked at.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import numpy as np

from ..arguments import Arguments
from ..expressions import Expr, name
from ..statements import Bind, Block, Statement, Write
from ..watch import Inexact, Watch, exact, quietly

ERRORS = (Inexact, ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError, NameError, AttributeError)
MAX_STATEMENTS_RUN = 40  # a loop counts as often as it runs: each run is compiled


class Rejected(Exception):
    """What was drawn is no valid program."""


#: Texts are run again: statements after what was rejected, small views in many programs.
_code: Callable[[str, str, str], CodeType] = functools.lru_cache(8192)(compile)


class State:
    def __init__(self, rng: random.Random, arguments: Arguments):
        self.rng = rng
        self.arguments = arguments
        self.statements: list[Statement] = []
        self.hot: np.ndarray | None = None  # the last view written: what comes next should meet it
        self.depth = 0
        self.loops: list[str] = []
        self._count = 0
        self._hidden: set[str] = set()
        self.replay()

    # ---- running -----------------------------------------------------------------------------------------

    def replay(self) -> None:
        """Makes the arguments anew and runs the statements so far."""
        try:
            _, values = self.arguments.make()
        except ERRORS as error:
            raise Rejected from error
        self.values: dict[str, Any] = dict(zip(self.arguments.names(), values))
        self.globals = {"np": np, **Watch().globals()}
        for statement in self.statements:
            self._run(statement)

    def _run(self, statement: Statement) -> None:
        text = "\n".join(statement.watched_lines())
        quietly(exec, _code(text, "statement", "exec"), self.globals, self.values)

    def attempt(self, statement: Statement) -> bool:
        """Runs and keeps a statement; False, and all as before, if NumPy or the watch reject it."""
        try:
            self._run(statement)
            for array in self._written(statement):
                exact(array)
        except ERRORS:
            self.replay_inside_block()
            return False
        self.statements.append(statement)
        return True

    def _written(self, statement: Statement) -> list[np.ndarray]:
        if isinstance(statement, Bind):
            return [self.values[statement.name]]
        if isinstance(statement, Write):
            roots = [self.values[n] for n in statement.target.names()]
            roots = [root for root in roots if isinstance(root, np.ndarray)]
            return self._sharing(roots)
        return [value for value in self.values.values() if isinstance(value, np.ndarray)]

    def _sharing(self, roots: list[np.ndarray]) -> list[np.ndarray]:
        arrays = (value for value in self.values.values() if isinstance(value, np.ndarray))
        return [array for array in arrays if any(np.may_share_memory(array, root) for root in roots)]

    def replay_inside_block(self) -> None:
        """After a failure: memory may be half written."""
        inner = {variable: 0 for variable in self.loops}
        statements, self.statements = self.statements, []
        self.replay()
        self.statements = statements
        for statement in statements:
            self.values.update(inner)  # an earlier loop left its own there
            self._run(statement)
        self.values.update(inner)

    def value_of(self, expr: Expr) -> Any:
        """Raises Rejected where NumPy raises."""
        if expr.kind == "name" and expr.template in self.values:
            return self.values[expr.template]
        try:
            return quietly(eval, _code(expr.watched_text(), "expression", "eval"), self.globals, self.values)
        except ERRORS as error:
            raise Rejected from error

    # ---- blocks ------------------------------------------------------------------------------------------

    def block(self, header: Expr, loop: str | None, draw_body: Callable[[], None], orelse: Callable | None) -> bool:
        """A for or an if; `draw_body` draws statements as if it were straight-line code."""
        before = set(self.values)
        if loop:
            self.loops.append(loop)
            self.values[loop] = 0
            self._hidden.discard(loop)
        self.depth += 1
        body = self._drawn(draw_body)
        other = self._drawn(orelse) if orelse else ()
        self.depth -= 1
        if loop:
            self.loops.remove(loop)
            self._hidden.add(loop)
        self.replay_inside_block()
        if not body or not self.attempt(Block(header, body, other)):
            return False
        # A name that a body binds may not exist after it.
        self._hidden |= set(self.values) - before
        for hidden in set(self.values) - before:
            del self.values[hidden]
        return True

    def _drawn(self, draw: Callable[[], None]) -> tuple[Statement, ...]:
        mark, known = len(self.statements), set(self.values)
        draw()
        body = tuple(self.statements[mark:])
        del self.statements[mark:]
        for new in set(self.values) - known:
            del self.values[new]
        return body

    # ---- choosing ----------------------------------------------------------------------------------------

    def new_name(self) -> str:
        self._count += 1
        return f"v{self._count - 1}"

    def arrays(self, accept: Callable[[np.ndarray], bool] = lambda array: True) -> list[str]:
        visible = (n for n in self.values if n not in self._hidden)
        return [n for n in visible if isinstance(self.values[n], np.ndarray) and accept(self.values[n])]

    def scalars(self) -> list[str]:
        return [n for n, v in self.values.items() if isinstance(v, np.generic) and n not in self._hidden]

    def integers(self) -> list[str]:
        return [n for n, v in self.values.items() if type(v) is int and n not in self._hidden]

    def array(self, accept: Callable[[np.ndarray], bool] = lambda array: True) -> Expr:
        """A name, preferably of memory that was just written, or of a recent array."""
        found = self.arrays(accept)
        if not found:
            raise Rejected
        weights = [self._weight(self.values[n], k, len(found)) for k, n in enumerate(found)]
        return name(self.rng.choices(found, weights)[0])

    def _weight(self, array: np.ndarray, position: int, count: int) -> float:
        recent = 1 + 2 * (position + 1) / count
        return recent * (4 if self.hot is not None and np.may_share_memory(array, self.hot) else 1)

    def pick(self, options: Sequence[tuple[float, Callable]]) -> Callable:
        return self.rng.choices([o for _, o in options], [w for w, _ in options])[0]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability
