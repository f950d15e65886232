"""`for` and `while`: unrolled where the number of iterations is known, one operation of the program otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..arrays import Array
from ..errors import UnsupportedError
from ..polynomials import atoms
from ..source import names_bound
from ..symbolic import Sym, SymBool, is_data
from .completions import BREAK, CONTINUE
from .iteration import LIMIT
from .loop_slots import KEEP, Plan
from .loop_trace import LoopTrace
from .numbers import kind_of, symbol
from .run_time_items import RunTimeItems, as_items
from .variables import MISSING, Key

if TYPE_CHECKING:
    from .frames import Frame

_ATTEMPTS = 8


class Loop:
    """A loop that is being traced."""

    def __init__(self, frame: Frame, at_run_time: bool, flag: str | None = None):
        self.at_run_time, self.blocks, self.flag = at_run_time, frame.blocks, flag
        self.dead: set[Key] = set()  # variables that nobody reads when an iteration has ended

    def is_open(self, frame: Frame) -> bool:
        """Whether a `continue` here just ends the branch that it is in."""
        return self.at_run_time and self.blocks == frame.blocks


class Loops:
    # ---- for ---------------------------------------------------------------------------------------------

    def run_For(self, node: ast.For, frame: Frame) -> Any:
        sequence = self.eval(node.iter, frame)
        items = as_items(sequence, LIMIT)
        if items is None:
            return self._unrolled_or_not(node, frame, lambda: self._unroll_for(sequence, node, frame), sequence)
        if isinstance(items.trip, int) and items.trip == 0:
            return self.run_block(node.orelse, frame)
        known = not isinstance(items.trip, Sym)
        try:
            return self._run_time_loop(node, frame, items, needs_arrays=known)
        except UnsupportedError as error:
            failure = error
            if not known and (not items.decides_compile() or self.trace.hint(items.trip) > LIMIT):
                raise
        try:  # sizes of arrays may decide a version: unrolled for this one
            return self._unroll_for(sequence, node, frame)
        except UnsupportedError:
            if known:
                raise
            raise failure from None

    def _unroll_for(self, sequence: Any, node: ast.For, frame: Frame) -> Any:
        if not isinstance(sequence, range):
            sequence = self.iterate(sequence, node.iter, frame)
        frame.loops.append(Loop(frame, at_run_time=False))
        try:
            for item in self.counted(sequence, node, frame, "a loop"):
                self.assign(node.target, item, frame)
                completion = self.run_block(node.body, frame)
                if completion is BREAK:
                    return None
                if completion is not None and completion is not CONTINUE:
                    return completion
        finally:
            frame.loops.pop()
        return self.run_block(node.orelse, frame)

    def _unrolled_or_not(self, node: Any, frame: Frame, unroll: Callable, sequence: Any) -> Any:
        """Unrolls a loop; where a `break` depends on data, it is a run-time loop in spite of its known length."""
        items = None if sequence is None else as_items(sequence, 0)
        if not has_jump(node, own=True) or (sequence is not None and items is None):
            return unroll()
        scope = self.trace.new_scope()
        region = self.open_region("a loop")
        region.outside = {}  # it may change what it likes: the second attempt may not
        self.regions.append(region)
        try:
            with self.trace.writing(scope):
                completion = unroll()
        except UnsupportedError as error:
            failure = error
        else:
            self.regions.pop()
            self.trace.adopt(scope)
            return completion
        self.regions.pop()
        region.restore()
        try:
            return self._run_time_loop(node, frame, items)
        except UnsupportedError:
            raise failure from None

    # ---- while -------------------------------------------------------------------------------------------

    def run_While(self, node: ast.While, frame: Frame) -> Any:
        if self._depends_on_run_time(node, frame):
            return self._run_time_loop(node, frame, None)
        return self._unrolled_or_not(node, frame, lambda: self._unroll_while(node, frame), None)

    def _unroll_while(self, node: ast.While, frame: Frame) -> Any:
        for _ in self.counted(iter(int, 1), node, frame, "a 'while' loop"):
            test = self.trace.new_scope()
            with self.trace.writing(test):
                condition = self.eval_test(node.test, frame)
            if self._is_open(condition):
                completion = self._from_here(node, frame, condition)
                if completion is not _UNROLL:
                    return completion
            self.trace.adopt(test)
            frame.loops.append(Loop(frame, at_run_time=False))
            try:
                if not self.truth(condition, node.test, frame, "a 'while'"):
                    return self.run_block(node.orelse, frame)
                completion = self.run_block(node.body, frame)
            finally:
                frame.loops.pop()
            if completion is BREAK:
                return None
            if completion is not None and completion is not CONTINUE:
                return completion

    def _is_open(self, value: Any) -> bool:
        if isinstance(value, Array):
            return all(size == 1 for size in value.shape if isinstance(size, int)) and value.size is not None
        return isinstance(value, SymBool) or kind_of(value) in ("index", "f64") and not isinstance(value, (int, float))

    def _from_here(self, node: ast.While, frame: Frame, condition: Any) -> Any:
        """The rest of a `while` whose test is no longer known. Sizes of arrays may decide a version: unrolled for
        this one where no run-time loop can be made of it."""
        try:
            return self._run_time_loop(node, frame, None)
        except UnsupportedError:
            if is_data(condition) or not isinstance(condition, (Sym, SymBool)) or _has_number(condition):
                raise
        return _UNROLL

    def _depends_on_run_time(self, node: ast.While, frame: Frame) -> bool:
        """Whether the test, known now, will not be known later (`i < n` with i = 0): found by evaluating it with
        unknown numbers in the places of those that the loop assigns."""
        numbers = [
            name
            for name in names_bound(tuple(node.body))
            if kind_of(frame.locals.get(name)) == "index" and isinstance(frame.locals[name], int)
        ]
        if not numbers:
            return False
        scope = self.trace.new_scope()
        region = self.open_region("the test of a 'while'")
        self.regions.append(region)
        try:
            with self.trace.region(scope):
                fresh = set()
                for name in numbers:
                    value = symbol(self.trace, "index", "%unknown")
                    fresh |= atoms(value.terms)
                    self.note_store(frame, name)
                    frame.locals[name] = value
                condition = self.eval_test(node.test, frame)
                differs = not _atoms_of(condition) <= fresh if isinstance(condition, SymBool) else False
                return differs or (isinstance(condition, (SymBool, Array)) and _reads_outside(scope.lines))
        except Exception:  # the loop itself will say what is wrong
            return False
        finally:
            self.regions.pop()
            region.restore()

    # ---- run-time loops ----------------------------------------------------------------------------------

    def _run_time_loop(
        self, node: Any, frame: Frame, items: RunTimeItems | None, needs_arrays: bool = False
    ) -> Any:
        """Traces the body once, as the body of an scf.for or scf.while. `needs_arrays`: refused if there are no
        operations of arrays in it: then it is better unrolled."""
        hidden = None
        if has_break(node):
            self.serial += 1
            hidden = (f".broken{self.serial}", f".count{self.serial}")
            frame.locals[hidden[0]] = False
            if items is not None:
                frame.locals[hidden[1]] = 0
        frame.loops.append(Loop(frame, True, hidden and hidden[0]))
        before = set(self.trace.written), self.trace.argument_writes
        try:
            attempt = self._stable(node, frame, items, hidden)
            if needs_arrays and not any("tensorref." in line for line in attempt.body.lines):
                self.refuse(node, frame, "a long loop over known numbers")
        except UnsupportedError:
            self.trace.written, self.trace.argument_writes = before
            raise
        finally:
            frame.loops.pop()
            broken = self._forget_hidden(frame, hidden)
        if attempt is None:
            return self.run_block(node.orelse, frame)
        self.at(node, frame)
        if hidden:
            frame.locals[hidden[0]] = False
        attempt.write()
        broken = self._forget_hidden(frame, hidden)
        if not node.orelse:
            return None
        if not isinstance(broken, SymBool):
            return self.run_block(node.orelse, frame)
        return self.branch(~broken, node, frame, lambda: self.run_block(node.orelse, frame), lambda: None)

    def _forget_hidden(self, frame: Frame, hidden: tuple | None) -> Any:
        values = [frame.locals.pop(name, None) for name in hidden or ()]
        return values[0] if values else None

    def _stable(self, node: Any, frame: Frame, items: RunTimeItems | None, hidden: tuple | None) -> LoopTrace | None:
        """Traces the loop until what an iteration leaves is what it finds; None if there are no iterations."""
        plans = self._plans(node, frame, hidden)
        first: list | None = None
        for _ in range(_ATTEMPTS):
            attempt = LoopTrace(self, node, frame, plans, items, hidden)
            changed = attempt.run()
            first = attempt.dtypes if first is None else first
            unsure = [] if changed else attempt.unsure()
            if unsure and first != attempt.dtypes and any(plan.promoted for plan in unsure):
                changed = all(_give_up_promotion(plan) for plan in unsure if plan.promoted)
            elif unsure:
                runs = self._runs(items)
                if runs is False:
                    return None
                changed = runs is None and all(_give_up_zero(plan) for plan in unsure)
            if not changed:
                return attempt
        return self.refuse(node, frame, "a run-time loop whose variables change their types", "give them one type")

    def _runs(self, items: RunTimeItems | None) -> bool | None:
        """Whether the loop has an iteration, fixed by a guard; None if it depends on data."""
        if items is None:
            return None
        some = items.trip > 0
        if isinstance(some, SymBool) and (is_data(some) and self.trace.facts.known(some) is None):
            return None
        return self.trace.decide(some)

    def _plans(self, node: Any, frame: Frame, hidden: tuple | None) -> dict[Key, Plan]:
        """What is planned first for the variables that the body is seen to assign."""
        names = [name for name in names_bound((node,)) if name in frame.scope.local]
        plans: dict[Key, Plan] = {}
        for name in [*names, *(name for name in hidden or () if name in frame.locals)]:
            value = frame.locals.get(name, MISSING)
            plan = plans[id(frame), name] = Plan(frame, name, value)
            if isinstance(value, Array) and not value.scalar and not is_rebound(node, name):
                plan.form = KEEP
            elif not name.startswith(".") and not is_live(frame.node, node, name):
                plan.give_up("it is a variable of the loop, which is assigned anew in each iteration", "rename it")
        return plans


_UNROLL = object()


def _give_up_zero(plan: Plan) -> bool:
    if plan.promoted:
        return plan.give_up("its type changes in the loop, which may not run", _typed_start(plan))
    return plan.give_up(
        "it is another array if the loop does not run", f"write {plan.name} = {plan.name}.copy() before the loop"
    )


def _give_up_promotion(plan: Plan) -> bool:
    why = "the first iteration computes with a Python number, the others do not"
    return plan.give_up(why, _typed_start(plan))


def _typed_start(plan: Plan) -> str:
    return f"start with a number of the type that it has in the loop: {plan.name} = np.{plan.dtype or 'float64'}(...)"


def _atoms_of(condition: SymBool) -> set:
    found: set = set()
    for operand in condition.operands:
        if isinstance(operand, SymBool):
            found |= _atoms_of(operand)
        elif isinstance(operand, Sym):
            found |= {leaf for atom in atoms(operand.terms) for leaf in _leaves(atom)}
    return found


def _reads_outside(lines: list[str]) -> bool:
    """Whether operations use more than each other's results and constants."""
    text = "\n".join(lines)
    made = set(re.findall(r"(%\w+)(?::\d+)? =", text)) | {"%unknown"}
    return any(name not in made and not name.startswith("%c") for name in re.findall(r"%\w+", text))


