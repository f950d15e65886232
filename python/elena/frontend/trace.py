"""The trace: the function being built, its guards, its arguments and its results.

How the interpreter uses it::

    trace = Trace("f")
    with trace:                                     # makes it Trace.current() of this thread
        x = trace.new_argument_array(kind, (hint_shape, hint_strides), name="x", leaf=0)
        n = trace.new_argument_int(7, name="n", leaf=1)
        trace.location = ("file.py", 12, 4)         # before every operation
        y = x[:n] + 1
    text, plan = trace.finish(y)
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .facts import Facts
from .ir import FunctionText, constant_operation, constant_text
from .messages import Numbers
from .scopes import Scopes
from .symbolic import Sym, SymbolTable, SymBool, divides, hint_of, is_data

if TYPE_CHECKING:
    from .arrays import Array
    from .scalars import SymFloat

_threads = threading.local()

#: argument sizes up to this are static in a version, larger ones are symbols (>= SMALL + 1)
SMALL = 4


class Trace(Scopes):
    """One version of one function while it is traced."""

    def __init__(self, name: str = "main", general: bool = False):
        self.name = name
        #: whether an `if` on numbers of the call is an operation of the program, and not one version for each outcome
        self.general = general
        #: (file, line, column) of the operation at hand; the interpreter sets it before every operation.
        self.location: tuple[str, int, int] | None = None
        self.text = FunctionText(self)
        self.facts = Facts()
        self.symbols = SymbolTable(self)
        self.arguments: list = []  # Array | Sym | SymFloat per argument of @main, in order
        self.leaves: list[int] = []  # the call's leaf ordinal of each argument
        #: leaf ordinals of the array arguments that the function writes
        self.written: set[int] = set()
        #: how many operations have written arguments so far
        self.argument_writes = 0
        #: (loop dtypes, result dtype) of the operations so far: loops compare their first iteration with the others
        self.dtypes: list[tuple] = []
        #: the exceptions that the `try` statements at hand handle: no check at run time can be handled
        self.handled: list[type | tuple] = []
        self.numbers = Numbers(self)
        self._open_function()

    # ---- the current trace -------------------------------------------------------------------------------

    @staticmethod
    def current() -> Trace | None:
        """The innermost trace that is entered in this thread, or None."""
        stack = getattr(_threads, "stack", None)
        return stack[-1] if stack else None

    def __enter__(self) -> Trace:
        if not hasattr(_threads, "stack"):
            _threads.stack = []
        _threads.stack.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _threads.stack.pop()

    # ---- arguments ---------------------------------------------------------------------------------------

    def new_argument_array(self, kind, hints, *, name: str = "x", leaf: int | None = None) -> Array:
        """An array argument of @main (also for captured arrays). `kind`: elena._protocol.ArrayKind;
        `hints`: (shape, strides in elements) of the array at hand; `leaf`: its leaf ordinal (default: the number
        of arguments so far). kind.scalar gives a NumPy scalar (np.float32 argument)."""
        from .arguments import array_argument

        return array_argument(self, kind, hints, name, self._leaf(leaf))

    def new_argument_int(self, hint: int, *, name: str = "n", leaf: int | None = None) -> Sym:
        """A Python int argument: a run-time integer of unknown sign."""
        from .arguments import int_argument

        return int_argument(self, hint, name, self._leaf(leaf))

    def new_argument_float(self, hint: float, *, name: str = "s", leaf: int | None = None) -> SymFloat:
        """A Python float argument: a run-time f64."""
        from .arguments import float_argument

        return float_argument(self, hint, name, self._leaf(leaf))

    def _leaf(self, leaf: int | None) -> int:
        return len(self.leaves) if leaf is None else leaf

    # ---- questions ---------------------------------------------------------------------------------------

    def decide(self, condition: bool | SymBool, error: tuple[str, str] | None = None) -> bool:
        """The outcome of a condition: free where it is provable, otherwise what the hints say, and a guard.

        A condition on values that depend on data cannot be a guard: then it becomes a
        `tensorref.assert` that raises `error` = (kind, message) if the outcome is another one.
        """
        if not isinstance(condition, SymBool):
            return bool(condition)
        known = self.facts.known(condition)
        if known is not None:
            return known
        outcome = condition.hint
        held = condition if outcome else ~condition
        if not isinstance(held, SymBool):  # the negation is provable
            return outcome
        if is_data(held):
            self._check_data(held, error)
        else:
            with self.guarding(held):
                self.emit_void(f"tensorref.guard {held.ssa()}")
        self.facts.assume(held)
        return outcome

    @contextmanager
    def guarding(self, value: Sym | SymBool) -> Iterator[None]:
        """A guard on the value follows. It is checked at the entry: there the condition of a branch at hand, by which
        a divisor is not 0, does not hold yet."""
        if self.general and self.in_region and divides(value):
            from .errors import unsupported

            unsupported("a guard on a quotient, in a branch on numbers of the call", "decide the branch by a guard")
        with self.at_root():
            yield

    def require(self, condition: bool | SymBool, kind: type[Exception], message: str) -> None:
        """Raise NumPy's error `kind` unless the condition holds: now where metadata decide, by an assert at run time
        where data do."""
        if isinstance(condition, SymBool) and self.facts.known(condition) is None and is_data(condition):
            self._check_data(condition, (kind.__name__, message))
            self.facts.assume(condition)
        elif not self.decide(condition):
            from .errors import fail

            fail(kind, message)

    def _check_data(self, held: SymBool, error: tuple[str, str] | None) -> None:
        kind, message = error or (
            "ValueError",
            "a size that depends on data is not what this compiled version assumes",
        )
        self.emit_assert(held.ssa(), kind, message)

    def concretize(self, value: int | Sym) -> int:
        """The integer's value, fixed for this version by a guard (free where it is known)."""
        if not isinstance(value, Sym):
            return int(value)
        if is_data(value):
            from .errors import unsupported

            unsupported(
                "a number that depends on array elements, where the compiler must know it",
                "pass the number as an argument (of a NumPy integer, int(k)), or keep it in an array",
            )
        value = self.facts.normalize(value)
        if isinstance(value, Sym):
            self.decide(value == value.hint)
            return value.hint
        return int(value)

    # ---- text --------------------------------------------------------------------------------------------

    def emit(self, operation: str, prefix: str = "v") -> str:
        """Append `%name = operation loc(...)`; returns the SSA name."""
        return self.text.emit(operation, prefix)

    def emit_void(self, operation: str) -> None:
        """Append an operation without results."""
        self.text.emit_void(operation)

    def emit_assert(self, condition: str, kind: str, message: str) -> None:
        """`tensorref.assert`: a data-dependent check; `numbers.text` makes the message's numbers."""
        from .errors import located

        self.emit_failure(condition, kind, located(message))

    def is_handled(self, kind: type[BaseException]) -> bool:
        """Whether a `try` at hand handles such an exception."""
        return any(issubclass(kind, handled) for handled in self.handled)

    def emit_failure(self, condition: str, kind: str, message: str) -> None:
        """`emit_assert` whose message is complete."""
        if self.is_handled(getattr(builtins, kind)):
            from .errors import unsupported

            unsupported(
                f"a check at run time ({kind}) within a 'try' that handles it",
                "move the 'try' to the caller, or test the condition in an 'if'",
            )
        message, values = self.numbers.at_run_time(message)
        quoted = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\0A")
        operands = ""
        if values:
            names = ", ".join(self.ssa(value) for value in values)
            operands = f"({names} : {', '.join(['index'] * len(values))})"
        self.emit_void(f'tensorref.assert {condition}, "{kind}", "{quoted}"{operands}')

    def ssa(self, value: int | Sym) -> str:
        """SSA name (of type index) of a run-time or static integer."""
        if isinstance(value, Sym):
            return value.ssa()
        return self.constant(int(value), "index")

    def operand(self, value: int | Sym) -> str:
        """The integer as an operand of a tensorref op: a literal where static, an SSA name otherwise."""
        if isinstance(value, Sym):
            return value.ssa()
        return str(int(value)) if abs(value) <= 2**60 else self.constant(value, "index")

    def constant(self, value: Any, kind: str) -> str:
        """SSA name of a constant of MLIR type `kind` on the host (each made once)."""
        if kind == "index" and not -(2**63) <= value < 2**63:
            from .errors import unsupported

            unsupported("an integer of more than 64 bits", "use a float, or an array of another dtype")
        key = ("constant", kind, constant_text(value, kind))
        return self.once(key, lambda: self.emit(constant_operation(value, kind), "c"))

    # ---- results -----------------------------------------------------------------------------------------

    def finish(self, results: Any, paths: dict[int, Any] | None = None) -> tuple[str, Any]:
        """(text of the MLIR module with func @main {elena.entry}, elena._protocol.Plan of the results).

        `results`: nested tuples/lists/dicts/namedtuples of Array, Sym, SymFloat, SymBool and constants.
        `paths`: id(container) -> path, for containers that are arguments themselves (PLAN_PATH), or its Plan.
        After it, `result_ranks` (rank or -1 per result) and `written` (leaf ordinals) are set.
        """
        from .results import ResultBuilder

        builder = ResultBuilder(self, paths or {})
        plan = builder.plan(results)
        self.result_ranks = tuple(builder.ranks)
        text = self.text.module(self, builder.names, builder.types)
        return text, plan

    def hint(self, value: int | Sym) -> int:
        """An integer in the call being traced. (In the text of an error: `numbers.text`.)"""
        return hint_of(value)
