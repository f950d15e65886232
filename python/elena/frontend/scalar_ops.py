"""Scalar bodies of the arithmetic ufuncs: one element, in the loop's dtype, as arith/math text."""

from __future__ import annotations

import numpy as np

from .casts import cast
from .dtypes import BOOL, FLOAT64, is_float, is_unsigned, mlir_type, width
from .ir import Lines

Names = str


def binary(r: Lines, op: str, kind: str, a: str, b: str) -> str:
    return r.emit(f"arith.{op} {a}, {b} : {kind}")


def choose(r: Lines, condition: str, a: str, b: str, kind: str) -> str:
    return r.emit(f"arith.select {condition}, {a}, {b} : {kind}")


def compare_float(r: Lines, predicate: str, a: str, b: str, kind: str) -> str:
    return r.emit(f"arith.cmpf {predicate}, {a}, {b} : {kind}")


def compare_int(r: Lines, predicate: str, a: str, b: str, kind: str) -> str:
    return r.emit(f"arith.cmpi {predicate}, {a}, {b} : {kind}")


def invert_bool(r: Lines, a: str) -> str:
    return binary(r, "xori", "i1", a, r.constant(1, "i1"))


# ---- + - * -------------------------------------------------------------------------------------------------


def add(r: Lines, t: np.dtype, a: str, b: str) -> str:
    if t == BOOL:
        return binary(r, "ori", "i1", a, b)
    return binary(r, "addf" if is_float(t) else "addi", mlir_type(t), a, b)


def subtract(r: Lines, t: np.dtype, a: str, b: str) -> str:
    return binary(r, "subf" if is_float(t) else "subi", mlir_type(t), a, b)


def multiply(r: Lines, t: np.dtype, a: str, b: str) -> str:
    if t == BOOL:
        return binary(r, "andi", "i1", a, b)
    return binary(r, "mulf" if is_float(t) else "muli", mlir_type(t), a, b)


def divide(r: Lines, t: np.dtype, a: str, b: str) -> str:
    return binary(r, "divf", mlir_type(t), a, b)


def negative(r: Lines, t: np.dtype, a: str) -> str:
    kind = mlir_type(t)
    if is_float(t):
        return r.emit(f"arith.negf {a} : {kind}")
    return binary(r, "subi", kind, r.constant(0, kind), a)


def reciprocal(r: Lines, t: np.dtype, a: str) -> str:
    if is_float(t):
        return divide(r, t, r.constant(1.0, mlir_type(t)), a)
    ratio = divide(r, FLOAT64, r.constant(1.0, "f64"), cast(r, a, t, FLOAT64))
    return cast(r, ratio, FLOAT64, t)


def square(r: Lines, t: np.dtype, a: str) -> str:
    return multiply(r, t, a, a)


def absolute(r: Lines, t: np.dtype, a: str) -> str:
    if is_float(t):
        return r.emit(f"math.absf {a} : {mlir_type(t)}")
    if t == BOOL or is_unsigned(t):
        return a
    kind = mlir_type(t)
    below = compare_int(r, "slt", a, r.constant(0, kind), kind)
    return choose(r, below, negative(r, t, a), a, kind)


def sign(r: Lines, t: np.dtype, a: str) -> str:
    kind = mlir_type(t)
    zero, one, minus = r.constant(0, kind), r.constant(1, kind), r.constant(-1, kind)
    if is_float(t):
        rest = choose(r, compare_float(r, "oeq", a, zero, kind), zero, a, kind)
        rest = choose(r, compare_float(r, "olt", a, zero, kind), minus, rest, kind)
        return choose(r, compare_float(r, "ogt", a, zero, kind), one, rest, kind)
    if is_unsigned(t):
        return choose(r, compare_int(r, "ne", a, zero, kind), one, zero, kind)
    rest = choose(r, compare_int(r, "slt", a, zero, kind), minus, zero, kind)
    return choose(r, compare_int(r, "sgt", a, zero, kind), one, rest, kind)


# ---- minimum and maximum -----------------------------------------------------------------------------------


def _extreme(r: Lines, t: np.dtype, a: str, b: str, greater: bool) -> str:
    if t == BOOL:
        return binary(r, "ori" if greater else "andi", "i1", a, b)
    kind = mlir_type(t)
    if not is_float(t):
        return binary(r, ("max" if greater else "min") + ("ui" if is_unsigned(t) else "si"), kind, a, b)
    # One `or`, not two selects: LLVM turns those into a branch in vector loops where `a` is loop-invariant.
    wins = compare_float(r, "ogt" if greater else "olt", a, b, kind)
    first = binary(r, "ori", "i1", compare_float(r, "uno", a, a, kind), wins)
    return choose(r, first, a, b, kind)


