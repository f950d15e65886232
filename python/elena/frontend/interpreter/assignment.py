"""Assignment, augmented assignment and del."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from ..arrays import Array
from .operators import IN_PLACE, is_numpy

if TYPE_CHECKING:
    from .frames import Frame


def _keeps(holder: Any, item: Any) -> bool:
    """Whether storing `item` back where it was read from changes nothing: x[...] gave a view, so `x[...] += y`
    has written x already; a list or dict holds the object."""
    return item.storage is holder.storage if isinstance(holder, Array) else isinstance(holder, (list, dict))


_LOCAL_CONTAINERS = (list, dict, bytearray)


class Assignment:
    def run_Assign(self, node: ast.Assign, frame: Frame) -> None:
        value = self.eval(node.value, frame)
        for target in node.targets:
            self.assign(target, value, frame)

    def run_AnnAssign(self, node: ast.AnnAssign, frame: Frame) -> None:
        if node.value is not None:
            self.assign(node.target, self.eval(node.value, frame), frame)

    def assign(self, target: ast.expr, value: Any, frame: Frame) -> None:
        """Stores a value in a target: a name, an item, an attribute, or a tuple of targets."""
        if isinstance(target, ast.Name):
            self.store_name(target.id, value, target, frame)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, frame)
        elif isinstance(target, ast.Subscript):
            holder = self.eval(target.value, frame)
            index = self.eval(target.slice, frame)
            self.at(target, frame)
            self.set_item(holder, index, value)
        elif isinstance(target, ast.Attribute):
            holder = self.eval(target.value, frame)
            self.at(target, frame)
            self.set_attribute(holder, frame.mangled(target.attr), value)
        else:
            self.refuse(target, frame, f"assigning to '{type(target).__name__}'")

    def store_name(self, name: str, value: Any, node: ast.AST, frame: Frame) -> None:
        name = frame.mangled(name)
        if name in frame.scope.local:
            self.note_store(frame, name)
            frame.locals[name] = value
            return
        enclosing = frame.enclosing_with(name)
        if frame.is_global(name) or enclosing is None:
            kind = "global" if frame.is_global(name) or frame.cell(name) is None else "nonlocal"
            self.refuse(
                node,
                frame,
                f"assigning to the {kind} '{name}'",
                "return the value and let the caller keep it, or write into an array",
            )
        self.note_store(enclosing, name)
        enclosing.locals[name] = value

    def _unpack(self, target: ast.Tuple | ast.List, value: Any, frame: Frame) -> None:
        if isinstance(value, Array) and value.ndim:
            items = self._unpack_array(target, value, frame)
        else:
            try:
                items = list(self.iterate(value, target, frame))
            except TypeError:
                self.at(target, frame)
                raise TypeError(f"cannot unpack non-iterable {type(value).__name__} object") from None
        starred = [k for k, element in enumerate(target.elts) if isinstance(element, ast.Starred)]
        wanted = len(target.elts)
        self.at(target, frame)
        if starred:
            before, after = starred[0], wanted - starred[0] - 1
            if len(items) < wanted - 1:
                raise ValueError(f"not enough values to unpack (expected at least {wanted - 1}, got {len(items)})")
            end = len(items) - after
            items = [*items[:before], list(items[before:end]), *items[end:]]
        elif len(items) < wanted:
            raise ValueError(f"not enough values to unpack (expected {wanted}, got {len(items)})")
        elif len(items) > wanted:
            raise ValueError(f"too many values to unpack (expected {wanted})")
        for element, item in zip(target.elts, items):
            self.assign(element.value if isinstance(element, ast.Starred) else element, item, frame)

    def _unpack_array(self, target: ast.Tuple | ast.List, value: Array, frame: Frame) -> list:
        """`a, b = x`: the number of rows must be what the target says (known without unrolling)."""
        self.at(target, frame)
        wanted = len(target.elts)
        if any(isinstance(element, ast.Starred) for element in target.elts):
            return list(self.iterate(value, target, frame))
        if value.shape[0] == wanted:
            return [value[k] for k in range(wanted)]
        count = self.trace.concretize(value.shape[0])
        if count > wanted:
            raise ValueError(f"too many values to unpack (expected {wanted})")
        raise ValueError(f"not enough values to unpack (expected {wanted}, got {count})")

    # ---- items -------------------------------------------------------------------------------------------

    def set_item(self, holder: Any, index: Any, value: Any) -> None:
        if isinstance(holder, Array):
            operator.setitem(holder, index, value)
            return
        self.check_mutable(holder, "changing")
        if isinstance(holder, dict):
            index = self.key(index)
        elif isinstance(index, (slice, Array)):
            index = self.known(index)
        if isinstance(index, slice) and isinstance(value, Array):
            value = list(self.iterate(value))
        operator.setitem(holder, index, value)

    def check_mutable(self, holder: Any, what: str) -> None:
        """Refuses to change what the caller owns, or what a branch or loop of run time cannot change."""
        self.note_change(holder, what)
        description = self.environment.foreign.get(id(holder))
        if description is not None:
            self.refuse_here(
                f"{what} {description}: it belongs to the caller and would keep compile-time values",
                "make a copy first (list(...), dict(...)), or return a new one",
            )
        local = isinstance(holder, (_LOCAL_CONTAINERS, set)) or self.environment.is_local(holder)
        if not local and isinstance(holder, (str, bytes, tuple, range, frozenset)):
            return  # Python's own TypeError follows
        if not local:
            self.refuse_here(
                f"{what} a {type(holder).__name__} that exists outside this call",
                "return the new value and let the caller store it",
            )

    # ---- augmented ---------------------------------------------------------------------------------------

    def run_AugAssign(self, node: ast.AugAssign, frame: Frame) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            before = self.load_name(frame.mangled(target.id), target, frame)
            after = self._augment(node, before, frame)
            if after is not before or not self._reads_outside(target.id, frame):
                self.store_name(target.id, after, target, frame)
        elif isinstance(target, ast.Subscript):
            holder = self.eval(target.value, frame)
            index = self.eval(target.slice, frame)
            self.at(target, frame)
            before = self.get_item(holder, index)
            after = self._augment(node, before, frame)
            self.at(target, frame)
            if not (after is before and _keeps(holder, before)):
                self.set_item(holder, index, after)
        elif isinstance(target, ast.Attribute):
            holder = self.eval(target.value, frame)
            self.at(target, frame)
            name = frame.mangled(target.attr)
            before = self.get_attribute(holder, name)
            after = self._augment(node, before, frame)
            self.at(target, frame)
            self.set_attribute(holder, name, after, before)

    def _reads_outside(self, name: str, frame: Frame) -> bool:
        return name not in frame.scope.local and frame.enclosing_with(name) is None

    def _augment(self, node: ast.AugAssign, before: Any, frame: Frame) -> Any:
        value = self.eval(node.value, frame)
        self.at(node, frame)
        if isinstance(before, (list, dict, set)):
            self.check_mutable(before, "changing")
            if isinstance(before, list) and isinstance(value, Array):
                value = list(self.iterate(value, node.value, frame))
        kind = type(node.op)
        if kind is ast.Mod and isinstance(before, str):
            value = self.known(value)
        if is_numpy(before, value) and not (isinstance(before, Array) and not before.scalar):
            return self.binary(kind, before, value)
        return IN_PLACE[kind](before, value)

    # ---- del ---------------------------------------------------------------------------------------------

    def run_Delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            self._delete(target, frame)

    def _delete(self, target: ast.expr, frame: Frame) -> None:
        if isinstance(target, ast.Name):
            self.load_name(target.id, target, frame)
            if target.id not in frame.scope.local:
                self.refuse(target, frame, f"deleting the name '{target.id}' of an enclosing scope")
            self.note_store(frame, target.id)
            del frame.locals[target.id]
        elif isinstance(target, ast.Subscript):
            holder = self.eval(target.value, frame)
            index = self.eval(target.slice, frame)
            self.at(target, frame)
            if isinstance(holder, Array):
                raise ValueError("cannot delete array elements")
            self.check_mutable(holder, "changing")
            operator.delitem(holder, self.key(index))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._delete(element, frame)
        else:
            holder = self.eval(target.value, frame)
            self.at(target, frame)
            if not self.environment.is_local(holder):
                self.refuse(target, frame, "deleting an attribute of an object that exists outside this call")
            delattr(holder, target.attr)
