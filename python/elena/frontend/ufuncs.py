"""Calling ufuncs on arrays: loop dtypes, broadcasting, output allocation, the map."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from . import scalar_ops as ops
from .arrays import Array, allocate, as_scalar, mark_written, shape_text
from .broadcasting import broadcast_message, broadcast_shapes, check_assignable, fit, is_one, require_shape
from .casts import cast
from .dtypes import BOOL, dtype_of, is_float, is_integer, mlir_type
from .errors import CastError, fail, located, unsupported
from .host import element, is_host_scalar, weak_type
from .layout import iterator_order
from .literals import as_operand
from .registry import register
from .scalars import SymFloat
from .suppose import note_result
from .symbolic import Sym, SymBool, is_data
from .trace import Trace
from .ufunc_table import TABLE, Ufunc


def is_traced(value: Any) -> bool:
    """Whether a value belongs to the trace (or is a container with one that does)."""
    if isinstance(value, (list, tuple)):
        return any(is_traced(item) for item in value)
    return isinstance(value, (Array, Sym, SymFloat, SymBool, np.ndarray))


def apply(
    name: str, *inputs: Any, out=None, where=True, dtype=None, casting="same_kind", order="K", **extra: Any
):
    """np.<name>(*inputs, out=, where=, dtype=, casting=) as NumPy computes it."""
    if extra.pop("subok", True) is not True or extra:
        unsupported(f"np.{name}(..., {', '.join(extra) or 'subok'}=)", "leave the argument out")
    function = TABLE[name]
    if isinstance(out, tuple):
        (out,) = out
    operands = [as_operand(value) for value in inputs]
    types, result_type = loop_dtypes(function, operands, dtype, casting)
    shortcut = _shortcut(name, operands, types)
    if shortcut is not None:
        function = shortcut
    operands = _comparable(name, operands, types)
    return _run(function, operands, types, result_type, out, where, casting)


def _run(function: Ufunc, operands, types, result_type, out, where, casting):
    trace = Trace.current()
    arrays = [operand for operand in operands if isinstance(operand, Array)]
    mask = None if where is True else _mask(where)
    shapes = [array.shape for array in arrays] + ([mask.shape] if mask is not None else [])
    if out is not None:
        _check_out(function, result_type, out, casting)
        shape = _out_shape(shapes, out)
        target = out
    else:
        shape = broadcast_shapes(*shapes)
        target = new_output(shape, result_type, arrays)
    destination = target
    if mask is not None:
        destination = allocate(shape, target.dtype)
    fitted = [fit(operand, shape) if isinstance(operand, Array) else operand for operand in operands]
    emit_map(trace, function, fitted, types, result_type, destination)
    note_result(function.name, operands, target)
    if mask is not None:
        masked = fit(mask, shape)
        trace.emit_void(
            f"tensorref.masked_copy {destination.name} to {target.name} where {masked.name} : "
            f"{destination.type}, {target.type}, {masked.type}"
        )
    return out if out is not None else as_scalar(target)


def _mask(where: Any) -> Array:
    from .literals import as_array

    mask = as_array(where)
    if mask.dtype != BOOL:
        fail(
            TypeError,
            f"Cannot cast array data from {mask.dtype!r} to dtype('bool') according to the rule 'safe'",
        )
    return mask


def emit_map(trace, function: Ufunc, operands, types, result_type, out: Array) -> None:
    """tensorref.map: cast the inputs to the loop dtypes, compute, cast to the output's dtype."""
    arrays = [operand for operand in operands if isinstance(operand, Array)]
    region = trace.text.region()
    parameters = [trace.text.new_name("a") for _ in arrays]
    names, remaining = [], list(parameters)
    for operand, loop_type in zip(operands, types):
        if isinstance(operand, Array):
            names.append(cast(region, remaining.pop(0), operand.dtype, loop_type))
        else:
            names.append(element(trace, region, operand, loop_type))
    value = cast(region, function.emit(region, types, *names), result_type, out.dtype)
    write_map(trace, arrays, parameters, region, [(value, out)])