def maximum(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """NaN propagates; of two zeros the second, as NumPy's vector loops do."""
    return _extreme(r, t, a, b, True)


def minimum(r: Lines, t: np.dtype, a: str, b: str) -> str:
    return _extreme(r, t, a, b, False)


def fmax(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """The other one where one is NaN."""
    if not is_float(t):
        return maximum(r, t, a, b)
    kind = mlir_type(t)
    best = choose(r, compare_float(r, "ogt", a, b, kind), a, b, kind)
    return choose(r, compare_float(r, "uno", b, b, kind), a, best, kind)


def fmin(r: Lines, t: np.dtype, a: str, b: str) -> str:
    if not is_float(t):
        return minimum(r, t, a, b)
    kind = mlir_type(t)
    best = choose(r, compare_float(r, "olt", a, b, kind), a, b, kind)
    return choose(r, compare_float(r, "uno", b, b, kind), a, best, kind)


def clip(r: Lines, t: np.dtype, a: str, low: str, high: str) -> str:
    return minimum(r, t, maximum(r, t, a, low), high)


def clip_to_numbers(r: Lines, types: tuple, a: str, low: str, high: str) -> str:
    """np.clip's loop for bounds that are the same for every element: of two zeros it keeps the element."""
    t = types[0]
    kind = mlir_type(t)
    result = choose(r, compare_float(r, "olt", a, low, kind), low, a, kind)
    result = choose(r, compare_float(r, "ogt", result, high, kind), high, result, kind)
    result = choose(r, compare_float(r, "uno", high, high, kind), high, result, kind)
    return choose(r, compare_float(r, "uno", low, low, kind), low, result, kind)


# ---- integer division --------------------------------------------------------------------------------------


def _safe_divisor(r: Lines, t: np.dtype, b: str) -> tuple[str, str, str | None]:
    """(divisor that is safe, b == 0, b == -1 or None)."""
    kind = mlir_type(t)
    zero, one = r.constant(0, kind), r.constant(1, kind)
    is_zero = compare_int(r, "eq", b, zero, kind)
    if is_unsigned(t):
        return choose(r, is_zero, one, b, kind), is_zero, None
    minus = compare_int(r, "eq", b, r.constant(-1, kind), kind)
    unsafe = binary(r, "ori", "i1", is_zero, minus)
    return choose(r, unsafe, one, b, kind), is_zero, minus


def quotient(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """C's a / b; 0 where b == 0."""
    kind = mlir_type(t)
    safe, is_zero, minus = _safe_divisor(r, t, b)
    result = binary(r, "divui" if is_unsigned(t) else "divsi", kind, a, safe)
    if minus:
        result = choose(r, minus, negative(r, t, a), result, kind)
    return choose(r, is_zero, r.constant(0, kind), result, kind)


def floor_divide_int(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """Rounded down; 0 where b == 0; INT_MIN // -1 wraps."""
    if is_unsigned(t):
        return quotient(r, t, a, b)
    kind = mlir_type(t)
    zero = r.constant(0, kind)
    safe, is_zero, minus = _safe_divisor(r, t, b)
    result = binary(r, "divsi", kind, a, safe)
    rest = binary(r, "remsi", kind, a, safe)
    lower = binary(r, "subi", kind, result, r.constant(1, kind))
    result = choose(r, _wrong_sign(r, kind, rest, safe), lower, result, kind)
    result = choose(r, minus, negative(r, t, a), result, kind)
    return choose(r, is_zero, zero, result, kind)


def _wrong_sign(r: Lines, kind: str, rest: str, divisor: str) -> str:
    """rest != 0 and rest and divisor have different signs."""
    zero = r.constant(0, kind)
    there = compare_int(r, "ne", rest, zero, kind)
    differ = compare_int(r, "slt", binary(r, "xori", kind, rest, divisor), zero, kind)
    return binary(r, "andi", "i1", there, differ)


def remainder_int(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """Has the sign of b; 0 where b == 0."""
    kind = mlir_type(t)
    zero = r.constant(0, kind)
    safe, is_zero, minus = _safe_divisor(r, t, b)
    rest = binary(r, "remui" if is_unsigned(t) else "remsi", kind, a, safe)
    if minus:
        moved = binary(r, "addi", kind, rest, safe)
        rest = choose(r, _wrong_sign(r, kind, rest, safe), moved, rest, kind)
        is_zero = binary(r, "ori", "i1", is_zero, minus)
    return choose(r, is_zero, zero, rest, kind)


def fmod(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """C's remainder: the sign of a."""
    kind = mlir_type(t)
    if is_float(t):
        return binary(r, "remf", kind, a, b)
    safe, is_zero, minus = _safe_divisor(r, t, b)
    rest = binary(r, "remui" if is_unsigned(t) else "remsi", kind, a, safe)
    is_zero = binary(r, "ori", "i1", is_zero, minus) if minus else is_zero
    return choose(r, is_zero, r.constant(0, kind), rest, kind)


# ---- float division: npy_divmod ----------------------------------------------------------------------------


def _float_divmod(r: Lines, t: np.dtype, a: str, b: str) -> tuple[str, str]:
    kind = mlir_type(t)
    zero = r.constant(0.0, kind)
    rest = binary(r, "remf", kind, a, b)
    ratio = binary(r, "divf", kind, binary(r, "subf", kind, a, rest), b)
    there = compare_float(r, "une", rest, zero, kind)
    negative_b = compare_float(r, "olt", b, zero, kind)
    negative_rest = compare_float(r, "olt", rest, zero, kind)
    wrong = binary(r, "andi", "i1", there, binary(r, "xori", "i1", negative_b, negative_rest))
    modulus = choose(r, wrong, binary(r, "addf", kind, rest, b), rest, kind)
    signed_zero = r.emit(f"math.copysign {zero}, {b} : {kind}")
    modulus = choose(r, there, modulus, signed_zero, kind)
    lower = binary(r, "subf", kind, ratio, r.constant(1.0, kind))
    ratio = choose(r, wrong, lower, ratio, kind)
    return _rounded_ratio(r, kind, ratio, binary(r, "divf", kind, a, b)), modulus


def _rounded_ratio(r: Lines, kind: str, ratio: str, exact: str) -> str:
    zero = r.constant(0.0, kind)
    floor = r.emit(f"math.floor {ratio} : {kind}")
    off = compare_float(r, "ogt", binary(r, "subf", kind, ratio, floor), r.constant(0.5, kind), kind)
    floor = choose(r, off, binary(r, "addf", kind, floor, r.constant(1.0, kind)), floor, kind)
    there = compare_float(r, "une", ratio, zero, kind)
    return choose(r, there, floor, r.emit(f"math.copysign {zero}, {exact} : {kind}"), kind)


def floor_divide(r: Lines, t: np.dtype, a: str, b: str) -> str:
    if not is_float(t):
        return floor_divide_int(r, t, a, b)
    kind = mlir_type(t)
    by_zero = compare_float(r, "oeq", b, r.constant(0.0, kind), kind)
    return choose(r, by_zero, divide(r, t, a, b), _float_divmod(r, t, a, b)[0], kind)


def remainder(r: Lines, t: np.dtype, a: str, b: str) -> str:
    if not is_float(t):
        return remainder_int(r, t, a, b)
    kind = mlir_type(t)
    by_zero = compare_float(r, "oeq", b, r.constant(0.0, kind), kind)
    return choose(r, by_zero, binary(r, "remf", kind, a, b), _float_divmod(r, t, a, b)[1], kind)


# ---- bits --------------------------------------------------------------------------------------------------


def bitwise(op: str):
    def emit(r: Lines, t: np.dtype, a: str, b: str) -> str:
        return binary(r, op, mlir_type(t), a, b)

    return emit


def invert(r: Lines, t: np.dtype, a: str) -> str:
    return binary(r, "xori", mlir_type(t), a, r.constant(1 if t == BOOL else -1, mlir_type(t)))


def left_shift(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """0 where b is not within the width."""
    kind = mlir_type(t)
    zero = r.constant(0, kind)
    fits = compare_int(r, "ult", b, r.constant(width(t), kind), kind)
    shifted = binary(r, "shli", kind, a, choose(r, fits, b, zero, kind))
    return choose(r, fits, shifted, zero, kind)


def right_shift(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """0 (or -1 for negative a) where b is not within the width."""
    kind = mlir_type(t)
    zero = r.constant(0, kind)
    fits = compare_int(r, "ult", b, r.constant(width(t), kind), kind)
    if is_unsigned(t):
        shifted = binary(r, "shrui", kind, a, choose(r, fits, b, zero, kind))
        return choose(r, fits, shifted, zero, kind)
    amount = choose(r, fits, b, r.constant(width(t) - 1, kind), kind)
    return binary(r, "shrsi", kind, a, amount)


# ---- comparisons -------------------------------------------------------------------------------------------

_ORDERED = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge"}


def comparison(relation: str):
    def emit(r: Lines, types: tuple, a: str, b: str) -> str:
        t, u = types
        kind = mlir_type(t)
        if is_float(t):
            return compare_float(r, _ORDERED[relation], a, b, kind)
        if is_unsigned(t) != is_unsigned(u) and t != BOOL:
            return _mixed_signs(r, relation, t, a, b)
        if relation in ("eq", "ne"):
            return compare_int(r, relation, a, b, kind)
        return compare_int(r, ("u" if is_unsigned(t) or t == BOOL else "s") + relation, a, b, kind)

    return emit


def _mixed_signs(r: Lines, relation: str, t: np.dtype, a: str, b: str) -> str:
    """int64 against uint64, by value: a negative number is less than every unsigned one."""
    kind = mlir_type(t)
    signed = b if is_unsigned(t) else a
    below = compare_int(r, "slt", signed, r.constant(0, kind), kind)
    unsigned = compare_int(r, relation if relation in ("eq", "ne") else "u" + relation, a, b, kind)
    if relation in ("eq", "ne"):
        outcome = relation == "ne"
    else:
        outcome = (relation in ("lt", "le")) != is_unsigned(t)
    return choose(r, below, r.constant(outcome, "i1"), unsigned, "i1")


# ---- rounding and tests ------------------------------------------------------------------------------------


def rounding(op: str):
    def emit(r: Lines, t: np.dtype, a: str) -> str:
        return r.emit(f"math.{op} {a} : {mlir_type(t)}") if is_float(t) else a

    return emit


def isnan(r: Lines, t: np.dtype, a: str) -> str:
    if not is_float(t):
        return r.constant(0, "i1")
    return compare_float(r, "uno", a, a, mlir_type(t))


def isinf(r: Lines, t: np.dtype, a: str) -> str:
    if not is_float(t):
        return r.constant(0, "i1")
    kind = mlir_type(t)
    return compare_float(r, "oeq", absolute(r, t, a), r.constant(float("inf"), kind), kind)


def isfinite(r: Lines, t: np.dtype, a: str) -> str:
    if not is_float(t):
        return r.constant(1, "i1")
    kind = mlir_type(t)
    return compare_float(r, "olt", absolute(r, t, a), r.constant(float("inf"), kind), kind)


def signbit(r: Lines, t: np.dtype, a: str) -> str:
    kind = mlir_type(t)
    sign_of_one = r.emit(f"math.copysign {r.constant(1.0, kind)}, {a} : {kind}")
    return compare_float(r, "olt", sign_of_one, r.constant(0.0, kind), kind)


# ---- powers and transcendentals ----------------------------------------------------------------------------


def power(r: Lines, t: np.dtype, a: str, b: str) -> str:
    kind = mlir_type(t)
    if is_float(t):
        return r.emit(f"math.powf {a}, {b} : {kind}")
    result, one, zero = r.constant(1, kind), r.constant(1, kind), r.constant(0, kind)
    for bit in range(width(t)):
        mask = one if bit == 0 else r.constant(1 << bit, kind)
        there = compare_int(r, "ne", binary(r, "andi", kind, b, mask), zero, kind)
        result = choose(r, there, binary(r, "muli", kind, result, a), result, kind)
        a = binary(r, "muli", kind, a, a)
    return result


def known_power(r: Lines, t: np.dtype, a: str, exponent: int) -> str:
    """a ** exponent for a known exponent >= 0 of an integer type, by repeated squaring."""
    kind = mlir_type(t)
    result = None
    while exponent:
        if exponent & 1:
            result = a if result is None else binary(r, "muli", kind, result, a)
        exponent >>= 1
        if exponent:
            a = binary(r, "muli", kind, a, a)
    return r.constant(1, kind) if result is None else result


def math_call(op: str):
    def emit(r: Lines, t: np.dtype, *names: str) -> str:
        return r.emit(f"math.{op} {', '.join(names)} : {mlir_type(t)}")

    return emit


def hypot(r: Lines, t: np.dtype, a: str, b: str) -> str:
    """sqrt(a*a + b*b) scaled so that it does not overflow early; inf wins over NaN."""
    kind = mlir_type(t)
    inf, zero = r.constant(float("inf"), kind), r.constant(0.0, kind)
    x, y = absolute(r, t, a), absolute(r, t, b)
    swap = compare_float(r, "olt", x, y, kind)
    large, small = choose(r, swap, y, x, kind), choose(r, swap, x, y, kind)
    ratio = divide(r, t, small, large)
    total = add(r, t, r.constant(1.0, kind), multiply(r, t, ratio, ratio))
    result = multiply(r, t, large, r.emit(f"math.sqrt {total} : {kind}"))
    result = choose(r, compare_float(r, "oeq", large, zero, kind), add(r, t, x, y), result, kind)
    infinite = binary(r, "ori", "i1", isinf(r, t, a), isinf(r, t, b))
    return choose(r, infinite, inf, result, kind)
