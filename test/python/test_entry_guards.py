"""An entry refuses, with ELENA_GUARD and nothing written, what its version was not compiled for.

The dispatcher never asks; a C program that calls a saved function may."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

import elena
from elena import _native
from elena._protocol import GUARD, OK


def double_columns(x):
    x[:, :2] *= 2


class Runtime(ctypes.Structure):
    _fields_ = [("alloc", ctypes.c_void_p), ("fail", ctypes.c_void_p), ("launch", ctypes.c_void_p),
                ("overlap", ctypes.c_void_p), ("parallel", ctypes.c_void_p)]


@pytest.fixture(scope="module")
def entry():
    """Of a version for contiguous float32 arrays of shape (n, 4)."""
    text = elena.jit(double_columns).lower(np.zeros((6, 4), np.float32)).as_text("tensorref")
    compiled = _native.compile_text(text, alias="apart")
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(compiled.entry)
    function.keep = compiled
    return function


def status_of(entry, view: np.ndarray) -> int:
    strides = [stride // view.itemsize for stride in view.strides]
    words = np.array([view.ctypes.data, *view.shape, *strides], np.int64)
    results = np.zeros(16, np.int64)
    return entry(words.ctypes.data, results.ctypes.data, ctypes.addressof(Runtime()))


def test_another_number_of_rows_is_of_the_kind(entry):
    x = np.ones((9, 4), np.float32)
    assert status_of(entry, x) == OK
    assert x.tolist() == [[2, 2, 1, 1]] * 9


def test_the_stride_of_one_row_does_not_matter(entry):
    base = np.ones((3, 8), np.float32)
    assert status_of(entry, base[:1, :4]) == OK
    assert base[0, :4].tolist() == [2, 2, 1, 1]


@pytest.mark.parametrize(
    "view",
    [
        lambda base: base[:, :3],  # another static size
        lambda base: base[:, :4],  # rows apart
        lambda base: base[:, :8:2],  # elements apart
        lambda base: base[:, 3::-1],  # reversed
        lambda base: base[::-1, :4],
    ],
)
def test_other_sizes_and_strides_are_refused_untouched(entry, view):
    base = np.ones((6, 8), np.float32)
    assert status_of(entry, view(base)) == GUARD
    assert (base == 1).all()
