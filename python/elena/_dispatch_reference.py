"""The dispatcher in plain Python: the specification of `_elena.Dispatcher`, and its oracle in tests.

Selected with ``ELENA_DISPATCH=reference``. It follows ``_protocol.py`` step by step and calls the native
entries through ctypes.
"""

from __future__ import annotations

import ctypes
import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _protocol as P
from .frontend.tracing import is_open, make_leaf

_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_ALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
_FAIL = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_int64), ctypes.c_int32)
_LAUNCH = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int32
)
_REF = (ctypes.POINTER(ctypes.c_int64), ctypes.c_int32, ctypes.c_int32)  # words, rank, bytes of an element
_OVERLAP = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, *_REF, *_REF)
_OVERLAP_BUDGET = 4096  # of NumPy's own steps


class _Runtime(ctypes.Structure):
    _fields_ = [("alloc", _ALLOC), ("fail", _FAIL), ("launch", _LAUNCH), ("overlap", _OVERLAP), ("parallel", ctypes.c_void_p)]
    # No `parallel`: kernels run as one part.


class Runtime:
    """One call's ElenaRuntime: keeps the storages it gave out, and the failed check."""

    def __init__(self) -> None:
        self.storages: dict[int, np.ndarray] = {}
        self.failure: tuple[int, list[int]] | None = None
        self.struct = _Runtime(_ALLOC(self._alloc), _FAIL(self._fail), _LAUNCH(self._launch), _OVERLAP(self._overlap))

    def _alloc(self, _: int, size: int) -> int | None:
        try:
            memory = np.empty(size + 64, np.uint8)
        except (MemoryError, ValueError):  # negative: more than can be counted
            return None
        start = memory.ctypes.data
        aligned = -(-start // 64) * 64
        self.storages[aligned] = memory[aligned - start :]
        return aligned

    def _fail(self, _: int, check: int, values: Any, count: int) -> None:
        self.failure = (check, [values[k] for k in range(count)])

    def _launch(self, *_: int) -> int:
        return 1

    def _overlap(self, _: int, *refs: Any) -> int:
        """By NumPy: independent of `elena_overlap`, which the other dispatcher asks."""
        a, b = _array_of(*refs[:3]), _array_of(*refs[3:])
        try:
            return int(np.shares_memory(a, b, max_work=_OVERLAP_BUDGET))
        except RuntimeError:  # TooHardError
            return 1


def _array_of(words: Any, rank: int, itemsize: int) -> np.ndarray:
    """The memory of an argument of the entry."""
    interface = {
        "data": (words[0], False),
        "shape": tuple(words[1 : 1 + rank]),
        "strides": tuple(stride * itemsize for stride in words[1 + rank : 1 + 2 * rank]),
        "typestr": f"|V{itemsize}",
        "version": 3,
    }
    return np.asarray(_Memory(None, interface))


class Dispatcher:
    """Calls of one function: key -> versions -> native entry -> results."""

    def __init__(self, trace_and_compile: Callable, normalize: Callable, refuse: Callable, exact_count: int):
        self._trace_and_compile = trace_and_compile
        self._normalize = normalize
        self._refuse = refuse
        self._exact_count = exact_count
        self._versions: dict[Any, list[P.Version]] = {}
        self._alive: list[Any] = []
        self.calls = 0
        self.guard_misses = 0

    def clear(self) -> None:
        self._versions.clear()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        exact = not kwargs and len(args) == self._exact_count
        bound = args if exact else self._normalize(*args, **kwargs)
        leaves: list[P.Leaf] = []
        key = tuple(self._key(value, leaves, (k,), 0, bound) for k, value in enumerate(bound))
        versions = self._versions.setdefault(key, [])
        alias = "apart"
        while True:
            status, result = self._run_known(versions, bound, leaves, alias)
            if status == P.GUARD:
                status, result = self._compile_and_run(versions, bound, leaves, alias)
            if status == P.OK:
                return result
            alias = _next_alias(alias, leaves)

    def _run_known(self, versions: list, bound: tuple, leaves: list[P.Leaf], alias: str) -> tuple[int, Any]:
        for version in list(versions):
            if version.alias == alias:
                status, result = self._try(version, bound, leaves)
                if status != P.GUARD:
                    return status, result
                self.guard_misses += 1
        return P.GUARD, None

    def _compile_and_run(self, versions: list, bound: tuple, leaves: list[P.Leaf], alias: str) -> tuple[int, Any]:
        version = self._trace_and_compile(bound, alias)
        versions.append(version)
        status, result = self._try(version, bound, leaves)
        if status == P.GUARD or (status == P.OVERLAP and alias == "overlap"):
            message = "internal error: a version compiled for these arguments refused them"
            raise RuntimeError(f"{message} (status {status})")
        return status, result

    # ---- keys --------------------------------------------------------------------------------------------

    def _key(self, value: Any, leaves: list[P.Leaf], path: tuple, depth: int, bound: tuple) -> Any:
        if is_open(value):
            if depth >= P.MAX_DEPTH:
                self._refuse(bound)
            items = value.items() if type(value) is dict else enumerate(value)
            parts = [(k, type(k), self._key(item, leaves, (*path, k), depth + 1, bound)) for k, item in items]
            return (type(value), *parts)
        try:
            leaf = make_leaf(value, path, "")
        except TypeError:
            self._refuse(bound)
            raise
        leaves.append(leaf)
        if leaf.kind != P.LEAF_CONSTANT:
            return (leaf.kind, type(value) if leaf.kind == P.LEAF_INT else leaf.array)
        return self._constant_key(value)

    def _constant_key(self, value: Any) -> Any:
        method = type(value).__hash__
        if method is not None and method is not object.__hash__:
            try:
                hash(value)
                return (type(value), value, getattr(value, "dtype", None) if isinstance(value, np.generic) else None)
            except TypeError:
                pass
        self._alive.append(value)
        return (type(value), id(value))

    # ---- environment -------------------------------------------------------------------------------------

    def _fetch(self, item: P.Guard | P.Capture, leaves: list[P.Leaf]) -> Any:
        holder = leaves[item.leaf].value if item.leaf >= 0 else item.holder
        try:
            if item.fetch == P.FETCH_GLOBAL:
                return holder.get(item.name, P)
            if item.fetch == P.FETCH_CELL:
                return holder.cell_contents
            if item.fetch == P.FETCH_ATTRIBUTE:
                return getattr(holder, item.name)
            if item.fetch == P.FETCH_ITEM:
                return holder[item.name]
            return len(holder)
        except (ValueError, AttributeError, LookupError, TypeError):
            return P  # nothing equals this module

    def _holds(self, guard: P.Guard, leaves: list[P.Leaf]) -> bool:
        now, expected = self._fetch(guard, leaves), guard.expected
        if now is expected:
            return True
        if type(now) is not type(expected) or type(now) not in (int, float, str, bytes):
            return False
        if type(now) is float:
            return struct.pack("d", now) == struct.pack("d", expected)
        return now == expected

    # ---- running -----------------------------------------------------------------------------------------

    def _try(self, version: P.Version, bound: tuple, leaves: list[P.Leaf]) -> tuple[int, Any]:
        if not all(self._holds(guard, leaves) for guard in version.guards):
            return P.GUARD, None
        captures = [self._fetch(capture, leaves) for capture in version.captures]
        for capture, value in zip(version.captures, captures):
            if type(value) is not np.ndarray or make_leaf(value, (), "").array != capture.kind:
                return P.GUARD, None
        values = [leaf.value for leaf in leaves] + captures
        kinds = [leaf.kind for leaf in leaves] + [P.LEAF_ARRAY] * len(captures)
        keep: list[np.ndarray] = []
        words: list[int] = []
        for kind, value in zip(kinds, values):
            words.extend(_words(kind, value, keep))
        return self._run(version, bound, values, words)

    def _make_runtime(self) -> Runtime:
        return Runtime()

    def _run(self, version: P.Version, bound: tuple, values: list, words: list[int]) -> tuple[int, Any]:
        arguments = np.array(words or [0], np.int64)
        results = np.zeros(sum(2 + 2 * r if r >= 0 else 1 for r in version.result_ranks) + 1, np.int64)
        runtime = self._make_runtime()
        entry = _ENTRY(version.entry)
        status = entry(arguments.ctypes.data, results.ctypes.data, ctypes.addressof(runtime.struct))
        if status in (P.GUARD, P.OVERLAP):
            return status, None
        if status == P.CHECK:
            raise _check_error(version, runtime)
        if status != P.OK:
            raise MemoryError() if status == P.OUT_OF_MEMORY else RuntimeError("a kernel could not be launched")
        return status, _Results(version, bound, values, results.tolist(), runtime).build(version.plan)


def _next_alias(alias: str, leaves: list[P.Leaf]) -> str:
    """What is tried for a call that a version made for `alias` says overlaps."""
    arrays = [leaf for leaf in leaves if leaf.kind in (P.LEAF_ARRAY, P.LEAF_SCALAR)]
    identities: list[Any] = []
    for k, leaf in enumerate(arrays):
        at = leaf.value.__array_interface__["data"][0] if leaf.kind == P.LEAF_ARRAY else ("scalar", k)
        identities.append((at, np.dtype(leaf.value.dtype).name, leaf.value.shape, leaf.value.strides))
    first = [identities.index(identity) for identity in identities]
    if alias == "apart" and len(set(first)) < len(first):
        return "same:" + ",".join(map(str, first))
    return "overlap"


def _words(kind: int, value: Any, keep: list[np.ndarray]) -> list[int]:
    if kind == P.LEAF_CONSTANT:
        return []
    if kind == P.LEAF_INT:
        return [int(value)]
    if kind == P.LEAF_FLOAT:
        return [struct.unpack("q", struct.pack("d", value))[0]]
    array = np.asarray(value)
    keep.append(array)
    strides = [stride // array.itemsize for stride in array.strides]
    return [array.__array_interface__["data"][0], *array.shape, *strides]


def entry_words(traced: Any) -> list[int]:
    """The entry's argument words for the call that was traced. They hold addresses of arrays, which may be gone."""
    kinds = [leaf.kind for leaf in traced.leaves] + [P.LEAF_ARRAY] * len(traced.captured)
    values = [leaf.value for leaf in traced.leaves] + list(traced.captured)
    return [word for kind, value in zip(kinds, values) for word in _words(kind, value, [])]


def _check_error(version: P.Version, runtime: Runtime) -> Exception:
    import builtins

    check, values = runtime.failure or (0, [])
    kind, message = version.checks[check]

    def fill(hole: re.Match) -> str:
        k = int(hole[1])
        return str(values[k]) if k < len(values) else hole[0]

    return getattr(builtins, kind)(re.sub(r"\{([0-9])\}", fill, message))


class _Memory:
    """Shows memory to NumPy and keeps its owner alive."""

    def __init__(self, owner: Any, interface: dict):
        self.owner = owner
        self.__array_interface__ = interface


class _Results:
    """Builds the result objects of one call from the plan."""

    def __init__(self, version: P.Version, bound: tuple, values: list, words: list[int], runtime: Runtime):
        self.bound, self.values, self.words, self.runtime = bound, values, words, runtime
        self.offsets = [0]
        for rank in version.result_ranks:
            self.offsets.append(self.offsets[-1] + (2 + 2 * rank if rank >= 0 else 1))
        self.ranks = version.result_ranks
        self.arrays: dict[int, Any] = {}
        self.containers: list[Any] = []

    def build(self, plan: P.Plan) -> Any:
        if plan.tag == P.PLAN_CONSTANT:
            return plan.value
        if plan.tag == P.PLAN_ARRAY:
            if plan.ordinal not in self.arrays:
                self.arrays[plan.ordinal] = self._array(plan)
            return self.arrays[plan.ordinal]
        if plan.tag == P.PLAN_SCALAR:
            return self._scalar(plan)
        if plan.tag == P.PLAN_LEAF:
            return self.values[plan.ordinal]
        if plan.tag == P.PLAN_PATH:
            value: Any = self.bound
            for key in plan.path:
                value = value[key]
            return value
        if plan.tag == P.PLAN_SAME:
            return self.containers[plan.ordinal]
        return self._container(plan)

    def _container(self, plan: P.Plan) -> Any:
        place = len(self.containers)
        self.containers.append(None)
        items = [self.build(item) for item in plan.items]
        if plan.tag == P.PLAN_DICT:
            result: Any = dict(zip(plan.keys, items))
        elif plan.tag == P.PLAN_CALL:
            result = plan.cls(*items)
        else:
            result = tuple(items) if plan.tag == P.PLAN_TUPLE else items
        self.containers[place] = result
        return result

    def _scalar(self, plan: P.Plan) -> Any:
        word = self.words[self.offsets[plan.ordinal]]
        if plan.scalar_kind == "float":
            return struct.unpack("d", struct.pack("q", word))[0]
        return bool(word & 1) if plan.scalar_kind == "bool" else word

    def _array(self, plan: P.Plan) -> Any:
        start, rank = self.offsets[plan.ordinal], self.ranks[plan.ordinal]
        storage, data, *rest = self.words[start : start + 2 + 2 * rank]
        dtype = np.dtype(plan.dtype)
        owner = self.values[plan.base] if plan.base >= 0 else self.runtime.storages[storage]
        interface = {
            "data": (data, not plan.writeable),
            "shape": tuple(rest[:rank]),
            "strides": tuple(stride * dtype.itemsize for stride in rest[rank:]),
            "typestr": dtype.str,
            "version": 3,
        }
        array = np.asarray(_Memory(owner, interface))
        return array[()] if plan.scalar else array
