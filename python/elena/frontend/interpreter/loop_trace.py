"""One attempt at tracing the body of a run-time loop, with what is planned for the variables that it assigns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Array
from ..scopes import Scope
from ..symbolic import SymBool
from .completions import RAISED
from .loop_slots import ARRAY, KEEP, NUMBER, UNKNOWN, ArraySlot, NumberSlot, Plan
from .merging import same_shape
from .numbers import describe, kind_of, symbol
from .run_time_items import RunTimeItems
from .variables import MISSING, Key, Unknown, is_ours, put

if TYPE_CHECKING:
    from . import Interpreter
    from .frames import Frame


class LoopTrace:
    """The loop: `items` for a `for`, None for a `while`; `flag` and `counter`: hidden variables of a loop that may
    `break`."""

    def __init__(
        self,
        interpreter: Interpreter,
        node: ast.For | ast.While,
        frame: Frame,
        plans: dict[Key, Plan],
        items: RunTimeItems | None,
        hidden: tuple[str, str] | None,
    ):
        self.interpreter, self.node, self.frame = interpreter, node, frame
        self.plans, self.items, self.hidden = plans, items, hidden
        self.trace = interpreter.trace
        self.slots: dict[Key, Any] = {}
        self.prelude, self.before, self.body = self.trace.new_scope(), Scope(), Scope()
        self.needs_iteration: list[Plan] = []

    # ---- tracing -----------------------------------------------------------------------------------------

    def run(self) -> bool:
        """Traces the loop; whether the plans had to be changed, so that it must be traced again."""
        place = self.trace.location
        with self.trace.writing(self.prelude):
            for key, plan in self.plans.items():
                self._start(key, plan)
            if self.items is not None:
                self.trip = self.trace.ssa(self.items.trip)
        region = self.interpreter.open_region("a loop with a run-time number of iterations")
        self.interpreter.regions.append(region)
        try:
            for plan in self.plans.values():
                self.interpreter.note_store(plan.frame, plan.name)
            dtypes = len(self.trace.dtypes)
            self.frame.loops[-1].dead = self._dead()
            changed = self._trace_for(region) if self.is_for else self._trace_while(region)
            self.dtypes = self.trace.dtypes[dtypes:]
            return changed
        finally:
            self.interpreter.regions.pop()
            region.restore()
            self.trace.location = place

    def _dead(self) -> set[Key]:
        """The variables that nobody reads behind an iteration."""
        return {key for key, plan in self.plans.items() if plan.form == UNKNOWN}

    @property
    def is_for(self) -> bool:
        return self.items is not None and self.hidden is None

    def _start(self, key: Key, plan: Plan) -> None:
        if plan.form == NUMBER:
            self.slots[key] = NumberSlot(self.trace, plan)
        elif plan.form == ARRAY:
            entry = plan.entry
            alone = isinstance(entry, Array) and is_ours(entry.storage)
            alone = alone and not (self.items and any(entry.storage is other for other in self.items.storages()))
            owned = alone and self.interpreter.holders(entry.storage, {}) <= 1
            self.slots[key] = ArraySlot(self.trace, plan, owned)

    def _bind(self, again: bool = False) -> None:
        for key, plan in self.plans.items():
            if key in self.slots:
                slot = self.slots[key]
                put(plan.frame, plan.name, slot.rebind(self.after[key]) if again else slot.bind())
            elif plan.form == UNKNOWN:
                put(plan.frame, plan.name, plan.unknown)

    def _trace_for(self, region: Any) -> bool:
        self.index = self.trace.text.new_name("k")
        self.body = self.trace.new_scope()
        with self.trace.region(self.body):
            k = self._counter(self.index)
            self._bind()
            completion = self._run_body(lambda: self.items.item(k))
            return self._finish(region, completion)

    def _counter(self, name: str) -> Any:
        """The number of the iteration, with what is known of it."""
        from ..width import magnitude

        most = magnitude(self.items.trip)
        k = symbol(self.trace, "index", name, 0, 0, max(most - 1, 0))
        self._assume(k)
        return k

    def _assume(self, k: Any) -> None:
        for fact in [k < self.items.trip, *self.items.facts(k)]:
            self.trace.facts.assume(fact)

    def _run_body(self, item: Any) -> Any:
        interpreter, node, frame = self.interpreter, self.node, self.frame

        def run() -> Any:
            if item is not None:
                interpreter.at(node, frame)
                interpreter.assign(node.target, item(), frame)
            return interpreter.run_block(node.body, frame)

        return interpreter.run_in_region(run)

    def _trace_while(self, region: Any) -> bool:
        self.before = self.trace.new_scope()
        with self.trace.region(self.before):
            self._bind()
            values = region.values()
            condition = self._condition()
            if any(value is not values[key] for key, value in region.values().items()):
                self.interpreter.refuse(self.node, self.frame, "assigning a variable in the test of a run-time 'while'")
            self.test = condition.ssa() if isinstance(condition, SymBool) else self.trace.constant(condition, "i1")
        self.after = {key: self.trace.text.new_name("s") for key in self.slots}
        self.body = self.trace.new_scope()
        with self.trace.region(self.body):
            self._bind(again=True)
            self._assume_test(condition)
            item = None
            if self.items is not None:
                k = self.frame.locals[self.hidden[1]]
                self.trace.facts.assume(k >= 0)
                self._assume(k)
                item = lambda: self.items.item(k)  # noqa: E731
            completion = self._run_body(item)
            if self.items is not None:
                put(self.frame, self.hidden[1], k + 1)
            return self._finish(region, completion)

    def _assume_test(self, condition: Any) -> None:
        """The test holds in the body, as far as it is of numbers that have a name there."""
        if isinstance(condition, SymBool) and condition.op == "and":
            for part in condition.operands:
                self._assume_test(part)
        elif isinstance(condition, SymBool) and condition.op in ("ge", "eq", "ne"):
            self.trace.facts.assume(condition)

    def _condition(self) -> bool | SymBool:
        """Whether there is another iteration."""
        interpreter, frame = self.interpreter, self.frame
        if self.items is not None:
            test = lambda: frame.locals[self.hidden[1]] < self.items.trip  # noqa: E731
        else:
            test = lambda: interpreter.condition(  # noqa: E731
                interpreter.eval_test(self.node.test, frame), self.node.test, frame, "a 'while'"
            )
        if self.hidden is None:
            return test()
        broken = frame.locals[self.hidden[0]]
        return interpreter.choose(~broken, self.node, frame, test, lambda: False)

    # ---- the end of an iteration -------------------------------------------------------------------------

    def _finish(self, region: Any, completion: Any) -> bool:
        ends = region.values()
        changed = False
        for key, (frame, name, entry) in region.entry.items():
            if key not in self.plans and not name.startswith("."):  # but those of inner loops
                self.plans[key] = Plan(frame, name, entry)
                changed = True
        if completion is RAISED:
            ends |= {key: slot.inside for key, slot in self.slots.items()}
        else:
            left = {key: ends[key] if key in self.slots else None for key in ends}
            for key, plan in self.plans.items():
                changed |= key in ends and self._check(key, plan, ends[key], left)
        if changed:
            return True
        cells = {key: slot.cell for key, slot in self.slots.items() if isinstance(slot, ArraySlot)}
        for key in cells:
            others = [cell for other, cell in cells.items() if other != key]
            ends[key] = self.slots[key].detach(ends[key], others)
        for key, slot in self.slots.items():
            slot.finish(ends[key])
        return False

    def _check(self, key: Key, plan: Plan, end: Any, left: dict[Key, Any]) -> bool:
        """Compares what an iteration leaves in a variable with what it found; whether the plan was changed."""
        if plan.form == UNKNOWN or (plan.form != KEEP and key not in self.slots):
            return False
        if plan.form == KEEP:
            same = end is plan.entry or (type(end) is type(plan.entry) and _equal(end, plan.entry))
            return not same and plan.give_up(
                f"the loop makes {_describe(end)} of what is {_describe(plan.entry)} before",
                "give it a value of the type it has in the loop before the loop",
            )
        slot = self.slots[key]
        if isinstance(end, Unknown):
            return plan.give_up(end.why, end.hint)
        if end is MISSING:
            return plan.give_up("the loop deletes it", "leave it")
        if plan.form == NUMBER:
            return kind_of(end) != plan.kind and plan.promote(end)
        return self._check_array(plan, slot, end, left)

    def _check_array(self, plan: Plan, slot: ArraySlot, end: Any, left: dict[Key, Any]) -> bool:
        if end is slot.inside:
            if plan.promoted or slot.scalar:
                return False
            plan.form = KEEP  # only its elements are written
            return True
        if not isinstance(end, (Array, np.generic)) or end.dtype != plan.dtype or _is_scalar(end) != slot.scalar:
            return plan.give_up(
                f"the loop makes {describe(end)} of {describe(slot.cell)}",
                "make it of that dtype before the loop, or convert it with astype in the loop",
            )
        if slot.scalar:
            return False
        if not same_shape(self.trace, end.shape, slot.cell.shape):
            return plan.give_up(
                "its shape changes from one iteration to the next",
                "make an array of the final shape before the loop and write into slices of it",
            )
        if not is_ours(end.storage) or self.interpreter.holders(end.storage, left) > 1:
            hint = f"write {plan.name} = ....copy() in the loop"
            return plan.give_up("in the loop it is a view of another array, or another variable's array", hint)
        if slot.is_disturbed():
            hint = f"write {plan.name} = {plan.name}.copy() before the loop"
            return plan.give_up("the loop writes the array that it is before the loop", hint)
        return False

    def unsure(self) -> list[Plan]:
        """The variables that a loop without iterations must leave alone: they become a new array, or a number of
        another type."""
        return [
            slot.plan
            for slot in self.slots.values()
            if slot.plan.promoted or (isinstance(slot, ArraySlot) and slot.cell.storage.borrowed)
        ]

    # ---- the operation -----------------------------------------------------------------------------------

    def write(self) -> None:
        """Writes the loop, and gives the variables their values behind it."""
        numbers = {key: slot for key, slot in self.slots.items() if isinstance(slot, NumberSlot)}
        base = self.trace.text.new_name("r") if numbers else ""
        kinds = ", ".join(slot.kind for slot in numbers.values())
        self.trace.adopt(self.prelude)
        self.trace.emit_void(self._text(base, numbers, kinds))
        names = {key: f"{base}#{number}" for number, key in enumerate(numbers)}
        for key, plan in self.plans.items():
            self.interpreter.note_store(plan.frame, plan.name)
            if key in self.slots:
                put(plan.frame, plan.name, self.slots[key].result(names.get(key, "")))
            elif plan.form == UNKNOWN:
                put(plan.frame, plan.name, plan.unknown)

    def _text(self, base: str, numbers: dict, kinds: str) -> str:
        head = f"{base}:{len(numbers)} = " if numbers else ""
        given = ", ".join(f"{slot.argument} = {slot.start}" for slot in numbers.values())
        ends = ", ".join(slot.end for slot in numbers.values())
        last = f"scf.yield {ends} : {kinds}" if numbers else "scf.yield"
        body = "\n".join([*self.body.lines, last])
        if self.is_for:
            zero, one = self.trace.constant(0, "index"), self.trace.constant(1, "index")
            carried = f" iter_args({given}) -> ({kinds})" if numbers else ""
            return f"{head}scf.for {self.index} = {zero} to {self.trip} step {one}{carried} {{\n{body}\n    }}"
        arguments = ", ".join(slot.argument for slot in numbers.values())
        passed = f" {arguments} : {kinds}" if numbers else ""
        test = "\n".join([*self.before.lines, f"scf.condition({self.test}){passed}"])
        block = ", ".join(f"{self.after[key]}: {slot.kind}" for key, slot in numbers.items())
        start = f"    ^bb0({block}):\n" if numbers else ""
        given = f"({given}) " if numbers else ""
        types = f": ({kinds}) -> ({kinds})"
        return f"{head}scf.while {given}{types} {{\n{test}\n    }} do {{\n{start}{body}\n    }}"


def _is_scalar(value: Any) -> bool:
    return value.scalar if isinstance(value, Array) else True


def _describe(value: Any) -> str:
    return "not set" if value is MISSING else describe(value)


def _equal(a: Any, b: Any) -> bool:
    try:
        return not isinstance(a, (Array, Unknown)) and bool(a == b)
    except Exception:  # a comparison of a class of its own
        return False
