"""Unary, binary, boolean and comparison operators."""

from __future__ import annotations

import ast
import operator
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Array, as_scalar
from ..literals import filled
from ..messages import has_marker
from ..scalars import SymFloat
from ..symbolic import Sym, SymBool, is_data
from .members import python_method
from .run_time_items import RunTimeRange
from .values import has_traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frames import Frame

BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}

IN_PLACE = {
    ast.Add: operator.iadd,
    ast.Sub: operator.isub,
    ast.Mult: operator.imul,
    ast.Div: operator.itruediv,
    ast.FloorDiv: operator.ifloordiv,
    ast.Mod: operator.imod,
    ast.Pow: operator.ipow,
    ast.MatMult: operator.imatmul,
    ast.LShift: operator.ilshift,
    ast.RShift: operator.irshift,
    ast.BitAnd: operator.iand,
    ast.BitOr: operator.ior,
    ast.BitXor: operator.ixor,
}

_UNARY = {ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Invert: operator.invert}

_COMPARE = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}

#: the ufuncs of NumPy's scalars and arrays
_UFUNCS = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "remainder",
    ast.Pow: "power",
    ast.LShift: "left_shift",
    ast.RShift: "right_shift",
    ast.BitAnd: "bitwise_and",
    ast.BitOr: "bitwise_or",
    ast.BitXor: "bitwise_xor",
}
_COMPARISONS = {
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
}
_QUOTIENTS = (ast.FloorDiv, ast.Mod)
_EXACT = (ast.Add, ast.Sub, ast.Mult)  # on int64 as on run-time integers


def is_numpy(left: Any, right: Any) -> bool:
    """Whether an operation of a run-time Python number is NumPy's because the other side is NumPy's."""
    for number, other in ((left, right), (right, left)):
        if isinstance(number, (Sym, SymFloat, SymBool)) and isinstance(other, (Array, np.generic)):
            return True
    return False


def _number(value: Any) -> int | Sym | None:
    """The integer that a Python int or an int64 scalar is, if it may be a size."""
    if isinstance(value, Array):
        return value.number
    if isinstance(value, Sym) or type(value) is int:
        return value
    return int(value) if isinstance(value, np.int64) else None


def numpy_binary(kind: type, left: Any, right: Any) -> Any:
    """An operation of which one side is an array or a NumPy scalar and the other a run-time Python number, or
    both are integers that may be sizes."""
    from ..ufuncs import binary_operator

    result = binary_operator(_UFUNCS[kind], left, right)
    if kind in _EXACT and isinstance(result, Array) and result.scalar and result.dtype == np.int64:
        a, b = _number(left), _number(right)
        if a is not None and b is not None:
            result.number = BINARY[kind](a, b)
    elif kind in _QUOTIENTS and isinstance(result, Array) and result.scalar and result.dtype == np.int64:
        a, b = _number(left), _number(right)
        if a is not None and b is not None and not is_data(b) and b != 0:  # NumPy divides by 0, with a warning
            result.number = BINARY[kind](a, b)
    return result


def numpy_comparison(kind: type, left: Any, right: Any) -> Any:
    """A comparison of a run-time Python number with an array or a NumPy scalar."""
    from ..ufuncs import apply

    if any(isinstance(v, (list, tuple, str, type(None))) for v in (left, right)):
        return _COMPARE[kind](left, right)
    left, right = (int(v) if isinstance(v, (np.integer, np.bool_)) else v for v in (left, right))
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Array) and (value.number is None or isinstance(other, SymFloat)):
            return apply(_COMPARISONS[kind], left, right)
        if isinstance(value, np.float32) and not isinstance(other, SymBool):
            return apply(_COMPARISONS[kind], left, right)
    left, right = (v.number if isinstance(v, Array) else v for v in (left, right))
    left, right = (float(v) if isinstance(v, np.floating) else v for v in (left, right))
    return _COMPARE[kind](left, right)


def _traced_scalar(left: Any, right: Any) -> bool:
    return any(isinstance(value, Array) and value.number is not None for value in (left, right))


def _truth_type(value: Any) -> type:
    """bool or np.bool_; the type of what is neither."""
    if isinstance(value, (bool, SymBool)):
        return bool
    return np.bool_ if isinstance(value, (np.bool_, Array)) and value.dtype == bool else type(value)


