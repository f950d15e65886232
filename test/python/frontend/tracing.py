"""Runs a function on tracing proxies, without the interpreter: `xp` stands for NumPy."""

import types

import numpy as np
from elena._protocol import SMALL, ArrayKind
from elena.frontend.arrays import Array
from elena.frontend.registry import implementation_of
from elena.frontend.trace import Trace


class Traced:
    """numpy whose functions are the traced implementations."""

    def __init__(self, module=np):
        self._module = module

    def __getattr__(self, name):
        value = getattr(self._module, name)
        if isinstance(value, types.ModuleType):
            return Traced(value)
        found = implementation_of(value)
        if found is not None:
            return Ufunc(value, found) if isinstance(value, np.ufunc) else found
        return value


class Ufunc:
    def __init__(self, ufunc, implementation):
        self.ufunc, self.implementation = ufunc, implementation

    def __call__(self, *args, **kwargs):
        return self.implementation(*args, **kwargs)

    def __getattr__(self, name):
        return implementation_of(getattr(self.ufunc, name))


xp = Traced()


def kind_of(x):
    """The ArrayKind of an array, as the dispatcher makes it."""
    strides = [s // x.itemsize for s in x.strides]
    return ArrayKind(
        dtype=x.dtype.name,
        ndim=x.ndim,
        writeable=x.flags.writeable,
        contiguous=x.flags.c_contiguous,
        sizes=tuple(n if n <= SMALL else None for n in x.shape),
        unit_inner=x.ndim > 0 and strides[-1] == 1,
        mergeable=tuple(strides[k] == strides[k + 1] * x.shape[k + 1] for k in range(x.ndim - 1)),
        zero=tuple(s == 0 for s in strides),
        injective=True,
    )


def argument(trace, value, name):
    if isinstance(value, np.ndarray):
        hints = (value.shape, tuple(s // value.itemsize for s in value.strides))
        return trace.new_argument_array(kind_of(value), hints, name=name)
    if type(value) is int:
        return trace.new_argument_int(value, name=name)
    if type(value) is float:
        return trace.new_argument_float(value, name=name)
    return value


def trace(function, *args):
    """(result of function(xp, *proxies), the proxies, the trace)."""
    current = Trace(function.__name__)
    current.location = ("test.py", 1, 0)
    with current:
        proxies = [argument(current, value, f"a{k}") for k, value in enumerate(args)]
        result = function(xp, *proxies)
    return result, proxies, current


def text(function, *args):
    """(text of the module, plan)."""
    current = Trace(function.__name__)
    current.location = ("test.py", 1, 0)
    with current:
        proxies = [argument(current, value, f"a{k}") for k, value in enumerate(args)]
        return current.finish(function(xp, *proxies))


def hints(values):
    return tuple(v if isinstance(v, int) else v.hint for v in values)


def check_same_metadata(result, expected, args, proxies):
    """Shape, strides, dtype, scalar and which argument's memory of a traced result, against NumPy's."""
    if isinstance(expected, (tuple, list)):
        assert len(result) == len(expected)
        for r, e in zip(result, expected):
            check_same_metadata(r, e, args, proxies)
        return
    assert isinstance(result, Array), result
    assert hints(result.shape) == expected.shape
    assert result.dtype == expected.dtype
    assert result.scalar == isinstance(expected, np.generic)
    if isinstance(expected, np.generic):
        return
    if 0 not in expected.shape:
        strides = hints(result.strides)
        for size, mine, numpys in zip(expected.shape, strides, expected.strides):
            assert size == 1 or mine == numpys, (strides, expected.strides)
    assert result.writeable == expected.flags.writeable
    for value, proxy in zip(args, proxies):
        if isinstance(value, np.ndarray) and expected.size:
            assert (result.storage is proxy.storage) == np.shares_memory(value, expected)