def _leaves(atom: Any) -> Iterator[Any]:
    if not atom.arguments:
        yield atom
    for argument in atom.arguments:
        if isinstance(argument, SymBool):
            yield from _atoms_of(argument)
        elif isinstance(argument, Sym):
            for part in atoms(argument.terms):
                yield from _leaves(part)


def _has_number(condition: Any) -> bool:
    if isinstance(condition, SymBool) and condition.op == "opaque":
        return True
    found = _atoms_of(condition) if isinstance(condition, SymBool) else set()
    if isinstance(condition, Sym):
        found = {leaf for atom in atoms(condition.terms) for leaf in _leaves(atom)}
    return any(atom.number for atom in found)


# ---- the text of a loop ------------------------------------------------------------------------------------


def _own_nodes(statements: list[ast.stmt], loops: bool) -> Iterator[ast.AST]:
    """The nodes of a block, but for those of functions (and of inner loops, whose `break` is their own)."""
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        yield statement
        inner = isinstance(statement, (ast.For, ast.While))
        for field in ("body", "orelse", "handlers", "finalbody", "cases"):
            if not (inner and not loops and field == "body"):
                yield from _own_nodes(getattr(statement, field, []), loops)


@lru_cache(maxsize=4096)
def has_break(node: ast.For | ast.While) -> bool:
    return any(isinstance(part, ast.Break) for part in _own_nodes(node.body, loops=False))