def write_map(trace, arrays, parameters, region, results) -> None:
    """The text of a map whose region is made; results: (value name, output Array)."""
    outs = [out for _, out in results]
    text = "tensorref.map "
    if arrays:
        text += f"ins({', '.join(a.name for a in arrays)} : {', '.join(a.type for a in arrays)}) "
    text += f"outs({', '.join(o.name for o in outs)} : {', '.join(o.type for o in outs)}) {{"
    block = ", ".join(f"{name}: {mlir_type(a.dtype)}" for name, a in zip(parameters, arrays))
    yielded = ", ".join(value for value, _ in results)
    kinds = ", ".join(mlir_type(out.dtype) for out in outs)
    region.emit_void(f"tensorref.yield {yielded} : {kinds}")
    head = [f"    ^bb0({block}):"] if arrays else []
    body = "\n".join([text, *head, *region.lines, "    }"])
    trace.emit_void(body)


def new_output(shape: tuple, dtype: np.dtype, arrays: list[Array]) -> Array:
    """A fresh output in the order in which NumPy would allocate it."""
    strides = [aligned_strides(array, shape) for array in arrays]
    return allocate(shape, dtype, iterator_order(shape, strides) if len(shape) > 1 else None)


def aligned_strides(array: Array, shape: tuple) -> tuple:
    """Strides over a broadcast shape: 0 where the array does not have the dimension or has size 1."""
    lead = len(shape) - array.ndim

    def has_size_one(size, wanted) -> bool:
        if type(size) is int or (size == wanted) is True:
            return type(size) is int and size == 1
        # Whether a size that depends on data is 1 does not decide the order of the axes.
        return not is_data(size) and is_one(size)

    own = tuple(
        0 if has_size_one(n, size) else s for n, size, s in zip(array.shape, shape[lead:], array.element_strides)
    )
    return (0,) * lead + own


def _check_out(function: Ufunc, result_type: np.dtype, out: Any, casting: str) -> None:
    if not isinstance(out, Array) or out.scalar:
        fail(TypeError, "return arrays must be of ArrayType")
    mark_written(out)
    if not np.can_cast(result_type, out.dtype, casting):
        raise CastError(
            located(
                f"Cannot cast ufunc '{function.name}' output from {result_type!r} to {out.dtype!r} "
                f"with casting rule '{casting}'"
            )
        ) from None


def _out_shape(shapes: list[tuple], out: Array) -> tuple:
    if any(is_data(size) for shape in (*shapes, out.shape) for size in shape):
        for shape in shapes:
            check_assignable(shape, out.shape, broadcast_message((*shapes, out.shape)))
        return out.shape
    shape = broadcast_shapes(*shapes, out.shape)
    message = (
        f"non-broadcastable output operand with shape {shape_text(out.shape)} "
        f"doesn't match the broadcast shape {shape_text(shape)}"
    )
    require_shape(shape, out.shape, message)
    return out.shape


# ---- loop dtypes -------------------------------------------------------------------------------------------


def loop_dtypes(function: Ufunc, operands: list, dtype, casting: str) -> tuple[tuple, np.dtype]:
    """(dtypes of the loop's inputs, of its output) by NEP 50."""
    kinds = [operand.dtype if isinstance(operand, Array) else weak_type(operand) for operand in operands]
    ufunc = function.ufunc
    signature = None
    if dtype is not None:
        signature = (None,) * ufunc.nin + (dtype_of(dtype),)
    try:
        resolved = _resolve(ufunc, tuple(kinds), signature, casting)
    except TypeError as error:
        if type(error) is TypeError:
            raise TypeError(located(str(error))) from None
        raise CastError(located(str(error))) from None
    if resolved[-1] == np.float16:
        names = ", ".join(getattr(kind, "name", getattr(kind, "__name__", str(kind))) for kind in kinds)
        unsupported(
            f"np.{function.name} of {names}: NumPy's result dtype is float16 here",
            "convert the operand, x.astype(np.float32), or give dtype=np.float32",
        )
    else:  # signbit(int8): computed in float32
        resolved = [np.float32 if t == np.float16 else t for t in resolved]
    types = [dtype_of(t) for t in resolved]
    Trace.current().dtypes.append((tuple(types[:-1]), types[-1]))
    return tuple(types[:-1]), types[-1]


