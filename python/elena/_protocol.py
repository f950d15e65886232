"""What crosses the boundary between the dispatcher (C++: ``_elena.Dispatcher``) and Python.

Readable reference implementation of everything said here: ``_dispatch_reference.py``.

A call ``f(*args, **kwargs)``
-----------------------------
1. **Normalise.** ``bound`` is a tuple with one object per parameter of the function, in
   order (``*args`` as one tuple, ``**kwargs`` as one dict). If there are no keyword
   arguments and ``len(args) == exact_count`` then ``bound = args``, else
   ``bound = normalize(*args, **kwargs)`` (it raises Python's TypeError itself).
   ``exact_count`` is -1 for functions with ``*args``/``**kwargs``/keyword-only parameters.
2. **Flatten** ``bound`` depth first, left to right, into *leaves*. Only exact ``tuple``,
   exact ``list``, exact ``dict`` (in insertion order; its keys are part of the key: type and
   equality) and tuple subclasses with ``_fields`` (namedtuples; the class is part of the key) are
   opened. More than 32 levels deep: ``refuse``. Every leaf has an ordinal 0, 1, 2 ...; constants count too.
3. **Kind** of a leaf, one of LEAF_*:
   * exact ``np.ndarray`` -> LEAF_ARRAY, and ``ArrayKind`` below goes into the key.
   * exact ``np.float32``/``np.float64`` scalar -> LEAF_SCALAR: as a read-only 0-d array of its dtype
     (the dispatcher keeps the value alive during the call). Key: the dtype.
   * exact ``int`` with abs(value) < INT_LIMIT -> LEAF_INT (run-time value); larger ones are constants, so that
     arithmetic on them is Python's. Exact ``float`` -> LEAF_FLOAT.
   * exact NumPy scalars of the integer DTYPES with abs(value) < INT_LIMIT -> LEAF_INT. Key: the dtype too.
   * ``np.ndarray`` subclasses (masked arrays), or arrays whose dtype is not in DTYPES, not native
     byte order, or with a stride that is no multiple of the item size, and
     scalars of other numpy float types: call ``refuse(bound)``, which raises TypeError naming the argument.
   * everything else -> LEAF_CONSTANT: known at compile time. In the key by type and equality when
     ``type(value).__hash__`` is not ``object.__hash__`` and not None and ``hash(value)`` works
     (str, bool, None, dtype, np.bool_, enums, frozen dataclasses); else by identity
     (functions, classes, modules, ``self``). The key holds a strong reference. float-like
     constants never occur (they are LEAF_FLOAT).
4. **Key** = structure + kinds. ``versions[key]`` is a list of Version, in order of creation.
5. What is assumed of the arguments: ``alias = "apart"``. For each version of that alias whose environment guards
   hold (``Guard``), fetch its captures (``Capture``), fill the words (elena.h) and call ``entry(words, results, runtime)``:
   the function's arguments are the run-time leaves (ARRAY, SCALAR, INT, FLOAT) in leaf order, then
   the captures in order. Ordinals of captures as leaves: ``len(leaves) + k``.
   * 0 OK: build the result (``plan``). Free every storage that no result needs.
   * 1 GUARD: guard_misses += 1; try the next version.
   * 2 OVERLAP: start again with the next alias. (Not counted as a guard miss.) After "apart" comes, if some of the
     call's arrays are the very same ref (address, dtype, shape, strides), "same:0,0,2": for each LEAF_ARRAY and
     LEAF_SCALAR in leaf order the number of the first that is the same (a scalar is itself only; captures are not
     looked at). After that, or if there are none, comes "overlap".
   * 3 CHECK: raise the exception ``checks[check]`` = (exception type's name, message with {0} {1} ... filled in).
   * 4 OUT_OF_MEMORY: MemoryError. 5 LAUNCH: RuntimeError.
   No version left: ``version = trace_and_compile(bound, alias)``; append it to ``versions[key]`` and run it. A fresh
   version that says OVERLAP: the next alias. One that says GUARD, or OVERLAP with alias "overlap": RuntimeError
   (internal error). Exceptions of trace_and_compile propagate; nothing is remembered.
   Recursion and threads: trace_and_compile may call other dispatchers, and Python code may run meanwhile.
6. calls += 1 per call.

Constructor: ``_elena.Dispatcher(trace_and_compile, normalize, refuse, exact_count)``. It can be subclassed from
Python (``class Function(_elena.Dispatcher)`` adds ``__get__``, ``lower`` ...; needs ``__dict__``; no GC surprises: implement
tp_traverse/tp_clear). Attributes: ``calls``, ``guard_misses`` (ints, readable), method ``clear()`` forgets all versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: dtypes of arrays that may be passed (by ``dtype.num``'s name); all in native byte order.
DTYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")

INT_LIMIT = 2**31  # products of two run-time integers stay within 64 bits
LEAF_ARRAY, LEAF_SCALAR, LEAF_INT, LEAF_FLOAT, LEAF_CONSTANT = range(5)

#: sizes 0..SMALL are part of the kind; larger ones are run-time values
SMALL = 4
MAX_DEPTH = 32

OK, GUARD, OVERLAP, CHECK, OUT_OF_MEMORY, LAUNCH = range(6)


@dataclass(frozen=True)
class ArrayKind:
    """The facts about an array that a version is compiled for. The C++ key holds exactly these."""

    dtype: str  # "float32"
    ndim: int
    writeable: bool
    contiguous: bool  # C-contiguous (flags.c_contiguous)
    sizes: tuple[int | None, ...]  # 0..SMALL, else None (run-time)
    unit_inner: bool  # strides[-1] == itemsize (False for rank 0)
    mergeable: tuple[bool, ...]  # per k < ndim-1: stride[k] == stride[k+1] * size[k+1]
    zero: tuple[bool, ...]  # per dim: stride == 0
    injective: bool  # distinct indices are distinct elements, by the sufficient test of `is_injective`
    scalar: bool = False  # a NumPy scalar (LEAF_SCALAR), not a 0-d array
    aligned: bool = True  # element 0 and all others are where the dtype is usually (flags.aligned)


@dataclass(frozen=True)
class Leaf:
    """One leaf of a call as the tracer sees it. (Python only; C++ need not build it.)"""

    kind: int  # LEAF_*
    value: Any  # the actual object: array, int, float, constant
    path: tuple  # where it is in `bound`: (parameter index, key, key ...)
    array: ArrayKind | None = None
    name: str = ""  # "boxes[1]"


# ---- environment -------------------------------------------------------------------------------------------

#: how to fetch the current object from `holder` (or, where leaf >= 0, from the call's leaf of that ordinal)
FETCH_GLOBAL = 0  # holder: dict (a module's globals); name: str.   dict.get(name); absent -> guard fails
FETCH_CELL = 1  # holder: cell.                                   cell.cell_contents; empty -> fails
FETCH_ATTRIBUTE = 2  # holder: any object; name: str.                 getattr; AttributeError -> fails
FETCH_ITEM = 3  # holder: list/tuple/dict; name: index or key.     holder[name]; missing -> fails
FETCH_LENGTH = 4  # holder: list/tuple/dict/set.                    len(holder); compare with int `expected`


@dataclass
class Guard:
    """Holds if the fetched object `is` expected, or both have the same exact type among int, float, str and
    bytes and are equal (floats: same bits)."""

    fetch: int
    holder: Any
    name: Any
    expected: Any
    leaf: int = -1


@dataclass
class Capture:
    """An array found in the environment: an extra run-time argument. Holds if the fetched object is
    an exact np.ndarray with this ArrayKind."""

    fetch: int
    holder: Any
    name: Any
    kind: ArrayKind
    leaf: int = -1


# ---- results -----------------------------------------------------------------------------------------------

PLAN_CONSTANT = 0  # value
PLAN_ARRAY = 1  # see ArrayPlan
PLAN_SCALAR = 2  # see ScalarPlan
PLAN_LEAF = 3  # ordinal: the leaf's (or capture's) object itself
PLAN_PATH = 4  # path: bound[path[0]][path[1]]...  (a list or dict argument returned itself)
PLAN_TUPLE = 5  # items: tuple of plans
PLAN_LIST = 6  # items
PLAN_DICT = 7  # keys: tuple of constants; items
PLAN_CALL = 8  # cls(*items): a namedtuple (or another known class)
PLAN_SAME = 9  # ordinal: the same object as the k-th container (pre-order count of TUPLE, LIST, DICT, CALL)


@dataclass
class Plan:
    tag: int
    value: Any = None  # CONSTANT
    ordinal: int = -1  # ARRAY, SCALAR: which result of the function; LEAF: which leaf; SAME
    items: tuple["Plan", ...] = ()  # TUPLE LIST DICT CALL
    keys: tuple = ()  # DICT
    cls: Any = None  # CALL
    path: tuple = ()  # PATH
    # ARRAY:
    dtype: str = ""  # "float32"
    scalar: bool = False  # give a NumPy scalar (read from the 0-d result)
    base: int = -1  # leaf ordinal whose memory this is a view of; -1: a storage of the entry's own.
    writeable: bool = True
    # SCALAR:
    scalar_kind: str = ""  # "int" | "float" | "bool" -> Python int/float/bool from the result word


# Rules for ARRAY: shape and strides (elements) come from the result words. base >= 0: the NumPy array's base is
# that leaf's array. base == -1: results whose storage pointer words are equal share one owner of that
# storage (a capsule that frees it), so they are views of each other's memory. Equal ordinals are the same Python object.


@dataclass
class Version:
    """One compiled version of a function."""

    entry: int  # address, signature ElenaEntry of elena.h
    alias: str  # "apart" | "overlap" | "same:0,0,2"
    plan: Plan
    result_ranks: tuple[int, ...]  # per result of the function: rank of a ref (2 + 2*rank words), or -1 (one word)
    guards: list[Guard] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)  # (exception name, message)
    keep: Any = None  # the _elena.Compiled object: keeps the code alive