@lru_cache(maxsize=4096)
def has_jump(node: ast.If | ast.For | ast.While, own: bool = False) -> bool:
    """Whether a return, or a break or continue of a loop around the statement (`own`: of the loop itself), is in it."""
    blocks = node.body if own else [*node.body, *node.orelse]
    jumps = (ast.Break, ast.Continue)
    if any(isinstance(part, jumps) for part in _own_nodes(blocks, loops=False)):
        return True
    return not own and any(isinstance(part, ast.Return) for part in _own_nodes(blocks, loops=True))


@lru_cache(maxsize=4096)
def is_rebound(loop: ast.For | ast.While, name: str) -> bool:
    """Whether a name is assigned in a loop, other than by `name += ...`."""
    in_place = {id(part.target) for part in ast.walk(loop) if isinstance(part, ast.AugAssign)}
    return any(
        isinstance(part, ast.Name)
        and part.id == name
        and isinstance(part.ctx, (ast.Store, ast.Del))
        and id(part) not in in_place
        for part in ast.walk(loop)
    )


@lru_cache(maxsize=4096)
def is_live(function: Any, loop: ast.For | ast.While, name: str) -> bool:
    """Whether the value that a name has at the beginning or the end of an iteration may be read: False only if each
    iteration surely assigns it first, and nothing outside of the loop (or in an inner function) reads it."""
    inside = {id(part) for statement in loop.body for part in ast.walk(statement)}
    for part in ast.walk(function):
        if isinstance(part, (ast.FunctionDef, ast.Lambda)) and part is not function and _uses(part, name):
            return True
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) and id(part) not in inside:
            return True
    if isinstance(loop, ast.For) and _uses(loop.target, name):
        return False
    first = next((statement for statement in loop.body if _uses(statement, name)), None)
    if not isinstance(first, ast.Assign):
        return True
    uses = [part for part in ast.walk(first) if isinstance(part, ast.Name) and part.id == name]
    return any(isinstance(part.ctx, ast.Load) for part in uses)


def _uses(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))