@functools.lru_cache(maxsize=4096)
def _resolve(ufunc: np.ufunc, kinds: tuple, signature: tuple | None, casting: str) -> tuple:
    given = (*kinds, *(None,) * ufunc.nout)
    if all(kind in (int, float) for kind in kinds):  # np.add(n, 1): as of NumPy's default types
        given = (*(np.dtype(kind) for kind in kinds), *(None,) * ufunc.nout)
    if signature is None:
        return ufunc.resolve_dtypes(given, casting=casting)
    return ufunc.resolve_dtypes(given, signature=signature, casting=casting)


_RELATIONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}


def _comparable(name: str, operands: list, types: tuple) -> list:
    """Comparisons with a Python integer that does not fit into the dtype: the integer is moved to where the
    outcome is the same for every element; where there is no such place, the comparison is constant."""
    if name not in _RELATIONS or len(operands) != 2:
        return operands
    for side in (0, 1):
        value, kind = operands[side], types[side]
        if is_integer(kind) and isinstance(value, (int, Sym)) and not isinstance(value, bool):
            moved = _outside(value, kind)
            if moved:
                return _constant_comparison(name, operands, types, side, moved)
    return operands


def _outside(value: Any, kind: np.dtype) -> int:
    from .dtypes import element_range

    low, high = element_range(kind)
    if isinstance(value, Sym):
        if kind.itemsize == 8:
            return -1 if kind.kind == "u" and not value >= 0 else 0
        return 1 if not value <= high else (-1 if not value >= low else 0)
    return 1 if value > high else (-1 if value < low else 0)


def _constant_comparison(name: str, operands: list, types: tuple, side: int, moved: int) -> list:
    """Replace both sides by the result's order: element <-> 0, integer <-> +-1 (as booleans of a new loop)."""
    trace = Trace.current()
    array = operands[1 - side]
    if isinstance(array, np.generic):
        from .literals import as_array

        array = as_array(array)
    if not isinstance(array, Array):
        return operands
    zero = allocate(array.shape, types[1 - side])
    kind = mlir_type(zero.dtype)
    trace.emit_void(
        f"tensorref.fill {trace.constant(1, kind)} into {zero.name} : {kind}, {zero.type}"
    )
    number = 2 if moved > 0 else 0
    return [zero, number] if side == 1 else [number, zero]


# ---- shortcuts for powers ----------------------------------------------------------------------------------


def _shortcut(name: str, operands: list, types: tuple) -> Ufunc | None:
    """NumPy's fast paths for x ** number and for clip with numbers."""
    if name == "clip" and is_float(types[0]):
        if all(not isinstance(bound, Array) or not bound.shape for bound in operands[1:]):
            return Ufunc("clip", TABLE["clip"].ufunc, ops.clip_to_numbers)
        return None
    if name != "power" or len(operands) != 2:
        return None
    kind, exponent = types[0], operands[1]
    if is_integer(kind):
        return _integer_power(kind, operands[0], exponent)
    if isinstance(exponent, (int, float, np.floating, np.integer)) and is_float(kind):
        body = _FLOAT_POWERS.get(float(exponent))
        if body is not None:
            return Ufunc("power", TABLE["power"].ufunc, lambda r, t, a, b: body(r, t[0], a))
    return None


_FLOAT_POWERS = {
    2.0: ops.square,
    1.0: lambda r, t, a: a,
    0.5: ops.math_call("sqrt"),
    -1.0: ops.reciprocal,
    0.0: lambda r, t, a: r.constant(1.0, mlir_type(t)),
}

_NEGATIVE_POWER = "Integers to negative integer powers are not allowed."


def _integer_power(kind: np.dtype, base: Any, exponent: Any) -> Ufunc | None:
    if isinstance(exponent, Array):
        if exponent.dtype.kind == "i" and kind.kind == "i":
            _assert_no_negative(base, exponent)
        return None
    if isinstance(exponent, (bool, SymBool)):
        return None
    if not exponent >= 0:
        fail(ValueError, _NEGATIVE_POWER)
    if isinstance(exponent, Sym):
        return None
    known = int(exponent)
    emit = lambda r, t, a, b: ops.known_power(r, t[0], a, known)  # noqa: E731
    return Ufunc("power", TABLE["power"].ufunc, emit)


