"""Unary, binary, boolean and comparison operators."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

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


class Operators:
    def eval_BinOp(self, node: ast.BinOp, frame: Frame) -> Any:
        left = self.eval(node.left, frame)
        right = self.eval(node.right, frame)
        self.at(node, frame)
        return self.binary(type(node.op), left, right)

    def binary(self, kind: type, left: Any, right: Any) -> Any:
        if kind is ast.Mod and isinstance(left, (str, bytes)):
            right = self.known(right)
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
