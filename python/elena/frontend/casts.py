"""Casts of one element, with NumPy's (x86-64) values for what is out of range; never poison."""

from __future__ import annotations

import numpy as np

from .dtypes import BOOL, is_float, is_unsigned, mlir_type, width
from .ir import Lines


def cast(r: Lines, name: str, source: np.dtype, target: np.dtype) -> str:
    """`name` of type `source` as type `target` ('unsafe' casting)."""
    if source == target:
        return name
    a, b = mlir_type(source), mlir_type(target)
    if target == BOOL:
        return _to_bool(r, name, source)
    if is_float(target):
        return _to_float(r, name, source, target)
    if is_float(source):
        return _float_to_int(r, name, source, target)
    if source == BOOL:
        return r.emit(f"arith.extui {name} : {a} to {b}")
    if width(source) == width(target):
        return name
    if width(source) > width(target):
        return r.emit(f"arith.trunci {name} : {a} to {b}")
    extend = "extui" if is_unsigned(source) else "extsi"
    return r.emit(f"arith.{extend} {name} : {a} to {b}")


def _to_bool(r: Lines, name: str, source: np.dtype) -> str:
    kind = mlir_type(source)
    zero = r.constant(0, kind)
    compare = "cmpf une" if is_float(source) else "cmpi ne"
    return r.emit(f"arith.{compare}, {name}, {zero} : {kind}")


def _to_float(r: Lines, name: str, source: np.dtype, target: np.dtype) -> str:
    a, b = mlir_type(source), mlir_type(target)
    if is_float(source):
        return r.emit(f"arith.{'extf' if width(target) > width(source) else 'truncf'} {name} : {a} to {b}")
    convert = "uitofp" if is_unsigned(source) or source == BOOL else "sitofp"
    return r.emit(f"arith.{convert} {name} : {a} to {b}")


def _float_to_int(r: Lines, name: str, source: np.dtype, target: np.dtype) -> str:
    """8 and 16 bits and int32: cvttss2si to 32 bits and cut; uint32 and uint64: by halves; int64: cvttss2si."""
    bits = 64 if target.itemsize == 8 else 32
    if target.kind == "u" and target.itemsize >= 4:
        result = _by_halves(r, name, source, bits)
    else:
        result = truncate(r, name, source, bits)
    if width(target) < bits:
        return r.emit(f"arith.trunci {result} : i{bits} to {mlir_type(target)}")
    return result


def truncate(r: Lines, name: str, source: np.dtype, bits: int) -> str:
    """cvttss2si/cvttsd2si: towards zero; INT_MIN for NaN and what does not fit."""
    kind = mlir_type(source)
    limit = 2.0 ** (bits - 1)
    exact = source.itemsize * 8 > bits  # float64 has values between -limit - 1 and -limit
    low = r.constant(-limit - 1 if exact else -limit, kind)
    high = r.constant(limit, kind)
    above = r.emit(f"arith.cmpf {'ogt' if exact else 'oge'}, {name}, {low} : {kind}")
    below = r.emit(f"arith.cmpf olt, {name}, {high} : {kind}")
    fits = r.emit(f"arith.andi {above}, {below} : i1")
    safe = r.emit(f"arith.select {fits}, {name}, {r.constant(0.0, kind)} : {kind}")
    value = r.emit(f"arith.fptosi {safe} : {kind} to i{bits}")
    lowest = r.constant(-(1 << (bits - 1)), f"i{bits}")
    return r.emit(f"arith.select {fits}, {value}, {lowest} : i{bits}")


def _by_halves(r: Lines, name: str, source: np.dtype, bits: int) -> str:
    """Values from 2**(bits-1) on are converted less that number, the top bit is put back."""
    kind = mlir_type(source)
    half = r.constant(2.0 ** (bits - 1), kind)
    upper = r.emit(f"arith.cmpf oge, {name}, {half} : {kind}")
    reduced = r.emit(f"arith.subf {name}, {half} : {kind}")
    value = r.emit(f"arith.select {upper}, {reduced}, {name} : {kind}")
    converted = truncate(r, value, source, bits)
    top = r.constant(1 << (bits - 1), f"i{bits}")
    flipped = r.emit(f"arith.xori {converted}, {top} : i{bits}")
    return r.emit(f"arith.select {upper}, {flipped}, {converted} : i{bits}")
