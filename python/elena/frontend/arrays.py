"""Array: an abstract ndarray. Its operators and methods emit tensorref operations."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from .dtypes import ref_type
from .errors import fail, unsupported
from .layout import contiguous_strides, product
from .symbolic import Sym
from .trace import Trace


class Storage:
    """One allocation: that of an argument (`leaf`) or a fresh one."""

    __slots__ = ("below", "borrowed", "leaf", "name", "writes")

    def __init__(self, leaf: int | None = None, name: str = ""):
        self.leaf, self.name, self.writes = leaf, name, 0
        #: holds a copy of what may, in NumPy, be another array itself (a variable that a loop may not assign)
        self.borrowed = False
        #: what the elements are probably less than (`suppose`)
        self.below: int | Sym | None = None


def _operator(name: str):
    def method(self, other):
        return _ufuncs().binary_operator(name, self, other)

    return method


def _reflected(name: str):
    def method(self, other):
        return _ufuncs().binary_operator(name, other, self)

    return method


def _in_place(name: str):
    def method(self, other):
        return _ufuncs().in_place_operator(name, self, other)

    return method


def _unary(name: str):
    def method(self):
        return _ufuncs().apply(name, self)

    return method


def _method(module: str, name: str):
    def implementation():
        return getattr(importlib.import_module(f".{module}", __package__), name)

    def method(self, *args, **kwargs):
        function = implementation()
        function.__qualname__ = function.__qualname__.removesuffix("_method")  # for Python's TypeErrors
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.implementation = implementation
    return method


def _refused(name: str, hint: str):
    def method(self, *args, **kwargs):
        unsupported(f"ndarray.{name}", hint)

    return method


def _ufuncs():
    from . import ufuncs

    return ufuncs


class Array:
    """An array (or NumPy scalar, `scalar=True`) while tracing: metadata, an SSA name and the storage it views.

    shape: ints and Syms; element_strides: the same, in elements (`strides` is in bytes, as NumPy's).
    """

    __array_ufunc__ = None
    __array_priority__ = 1000.0
    #: the run-time integer that a NumPy scalar is known to be (np.prod(x.shape)): it may be a size
    number: Sym | None = None
    #: the function that made a read-only view of writeable elements
    read_only_by: str | None = None

    def __init__(
        self, trace, name, type_text, dtype, shape, strides, storage, *, writeable=True, scalar=False
    ):
        self.owner: Trace = trace
        self.name: str = name
        self.type: str = type_text
        self.dtype: np.dtype = dtype
        self.shape: tuple = tuple(shape)
        self.element_strides: tuple = tuple(strides)
        self.storage: Storage = storage
        self.writeable: bool = writeable
        self.scalar: bool = scalar

    def __repr__(self) -> str:
        return f"Array({self.name}, {self.dtype}, shape={self.shape})"

    __hash__ = object.__hash__

    # ---- attributes --------------------------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int | Sym:
        return product(self.shape)

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> int | Sym:
        return self.size * self.itemsize

    @property
    def strides(self) -> tuple:
        return tuple(stride * self.itemsize for stride in self.element_strides)

    @property
    def T(self) -> Array:
        return self.transpose()

    @property
    def mT(self) -> Array:
        return self.swapaxes(-1, -2)

    @property
    def real(self) -> Array:
        return self

    @property
    def flags(self):
        unsupported("ndarray.flags", "compilation must not depend on the layout of an array")

    flat = base = ctypes = data = imag = property(
        lambda self: unsupported("this ndarray attribute", "use x.reshape(-1) or indexing instead")
    )

    # ---- containers --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.owner.concretize(self.length())

    def length(self) -> int | Sym:
        """len(x), possibly a run-time value."""
        if not self.shape:
            fail(TypeError, "len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            fail(TypeError, "iteration over a 0-d array")
        return (self[index] for index in range(len(self)))

    def __contains__(self, value: Any):
        unsupported("`in` with an array", "write (x == value).any()")

    def __getitem__(self, key: Any):
        return _indexing().get_item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _indexing().set_item(self, key, value)

    # ---- conversions -------------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        if self.shape and not all(type(size) is int and size == 1 for size in self.shape):
            fail(
                ValueError,
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
            )
        unsupported("a decision that depends on array elements", "use np.where or a mask instead of `if`")

    def _scalar_value(self):
        from .host import load

        if any(type(size) is not int or size != 1 for size in self.shape):
            fail(TypeError, "only 0-dimensional arrays can be converted to Python scalars")
        return load(self)

    def __index__(self) -> int:
        return self.owner.concretize(self._scalar_value())

    __int__ = __index__

    def __float__(self) -> float:
        return float(self._scalar_value())

    def __format__(self, specification: str) -> str:
        if not specification:
            return repr(self)
        return format(float(self), specification)

    def __copy__(self):
        return self.copy()

    def item(self, *index):
        """A Python scalar: a run-time value of the host."""
        from .host import load

        array = (
            self[index] if index and self.ndim == len(index) else self.reshape(-1)[index[0] if index else 0]
        )
        return load(array)

    # ---- operators ---------------------------------------------------------------------------------------

    __add__, __radd__, __iadd__ = _operator("add"), _reflected("add"), _in_place("add")
    __sub__, __rsub__, __isub__ = _operator("subtract"), _reflected("subtract"), _in_place("subtract")
    __mul__, __rmul__, __imul__ = _operator("multiply"), _reflected("multiply"), _in_place("multiply")
    __truediv__, __rtruediv__, __itruediv__ = _operator("divide"), _reflected("divide"), _in_place("divide")
    __floordiv__, __rfloordiv__ = _operator("floor_divide"), _reflected("floor_divide")
    __ifloordiv__ = _in_place("floor_divide")
    __mod__, __rmod__, __imod__ = _operator("remainder"), _reflected("remainder"), _in_place("remainder")
    __pow__, __rpow__, __ipow__ = _operator("power"), _reflected("power"), _in_place("power")
    __and__, __rand__, __iand__ = (
        _operator("bitwise_and"),
        _reflected("bitwise_and"),
        _in_place("bitwise_and"),
    )
    __or__, __ror__, __ior__ = _operator("bitwise_or"), _reflected("bitwise_or"), _in_place("bitwise_or")
    __xor__, __rxor__, __ixor__ = (
        _operator("bitwise_xor"),
        _reflected("bitwise_xor"),
        _in_place("bitwise_xor"),
    )
    __lshift__, __rlshift__, __ilshift__ = (
        _operator("left_shift"),
        _reflected("left_shift"),
        _in_place("left_shift"),
    )
    __rshift__, __rrshift__ = _operator("right_shift"), _reflected("right_shift")
    __irshift__ = _in_place("right_shift")
    __eq__, __ne__ = _operator("equal"), _operator("not_equal")
    __lt__, __le__ = _operator("less"), _operator("less_equal")
    __gt__, __ge__ = _operator("greater"), _operator("greater_equal")
    __neg__, __pos__, __abs__, __invert__ = (
        _unary("negative"),
        _unary("positive"),
        _unary("absolute"),
        _unary("invert"),
    )

    def __matmul__(self, other):
        from .linalg import matmul

        return matmul(self, other)

    def __rmatmul__(self, other):
        from .linalg import matmul

        return matmul(other, self)

    def __imatmul__(self, other):
        from .linalg import matmul

        return matmul(self, other, out=self)

    def __divmod__(self, other):
        return self // other, self % other

    def __rdivmod__(self, other):
        return other // self, other % self

    def __round__(self, digits=None):
        from .rounding import round_

        if digits is None:
            unsupported("round(x) of an array element", "write np.round(x)")
        return round_(self, digits)

    # ---- methods -----------------------------------------------------------------------------------------

    astype = _method("creation", "astype")
    copy = _method("creation", "copy_method")
    fill = _method("assign", "fill")
    reshape = _method("shaping", "reshape_method")
    ravel = _method("shaping", "ravel")
    flatten = _method("shaping", "flatten")
    transpose = _method("shaping", "transpose_method")
    swapaxes = _method("shaping", "swapaxes")
    squeeze = _method("shaping", "squeeze")
    diagonal = _method("shaping", "diagonal")
    repeat = _method("joining", "repeat")
    take = _method("selection", "take")
    sum = _method("reductions", "sum_")
    prod = _method("reductions", "prod")
    min = _method("reductions", "min_")
    max = _method("reductions", "max_")
    any = _method("reductions", "any_")
    all = _method("reductions", "all_")
    argmin = _method("reductions", "argmin")
    argmax = _method("reductions", "argmax")
    cumsum = _method("reductions", "cumsum")
    cumprod = _method("reductions", "cumprod")
    mean = _method("statistics", "mean")
    var = _method("statistics", "var")
    std = _method("statistics", "std")
    ptp = _method("statistics", "ptp")
    clip = _method("rounding", "clip")
    round = _method("rounding", "round_")
    dot = _method("linalg", "dot")
    conj = conjugate = _unary("positive")
    trace = trace_sum = _method("shaping", "trace_")
    view = _method("creation", "view_method")
    compress = _refused("compress", "write x[mask]")
    nonzero = _refused("nonzero", "use a boolean mask, x[mask]")
    sort = _refused("sort", "sort before the compiled function")
    argsort = _refused("argsort", "sort before the compiled function")
    tolist = _refused("tolist", "keep the values in an array")
    tobytes = _refused("tobytes", "call it outside the compiled function")
    resize = _refused("resize", "write np.resize outside, or x.reshape")
    put = _refused("put", "write x[index] = values")
    partition = _refused("partition", "sort before the compiled function")
    searchsorted = _refused("searchsorted", "call it outside the compiled function")


def _indexing():
    from . import indexing

    return indexing


# ---- making arrays -----------------------------------------------------------------------------------------


def view_of(
    source: Array, operation: str, shape: tuple, strides: tuple, *, writeable=None, scalar=False, maker=None
) -> Array:
    """The array that `operation` (text without the types) makes as a view of `source`; `maker`: the function that
    users call for it."""
    type_text = ref_type(shape, source.dtype)
    name = source.owner.emit(f"{operation} : {source.type} to {type_text}")
    keep = source.writeable if writeable is None else writeable
    result = Array(
        source.owner,
        name,
        type_text,
        source.dtype,
        shape,
        strides,
        source.storage,
        writeable=keep,
        scalar=scalar,
    )
    result.read_only_by = maker if source.writeable and not keep else source.read_only_by
    return result


def operand_list(trace: Trace, sizes) -> str:
    return "[" + ", ".join(trace.operand(size) for size in sizes) + "]"


def allocate(shape: tuple, dtype: np.dtype, order: list[int] | None = None, *, scalar: bool = False) -> Array:
    """A fresh uninitialised array; `order`: its axes, slowest first (default C order)."""
    trace = _current()
    shape = tuple(shape)
    stored = shape if order is None else tuple(shape[axis] for axis in order)
    type_text = ref_type(stored, dtype)
    name = trace.emit(f"tensorref.alloc {operand_list(trace, stored)} : {type_text}", "t")
    strides = contiguous_strides(stored)
    array = Array(trace, name, type_text, dtype, stored, strides, Storage(), scalar=scalar)
    if order is None or order == list(range(len(shape))):
        return array
    from .views import transpose

    inverse = [order.index(axis) for axis in range(len(shape))]
    return transpose(array, inverse)


def alias_of(array: Array) -> Array:
    """Another object for the same elements."""
    return Array(
        array.owner, array.name, array.type, array.dtype, array.shape, array.element_strides, array.storage,
        scalar=array.scalar,
    )  # fmt: skip


def copy_into(source: Array, target: Array) -> None:
    """target[...] = source: same shape and dtype."""
    target.owner.emit_void(f"tensorref.copy {source.name} to {target.name} : {source.type}, {target.type}")


def check_writeable(array: Array) -> None:
    """NumPy's ValueError for read-only arrays; it says what made them so."""
    if array.writeable:
        return
    name, maker = array.storage.name, array.read_only_by
    why = f": argument {name!r}" if name else ""
    if maker is not None:
        why = f": the view was made read-only by {maker}; write to the array it views, or to a copy"
    fail(ValueError, "assignment destination is read-only" + why)


def mark_written(array: Array) -> None:
    """The array's elements are about to be written: refused for read-only arrays."""
    check_writeable(array)
    array.storage.writes += 1
    if array.storage.leaf is not None:
        array.owner.argument_writes += 1
        array.owner.written.add(array.storage.leaf)


def snapshot(array: Array) -> Array:
    """A NumPy scalar: a copy of a 0-d array's element."""
    result = allocate((), array.dtype, scalar=True)
    copy_into(array, result)
    return result


def as_scalar(array: Array) -> Array:
    """A fresh 0-d array as the NumPy scalar that NumPy gives instead; other arrays as they are."""
    if not array.shape and not array.scalar:
        return Array(
            array.owner,
            array.name,
            array.type,
            array.dtype,
            (),
            (),
            array.storage,
            writeable=True,
            scalar=True,
        )
    return array


def as_zero_d(array: Array) -> Array:
    """A NumPy scalar as a 0-d array (np.asarray(scalar)): a new object."""
    if array.scalar:
        result = allocate((), array.dtype)
        copy_into(array, result)
        return result
    return array


def _current() -> Trace:
    trace = Trace.current()
    if trace is None:
        raise RuntimeError("no function is being traced")
    return trace


def shape_text(shape: tuple) -> str:
    """(3,4) as in NumPy's messages."""
    sizes = [Trace.current().numbers.text(size) for size in shape]
    return "(" + ",".join(sizes) + (",)" if len(sizes) == 1 else ")")
