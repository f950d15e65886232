"""Arguments of the compiled function: symbols for what is known at run time only."""

from __future__ import annotations

import numpy as np

from .arrays import Array, Storage, as_scalar
from .dtypes import element_range, mlir_type, ref_type
from .layout import contiguous_strides
from .literals import filled
from .scalars import SymFloat
from .trace import SMALL


def array_argument(trace, kind, hints, name: str, leaf: int) -> Array:
    """One array argument; sizes 0..SMALL and the strides that the kind implies are static."""
    shape_hints, stride_hints = hints
    dtype = np.dtype(kind.dtype)
    ssa = f"%arg{len(trace.arguments)}"
    pending: list = []  # (SymbolTable symbol, metadata op, dimension)

    def symbol(what: str, dimension: int, hint: int, low: float):
        value = trace.symbols.symbol(f"{name}.{what}[{dimension}]", None, int(hint), low=low)
        pending.append((value, {"shape": "dim", "strides": "stride"}[what], dimension))
        return value

    shape = tuple(
        size if size is not None else symbol("shape", d, shape_hints[d], SMALL + 1)
        for d, size in enumerate(kind.sizes)
    )
    strides = _strides(kind, shape, stride_hints, symbol)
    layout = ", ".join(str(s) if isinstance(s, int) else "?" for s in strides)
    type_text = ref_type(shape, dtype, f", strided<[{layout}]>")
    for value, operation, dimension in pending:
        (((atom,), _),) = value.terms.items()
        atom.ssa = trace.emit(f"tensorref.{operation} {ssa}, {dimension} : {type_text}", "n")
    known = zip(strides, contiguous_strides(shape))
    if not kind.contiguous:
        _guard_merges(trace, kind, ssa, type_text, strides)
    fresh = kind.contiguous and 0 not in kind.sizes and all((a == b) is True for a, b in known)
    attribute = " {tensorref.contiguous}" if fresh else " {tensorref.injective}" if kind.injective else ""
    trace.text.parameters.append(f"{ssa}: {type_text}{attribute}")
    storage = Storage(leaf=leaf, name=name)
    array = Array(
        trace, ssa, type_text, dtype, shape, strides, storage, writeable=kind.writeable, scalar=kind.scalar
    )
    trace.arguments.append(array)
    trace.leaves.append(leaf)
    return array


def _strides(kind, shape: tuple, hints: tuple, symbol) -> tuple:
    """The strides from the last dimension on: known by contiguity, merging and zero bits, else symbols."""
    ndim = len(shape)
    strides: list = [None] * ndim
    fresh = contiguous_strides(shape)
    has_empty = any(size == 0 for size in kind.sizes)
    for d in reversed(range(ndim)):
        if kind.contiguous and not has_empty and kind.sizes[d] != 1:
            strides[d] = fresh[d]
        elif kind.zero[d]:
            strides[d] = 0
        elif d == ndim - 1 and kind.unit_inner:
            strides[d] = 1
        elif d < ndim - 1 and kind.mergeable[d]:
            strides[d] = strides[d + 1] * shape[d + 1]
        else:
            strides[d] = symbol("strides", d, hints[d], float("-inf"))
            strides[d].table.trace.facts.assume(strides[d] != 0)
    return tuple(strides)


def _guard_merges(trace, kind, ssa: str, type_text: str, strides: tuple) -> None:
    """Strides that follow from others: true of every call of the kind; a saved entry has other callers."""
    for d, stride in enumerate(strides[:-1]):
        if isinstance(stride, int) or not kind.mergeable[d] or kind.zero[d]:
            continue
        actual = trace.emit(f"tensorref.stride {ssa}, {d} : {type_text}", "n")
        same = trace.emit(f"arith.cmpi eq, {actual}, {trace.ssa(stride)} : index", "c")
        trace.emit_void(f"tensorref.guard {same}")


def int_argument(trace, hint: int, name: str, leaf: int, low=float("-inf"), high=float("inf")):
    """A Python int: a run-time integer from `low` to `high`."""
    ssa = f"%arg{len(trace.arguments)}"
    trace.text.parameters.append(f"{ssa}: index")
    value = trace.symbols.symbol(name, ssa, int(hint), low=low, high=high)
    (((atom,), _),) = value.terms.items()
    atom.number = True
    trace.arguments.append(value)
    trace.leaves.append(leaf)
    return value


def float_argument(trace, hint: float, name: str, leaf: int) -> SymFloat:
    ssa = f"%arg{len(trace.arguments)}"
    trace.text.parameters.append(f"{ssa}: {mlir_type(np.dtype(np.float64))}")
    value = SymFloat(trace, ssa, float(hint))
    trace.arguments.append(value)
    trace.leaves.append(leaf)
    return value


def numpy_integer(trace, value: np.integer, name: str, leaf: int, fixed: bool) -> Array | np.integer:
    """A NumPy scalar that may be a size, like the Python int of its value; `fixed`: it is what it is in this call."""
    number = int_argument(trace, int(value), name, leaf, *element_range(value.dtype))
    if fixed:
        return value.dtype.type(trace.concretize(number))
    scalar = as_scalar(filled((), number, value.dtype))
    scalar.number = number
    return scalar
