"""Unary, binary, boolean and comparison operators."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays import Array
from ..scalars import SymFloat
from ..symbolic import Sym, SymBool
from .members import python_method
from .values import has_traced

if TYPE_CHECKING:
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


class Operators:
    def eval_BinOp(self, node: ast.BinOp, frame: Frame) -> Any:
        left = self.eval(node.left, frame)
        right = self.eval(node.right, frame)
        self.at(node, frame)
        return self.binary(type(node.op), left, right)

    def binary(self, kind: type, left: Any, right: Any) -> Any:
        if kind is ast.Mod and isinstance(left, (str, bytes)):
            right = self.known(right)
        elif kind in _UFUNCS and (is_numpy(left, right) or _traced_scalar(left, right)):
            return numpy_binary(kind, left, right)
        return BINARY[kind](left, right)

    def eval_UnaryOp(self, node: ast.UnaryOp, frame: Frame) -> Any:
        value = self.eval(node.operand, frame)
        if isinstance(node.op, ast.Not):
            return not self.truth(value, node, frame, "'not' of a value")
        self.at(node, frame)
        return _UNARY[type(node.op)](value)

    def eval_BoolOp(self, node: ast.BoolOp, frame: Frame) -> Any:
        is_or = isinstance(node.op, ast.Or)
        word = "'or'" if is_or else "'and'"
        for operand in node.values[:-1]:
            value = self.eval(operand, frame)
            if self.truth(value, operand, frame, f"an operand of {word}") == is_or:
                return value
        return self.eval(node.values[-1], frame)

    def eval_Compare(self, node: ast.Compare, frame: Frame) -> Any:
        left = self.eval(node.left, frame)
        result: Any = True
        for k, (op, comparator) in enumerate(zip(node.ops, node.comparators)):
            if k and not self.truth(result, node, frame, "a chained comparison"):
                return result
            right = self.eval(comparator, frame)
            self.at(node, frame)
            result = self.compare(op, left, right)
            left = right
        return result

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if isinstance(op, (ast.In, ast.NotIn)):
            found = self.contains(right, left)
            return not found if isinstance(op, ast.NotIn) else found
        if type(op) in _COMPARISONS and (is_numpy(left, right) or _traced_scalar(left, right)):
            return numpy_comparison(type(op), left, right)
        return _COMPARE[type(op)](left, right)

    def contains(self, container: Any, item: Any) -> bool:
        if isinstance(container, (dict, set, frozenset)):
            item = self.key(item)
        elif isinstance(container, str) or (isinstance(container, range) and has_traced(item)):
            item = self.known(item)
        method = python_method(container, "__contains__")
        if method is not None:
            return bool(self.call(method, (container, item), {}))
        return operator.contains(container, item)

    def eval_IfExp(self, node: ast.IfExp, frame: Frame) -> Any:
        condition = self.eval(node.test, frame)
        chosen = node.body if self.truth(condition, node.test, frame) else node.orelse
        return self.eval(chosen, frame)
