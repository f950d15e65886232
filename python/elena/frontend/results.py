"""What the function returns: results of @main and the plan that builds Python objects from them."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from typing import Any

from .._protocol import (
    PLAN_ARRAY,
    PLAN_CALL,
    PLAN_CONSTANT,
    PLAN_DICT,
    PLAN_LEAF,
    PLAN_LIST,
    PLAN_PATH,
    PLAN_SAME,
    PLAN_SCALAR,
    PLAN_TUPLE,
    Plan,
)
from .arrays import Array
from .interpreter.returned import is_rebuilt
from .scalars import SymFloat
from .symbolic import Sym, SymBool


class ResultBuilder:
    """Collects the results in order; equal objects are one result."""

    def __init__(self, trace, paths: dict[int, tuple | Plan]):
        self.trace = trace
        self.paths = paths
        self.names: list[str] = []
        self.types: list[str] = []
        self.ranks: list[int] = []
        self._ordinals: dict[Any, int] = {}
        self._containers: dict[int, int] = {}
        self._count = 0
        self._keep: list[Any] = []

    def plan(self, value: Any) -> Plan:
        if isinstance(value, Array):
            return self._array(value)
        if isinstance(value, (Sym, SymFloat, SymBool)):
            return self._scalar(value)
        if type(value) is OrderedDict and id(value) not in self.paths:
            return self._call(value, OrderedDict, [dict(value)])
        if isinstance(value, (tuple, list, dict)):
            return self._container(value)
        if type(value) is set:
            return self._call(value, set, [list(value)])
        if is_rebuilt(value):
            return self._call(
                value, type(value), [getattr(value, field.name) for field in dataclasses.fields(value)]
            )
        return Plan(PLAN_CONSTANT, value=value)

    def _call(self, value: Any, cls: Any, arguments: list) -> Plan:
        """`cls(*arguments)`, made anew at each call."""
        if id(value) in self._containers:
            return Plan(PLAN_SAME, ordinal=self._containers[id(value)])
        self._keep += arguments  # ids must stay unique
        self._containers[id(value)] = self._count
        self._count += 1
        return Plan(PLAN_CALL, cls=cls, items=tuple(self.plan(item) for item in arguments))

    def _array(self, array: Array) -> Plan:
        for argument, leaf in zip(self.trace.arguments, self.trace.leaves):
            if argument is array:
                return Plan(PLAN_LEAF, ordinal=leaf)
        ordinal = self._add(id(array), array.name, array.type, array.ndim)
        leaf = array.storage.leaf
        return Plan(
            PLAN_ARRAY,
            ordinal=ordinal,
            dtype=array.dtype.name,
            scalar=array.scalar,
            base=-1 if leaf is None else leaf,
            writeable=array.writeable,
        )

    def _scalar(self, value: Sym | SymFloat | SymBool) -> Plan:
        kind, text = {Sym: ("int", "index"), SymFloat: ("float", "f64"), SymBool: ("bool", "i1")}[type(value)]
        name = value.ssa()
        ordinal = self._add((kind, name), name, text, -1)
        return Plan(PLAN_SCALAR, ordinal=ordinal, scalar_kind=kind)

    def _add(self, key: Any, name: str, type_text: str, rank: int) -> int:
        if key not in self._ordinals:
            self._ordinals[key] = len(self.names)
            self.names.append(name)
            self.types.append(type_text)
            self.ranks.append(rank)
        return self._ordinals[key]

    def _container(self, value: Any) -> Plan:
        if id(value) in self.paths:
            place = self.paths[id(value)]
            return place if isinstance(place, Plan) else Plan(PLAN_PATH, path=place)
        if id(value) in self._containers:
            return Plan(PLAN_SAME, ordinal=self._containers[id(value)])
        self._containers[id(value)] = self._count
        self._count += 1
        if isinstance(value, dict):
            items = tuple(self.plan(item) for item in value.values())
            return Plan(PLAN_DICT, keys=tuple(value), items=items)
        items = tuple(self.plan(item) for item in value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return Plan(PLAN_CALL, cls=type(value), items=items)
        return Plan(PLAN_TUPLE if isinstance(value, tuple) else PLAN_LIST, items=items)