def _assert_no_negative(base: Any, exponent: Array) -> None:
    """No negative element, unless the base is empty, and so the result."""
    from .reductions import any_

    empty = base.size == 0 if isinstance(base, Array) else False
    if empty is True:
        return
    bad = any_(apply("less", exponent, 0))
    trace = exponent.owner
    found = trace.emit(f"tensorref.load {bad.name} : {bad.type}", "e")
    fine = ops.invert_bool(trace.text, found)
    if isinstance(empty, SymBool):
        fine = trace.emit(f"arith.ori {fine}, {empty.ssa()} : i1", "b")
    trace.emit_assert(fine, "ValueError", _NEGATIVE_POWER)


# ---- Python's operators ------------------------------------------------------------------------------------


def _acceptable(value: Any) -> bool:
    return isinstance(value, (Array, np.ndarray, list, tuple)) or is_host_scalar(value)


def binary_operator(name: str, a: Any, b: Any):
    """`a + b` and its relatives."""
    if not (_acceptable(a) and _acceptable(b)):
        return NotImplemented
    if name == "power" and _squares_bools(a, b):
        return apply("square", a)
    return apply(name, a, b)


def _squares_bools(a: Any, b: Any) -> bool:
    """`bools ** 2` is np.square, of type int8; np.power gives int64."""
    if not isinstance(a, Array) or a.dtype != bool or a.scalar:
        return False
    return isinstance(b, (int, Sym)) and not isinstance(b, bool) and bool(b == 2)


def in_place_operator(name: str, a: Array, b: Any):
    """`a += b`: writes into a; NumPy scalars are values, so a new one."""
    if not _acceptable(b):
        return NotImplemented
    if a.scalar:
        return apply(name, a, b)
    if name == "power" and _squares_bools(a, b):
        apply("square", a, out=a)
    else:
        apply(name, a, b, out=a)
    return a


# ---- registry ----------------------------------------------------------------------------------------------


def _traced_ufunc(name: str, original: np.ufunc):
    def function(*args: Any, **kwargs: Any):
        count = original.nin
        inputs, outs = args[:count], args[count:]
        if len(inputs) < count:
            fail(
                TypeError,
                f"{name}() takes from {count} to {count + 1} positional arguments but {len(args)} were given",
            )
        if outs:
            kwargs["out"] = outs[0]
        if not is_traced(inputs) and not kwargs and all(is_host_scalar(value) for value in inputs):
            return original(*inputs)
        return apply(name, *inputs, **kwargs)

    function.__name__ = name
    return function


def _outer(name: str):
    def outer(A: Any, B: Any, **kwargs: Any):
        from .literals import as_array
        from .views import expand

        a, b = as_array(A), as_array(B)
        return apply(name, expand(a, range(a.ndim, a.ndim + b.ndim)), b, **kwargs)

    return outer


for _name, _entry in TABLE.items():
    register(_entry.ufunc)(_traced_ufunc(_name, _entry.ufunc))
    if _entry.ufunc.nin == 2:
        register(_entry.ufunc.outer)(_outer(_name))


@register(np.divmod, divmod)
def divmod_(a: Any, b: Any):
    if not is_traced([a, b]):
        return divmod(a, b)
    if not isinstance(a, Array) and not isinstance(b, Array):
        return a // b, a % b
    return apply("floor_divide", a, b), apply("remainder", a, b)


@register(np.modf)
def modf(x: Any):
    whole = apply("trunc", x)
    return apply("subtract", x, whole), whole


def select_map(condition: Array, a: Any, b: Any, dtype: np.dtype, out: Array) -> None:
    """out = condition ? a : b; all operands over out's shape or host scalars."""
    function = Ufunc("where", np.add, lambda r, types, c, x, y: ops.choose(r, c, x, y, mlir_type(dtype)))
    emit_map(Trace.current(), function, [condition, a, b], (BOOL, dtype, dtype), dtype, out)