class Operators:
    def eval_BinOp(self, node: ast.BinOp, frame: Frame) -> Any:
        left = self.eval(node.left, frame)
        right = self.eval(node.right, frame)
        self.at(node, frame)
        return self.binary(type(node.op), left, right)

    def binary(self, kind: type, left: Any, right: Any) -> Any:
        if kind is ast.Mod and isinstance(left, (str, bytes)):
            right = self.plain(self.known(right), not re.search(r"%[^sd%]", left if isinstance(left, str) else "%x"))
            if self.describing and isinstance(left, str) and has_marker(right):
                left = left.replace("%d", "%s")  # digits are text there
        elif kind in _UFUNCS and (is_numpy(left, right) or _traced_scalar(left, right)):
            return numpy_binary(kind, left, right)
        return BINARY[kind](left, right)

    def eval_UnaryOp(self, node: ast.UnaryOp, frame: Frame) -> Any:
        is_not = isinstance(node.op, ast.Not)
        value = self.eval_test(node.operand, frame) if is_not else self.eval(node.operand, frame)
        if is_not:
            held = self.condition(value, node, frame, "'not' of a value")
            return not held if isinstance(held, bool) else ~held
        self.at(node, frame)
        return _UNARY[type(node.op)](value)

    # ---- truth -------------------------------------------------------------------------------------------

    def eval_test(self, node: ast.expr, frame: Frame) -> Any:
        """The value of an expression of which only the truth matters: not whether it is a bool or a np.bool_."""
        if isinstance(node, ast.BoolOp):
            return self._bool_op(node, node.values, frame, only_truth=True)
        if isinstance(node, ast.Compare):
            return self._compare(node, frame, only_truth=True)
        return self.eval(node, frame)

    def eval_BoolOp(self, node: ast.BoolOp, frame: Frame) -> Any:
        return self._bool_op(node, node.values, frame, only_truth=False)

    def _bool_op(self, node: ast.BoolOp, operands: list[ast.expr], frame: Frame, only_truth: bool) -> Any:
        value = self.eval_test(operands[0], frame) if only_truth else self.eval(operands[0], frame)
        if len(operands) == 1:
            return value
        is_or = isinstance(node.op, ast.Or)
        first = self.condition(value, operands[0], frame, "an operand of 'or'" if is_or else "an operand of 'and'")
        rest = lambda: self._bool_op(node, operands[1:], frame, only_truth)  # noqa: E731
        if isinstance(first, bool):
            return value if first == is_or else rest()
        return self._joined(value, first, rest, is_or, node, frame, only_truth)

    def _joined(
        self, value: Any, first: SymBool, rest: Callable, is_or: bool, node: ast.expr, frame: Frame, only_truth: bool
    ) -> Any:
        """`value and rest()` (or `or`), where the truth of the value is known at run time only."""
        kinds = {_truth_type(value)}

        def second() -> bool | SymBool:
            other = rest()
            kinds.add(_truth_type(other))
            return self.condition(other, node, frame)

        if is_or:
            held = self.choose(first, node, frame, lambda: True, second)
            self._note_implication(held, first, negated=True)
        else:
            held = self.choose(first, node, frame, second, lambda: False)
            self._note_implication(held, first, negated=False)
        if only_truth or kinds == {bool}:
            return held
        if kinds == {np.bool_}:
            return as_scalar(filled((), held, np.dtype(bool)))
        return self.refuse(
            node,
            frame,
            "'and', 'or' or a chained comparison whose result is one of several types, as the program runs",
            "use it in an 'if' directly, or make bools of all operands: bool(x[i] > 0)",
        )

    def _note_implication(self, held: bool | SymBool, first: SymBool, negated: bool) -> None:
        """`a and b` says a; where `a or b` does not hold, neither does a."""
        if not isinstance(held, bool):
            self.trace.facts.note_implication(*((~held, ~first) if negated else (held, first)))

    def eval_Compare(self, node: ast.Compare, frame: Frame) -> Any:
        return self._compare(node, frame, only_truth=False)

    def _compare(self, node: ast.Compare, frame: Frame, only_truth: bool) -> Any:
        return self._chain(node, 0, self.eval(node.left, frame), frame, only_truth)

    def _chain(self, node: ast.Compare, k: int, left: Any, frame: Frame, only_truth: bool) -> Any:
        """The comparisons from number k on."""
        right = self.eval(node.comparators[k], frame)
        self.at(node, frame)
        result = self.compare(node.ops[k], left, right)
        if k + 1 == len(node.ops):
            is_np = type(node.ops[k]) in _COMPARISONS and _traced_scalar(left, right)
            is_np_bool = is_np and not only_truth and isinstance(result, (bool, SymBool))
            return as_scalar(filled((), result, np.dtype(bool))) if is_np_bool else result
        held = self.condition(result, node, frame, "a chained comparison")
        rest = lambda: self._chain(node, k + 1, right, frame, only_truth)  # noqa: E731
        if isinstance(held, bool):
            return rest() if held else result
        return self._joined(result, held, rest, False, node, frame, only_truth)

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(op, (ast.In, ast.NotIn)):
            found = self.contains(right, left)
            return not found if isinstance(op, ast.NotIn) else found
        if type(op) in _COMPARISONS and (is_numpy(left, right) or _traced_scalar(left, right)):
            return numpy_comparison(type(op), left, right)
        return _COMPARE[type(op)](left, right)

    def contains(self, container: Any, item: Any) -> bool:
        if isinstance(container, RunTimeRange):
            container = self.known_range(container)
        if isinstance(container, (dict, set, frozenset)):
            item = self.key(item)
        elif isinstance(container, str) or (isinstance(container, range) and has_traced(item)):
            item = self.known(item)
        method = python_method(container, "__contains__")
        if method is not None:
            return bool(self.call(method, (container, item), {}))
        return operator.contains(container, item)

    def eval_IfExp(self, node: ast.IfExp, frame: Frame) -> Any:
        condition = self.condition(self.eval_test(node.test, frame), node.test, frame)
        taken, other = (lambda: self.eval(node.body, frame)), (lambda: self.eval(node.orelse, frame))
        if isinstance(condition, bool):
            return taken() if condition else other()
        return self.choose(condition, node, frame, taken, other)
