"""A watched run of a program on NumPy: is every value exact, and which accesses overlap?

Only programs whose values are small integers are compared bit for bit: then every order of a sum and every width of an
intermediate gives the same bits, and a difference is an error of the compiler.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .program import Program, forget, load

LIMIT = 2048  # of |value|, in floats: a product of two is exact in float32, and so is a sum of 4096
SIZE_LIMIT = 4096
MAX_ACCESSES = 48  # what is compared pairwise


class Inexact(Exception):
    """A value that a compiler may compute in another way, or that NumPy leaves undefined."""


@dataclass
class Watch:
    """Names for the watched text (`globals`), and what they saw."""

    accesses: list[tuple[bool, np.ndarray]] = field(default_factory=list)  # (is a write, the elements)

    def globals(self) -> dict[str, Callable]:
        return {"_ok": exact, "_rd": self.read, "_wr": self.write, "_into": into, "_apart": apart}

    def read(self, array: Any) -> Any:
        if isinstance(array, np.ndarray):
            self.accesses.append((False, array))
        return exact(array)

    def write(self, array: Any) -> None:
        if isinstance(array, np.ndarray):
            self.accesses.append((True, array))

    def relations(self) -> set[str]:
        """Relations of all pairs of accesses with a write, among those that share memory."""
        found: set[str] = set()
        accesses = [access for access in self.accesses if access[1].size][:MAX_ACCESSES]
        cells = [cells_of(array) for _, array in accesses]
        for k, (written, array) in enumerate(accesses):
            for m, (also, other) in enumerate(accesses[:k]):
                if (written or also) and np.may_share_memory(array, other):
                    found.add(relation(cells[k], cells[m]))
        return found - {"disjoint"}


def cells_of(array: np.ndarray) -> frozenset[int]:
    """Addresses of all bytes."""
    address = np.full((), array.ctypes.data)
    for n, stride in zip((*array.shape, array.itemsize), (*array.strides, 1)):
        address = address[..., None] + np.arange(n) * stride
    return frozenset(address.ravel().tolist())


def relation(a: frozenset[int], b: frozenset[int]) -> str:
    if a.isdisjoint(b):
        return "disjoint"
    if a == b:
        return "equal"
    return "contained" if a <= b or b <= a else "partial"


def exact(value: Any) -> Any:
    """The value, or Inexact: floats must be small integers, and not -0 (of which maxima and sums lose the sign)."""
    array = np.asarray(value)
    if array.size > SIZE_LIMIT or array.ndim > 5:
        raise Inexact("too large")
    if array.dtype.kind == "f" and array.size:
        with np.errstate(all="ignore"):
            small = array.astype(np.int16)
        # Bits: -0 and NaN are no integers.
        if small.astype(array.dtype).tobytes() != array.tobytes() or small.max() > LIMIT or small.min() < -LIMIT:
            raise Inexact("a value that is no small integer")
    return value


def into(value: Any, target: Any) -> Any:
    """The value, or Inexact if a cast to the dtype of `target` (an array or a dtype) has no defined result."""
    dtype = target.dtype if isinstance(target, np.ndarray) else np.dtype(target)
    array = np.asarray(value)
    if array.dtype.kind == "f" and dtype.kind in "iu" and array.size:
        limits = np.iinfo(dtype)
        if array.min() < limits.min or array.max() > limits.max:
            raise Inexact("a float that does not fit into an integer")
    return value


def apart(value: Any) -> Any:
    """A copy of an array: so a watched statement surely reads all that it reads before it writes."""
    return value.copy() if isinstance(value, np.ndarray) else value


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without NumPy's warnings."""
    global _quiet
    before, _quiet = _quiet, True
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        _quiet = before


_quiet = False  # changing the filters takes longer than most of what is called


def quietly(function: Callable, *args: Any) -> Any:
    """The result, without NumPy's warnings."""
    if _quiet:
        return function(*args)
    with quiet():
        return function(*args)


def watch(program: Program, call: int = 0) -> Watch:
    """Runs a program on NumPy. Raises Inexact, or what NumPy raises."""
    seen = Watch()
    watched = load(program.watched_source(), "watched.py", **seen.globals())
    plain = load(program.function_source(), "plain.py")
    bases, args = program.calls[call].make()
    plain_bases, plain_args = program.calls[call].make()
    try:
        results, plain_results = quietly(watched, *args), quietly(plain, *plain_args)
    finally:
        forget(watched)
        forget(plain)
    for array in bases:
        exact(array)
    # NumPy 2.4 itself reads what it has overwritten in x[::2] = x[:3]; no compiler has to do that.
    if not all(map(same_bits, [*bases, *results], [*plain_bases, *as_tuple(plain_results)])):
        raise Inexact("NumPy does not read all operands before it writes")
    return seen


def as_tuple(results: Any) -> tuple:
    return results if isinstance(results, tuple) else () if results is None else (results,)


def same_bits(a: Any, b: Any) -> bool:
    return np.asarray(a).tobytes() == np.asarray(b).tobytes()
