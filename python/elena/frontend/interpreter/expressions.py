"""Expressions: names, displays, subscripts, f-strings, lambdas, walrus."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Array
from .frames import Frame, InterpretedFunction, builtin_named
from .members import is_value, python_method
from .run_time_items import RunTimeRange
from .values import TRACED, type_of
from .variables import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

_STEP_LIMIT = 2_000_000


class Expressions:
    def eval(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression."""
        method: Callable | None = getattr(self, "eval_" + type(node).__name__, None)
        if method is None:
            self.refuse(node, frame, f"the expression '{type(node).__name__}'")
        self.steps += 1
        if self.steps > _STEP_LIMIT:
            self.refuse(
                node,
                frame,
                f"more than {_STEP_LIMIT:,} steps of Python at compile time",
                "make long computations array operations",
            )
        return method(node, frame)

    # ---- atoms -------------------------------------------------------------------------------------------

    def eval_Constant(self, node: ast.Constant, frame: Frame) -> Any:
        return node.value

    def eval_Name(self, node: ast.Name, frame: Frame) -> Any:
        return self.load_name(frame.mangled(node.id), node, frame)

    def load_name(self, name: str, node: ast.AST, frame: Frame) -> Any:
        if name in frame.scope.local:
            if name in frame.locals:
                return self._load_local(name, node, frame, frame)
            self.at(node, frame)
            raise UnboundLocalError(f"cannot access local variable '{name}' where it is not associated with a value")
        enclosing = frame.enclosing_with(name)
        if enclosing is not None:
            if name in enclosing.locals:
                return self._load_local(name, node, frame, enclosing)
            self.at(node, frame)
            raise NameError(f"cannot access free variable '{name}' where it is not associated with a value")
        if not frame.is_global(name):
            cell = frame.cell(name)
            if cell is not None:
                return self._load_cell(cell, name, node, frame)
        if name in frame.globals:
            self.at(node, frame)
            return self.environment.read_global(frame.globals, name, frame.globals[name])
        self.at(node, frame)
        return builtin_named(frame, name)

    def _load_local(self, name: str, node: ast.AST, frame: Frame, owner: Frame) -> Any:
        value = owner.locals[name]
        if self.regions:
            self.note_load(owner, name)
        if isinstance(value, Unknown):
            return self.refuse(node, frame, f"'{name}' here: {value.why}", value.hint)
        return value

    def _load_cell(self, cell: Any, name: str, node: ast.AST, frame: Frame) -> Any:
        self.at(node, frame)
        try:
            value = cell.cell_contents
        except ValueError:
            raise NameError(
                f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            ) from None
        return self.environment.read_cell(cell, name, value)

    # ---- displays ----------------------------------------------------------------------------------------

    def eval_items(self, nodes: list[ast.expr], frame: Frame) -> list:
        items: list = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items.extend(self.iterate(self.eval(node.value, frame), node.value, frame))
            else:
                items.append(self.eval(node, frame))
        return items

    def eval_Tuple(self, node: ast.Tuple, frame: Frame) -> tuple:
        return tuple(self.eval_items(node.elts, frame))

    def eval_List(self, node: ast.List, frame: Frame) -> list:
        return self.eval_items(node.elts, frame)

    def eval_Set(self, node: ast.Set, frame: Frame) -> set:
        return {self.key(item) for item in self.eval_items(node.elts, frame)}

    def eval_Dict(self, node: ast.Dict, frame: Frame) -> dict:
        result: dict = {}
        for key, value in zip(node.keys, node.values):
            if key is None:
                result.update(self.eval(value, frame))
            else:
                name = self.key(self.eval(key, frame))
                result[name] = self.eval(value, frame)
        return result

    def eval_Starred(self, node: ast.Starred, frame: Frame) -> Any:
        return self.refuse(node, frame, "a starred expression here")

    def eval_Slice(self, node: ast.Slice, frame: Frame) -> slice:
        parts = [None if part is None else self.eval(part, frame) for part in (node.lower, node.upper, node.step)]
        return slice(*parts)

    # ---- access ------------------------------------------------------------------------------------------

    def eval_Subscript(self, node: ast.Subscript, frame: Frame) -> Any:
        holder = self.eval(node.value, frame)
        index = self.eval(node.slice, frame)
        self.at(node, frame)
        return self.traceable(self.get_item(holder, index))

    def get_item(self, holder: Any, index: Any) -> Any:
        if isinstance(holder, RunTimeRange):
            holder = self.known_range(holder)
        if isinstance(holder, (dict, list, tuple)) and not is_value(holder):
            return self.get_item_of_object(holder, index)
        if isinstance(holder, dict):
            index = self.key(index)
        elif isinstance(holder, (str, bytes, range)):
            index = self.known(index)
        elif not isinstance(holder, (Array, list, tuple)):
            return self.get_item_of_object(holder, index)
        elif isinstance(index, slice) and not isinstance(holder, Array):
            index = self.known(index)
        if isinstance(index, Array) and not isinstance(holder, Array):
            index = self._list_index(index)
        return operator.getitem(holder, index)

    def get_item_of_object(self, holder: Any, index: Any) -> Any:
        method = python_method(holder, "__getitem__")
        if method is not None:
            return self.call(method, (holder, index), {})
        if isinstance(holder, TRACED):
            raise TypeError(f"'{type_of(holder).__name__}' object is not subscriptable")
        if type(holder).__name__ == "IndexExpression":  # np.s_, np.index_exp
            return operator.getitem(holder, index)
        index = self.known(index)
        value = operator.getitem(holder, index)
        if is_value(holder) or isinstance(holder, type) or self.environment.is_local(holder):
            return value
        return self.environment.read_item(holder, index, value)

    def traceable(self, value: Any) -> Any:
        """Refuses an array whose place in the environment is not known: its elements would become constants."""
        if isinstance(value, np.ndarray):
            self.refuse_here(
                "an array that is kept where compiled code cannot look it up at each call",
                "pass it as an argument, or keep it in a global, an attribute, a list, a tuple or a dict",
            )
        return value

    def _list_index(self, index: Array) -> Any:
        return self.refuse_here(
            "choosing an item of a list or tuple by an array element",
            "stack the items into one array (np.stack) and index that",
        )

    def eval_Attribute(self, node: ast.Attribute, frame: Frame) -> Any:
        holder = self.eval(node.value, frame)
        self.at(node, frame)
        return self.traceable(self.get_attribute(holder, frame.mangled(node.attr)))

    # ---- functions ---------------------------------------------------------------------------------------

    def eval_Lambda(self, node: ast.Lambda, frame: Frame) -> InterpretedFunction:
        return self.make_function(node, frame)

    def make_function(self, node: ast.FunctionDef | ast.Lambda, frame: Frame) -> InterpretedFunction:
        arguments = node.args
        defaults = tuple(self.eval(default, frame) for default in arguments.defaults)
        kwdefaults = {
            name.arg: self.eval(default, frame)
            for name, default in zip(arguments.kwonlyargs, arguments.kw_defaults)
            if default is not None
        }
        function = InterpretedFunction(self, node, frame, defaults, kwdefaults)
        if function.scope.forbidden is not None:
            self.refuse_generator(function.scope.forbidden, frame)
        return function

    def refuse_generator(self, node: ast.AST, frame: Frame) -> Any:
        word = "await" if isinstance(node, ast.Await) else "yield"
        return self.refuse(node, frame, f"'{word}'", "collect the values in a list and return it")

    def eval_NamedExpr(self, node: ast.NamedExpr, frame: Frame) -> Any:
        value = self.eval(node.value, frame)
        self.store_name(node.target.id, value, node, frame.owner())
        return value

    def eval_Yield(self, node: ast.expr, frame: Frame) -> Any:
        return self.refuse_generator(node, frame)

    eval_YieldFrom = eval_Await = eval_Yield

    # ---- text --------------------------------------------------------------------------------------------

    def eval_JoinedStr(self, node: ast.JoinedStr, frame: Frame) -> str:
        return "".join(part.value if isinstance(part, ast.Constant) else self.eval(part, frame) for part in node.values)

    def eval_FormattedValue(self, node: ast.FormattedValue, frame: Frame) -> str:
        value = self.eval(node.value, frame)
        self.at(node.value, frame)
        value = self.known(value)
        self.plain(value, node.conversion in (-1, ord("s")))
        if node.conversion != -1:
            value = {"s": str, "r": repr, "a": ascii}[chr(node.conversion)](value)
        spec = "" if node.format_spec is None else self.eval(node.format_spec, frame)
        self.plain(value, not spec and node.conversion in (-1, ord("s")))
        if self.describing and not isinstance(value, TRACED):
            try:
                return format(value, spec)
            except (TypeError, ValueError):
                return str(value)
        return format(value, spec)
