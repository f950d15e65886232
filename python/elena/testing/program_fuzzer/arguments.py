"""Arguments of a program: arrays of chosen shape, dtype and layout, views of each other, and integers.

They are described by what makes them, and made by running the text that is also printed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

#: Small integers with a period that is prime to most sizes, so that neighbours and rows differ.
DATA = '''
def data(shape, dtype, seed):
    """Small integers as `dtype`."""
    index = np.arange(int(np.prod(shape)))
    values = (index * (2 * seed + 5) + index // 7 + 3 * seed) % 13
    if dtype == "bool":
        values = values % 3 != 0
    elif not dtype.startswith("uint"):
        values = values - 4
    return values.astype(dtype).reshape(shape)
'''


def _sliced(shape: tuple[int, ...]) -> str:
    return ", ".join(f"1:{n + 1}" for n in shape)


#: layout -> (shape of the base, text of the view) for the shape of the argument. `{0}` is the base.
LAYOUTS = {
    "contiguous": lambda s: (s, "{0}"),
    "sliced": lambda s: (tuple(n + 2 for n in s), "{0}[" + _sliced(s) + "]"),
    "strided": lambda s: ((*s[:-1], 2 * s[-1]), "{0}[..., ::2]"),
    "spread": lambda s: ((2 * s[0] + 1, *s[1:]), "{0}[1::2]"),
    "transposed": lambda s: (s[::-1], "{0}.T"),
    "flipped": lambda s: (s, "np.flip({0})"),
    "head": lambda s: ((s[0] + 1, *s[1:]), "{0}[:-1]"),
    "repeated": lambda s: ((1, *s[1:]), f"np.broadcast_to({{0}}, {s})"),  # read-only
}

#: How an argument is made of an earlier one ({0}) or of its base ({1}). Shapes follow.
ALIASES = ("{0}", "{0}[::-1]", "{0}.T", "{0}[1:]", "{0}[:-1]", "{0}[::2]", "{0}[..., 1:]", "{1}[1:]", "{1}[::-1]")


@dataclass(frozen=True)
class ArrayArgument:
    name: str
    shape: tuple[int, ...]
    dtype: str
    layout: str = "contiguous"
    seed: int = 0
    index_below: int = 0  # elements are indices into that many (int64), if not 0

    @property
    def base(self) -> str:
        return "b" + self.name[1:]

    def lines(self) -> list[str]:
        if not self.shape:
            return self._lines_of((), "{0}")
        return self._lines_of(*LAYOUTS[self.layout](self.shape))

    def _lines_of(self, shape: tuple[int, ...], view: str) -> list[str]:
        made = f"data({shape}, {self.dtype!r}, {self.seed})"
        if self.index_below:
            made += f" % {self.index_below}"
        return [f"{self.base} = {made}", f"{self.name} = {view.format(self.base)}"]

    def bases(self) -> list[str]:
        return [self.base]

    def simpler(self) -> Iterator[Argument]:
        if self.layout != "contiguous":
            yield replace(self, layout="contiguous")
        for k, n in enumerate(self.shape):
            for smaller in smaller_extents(n):
                yield replace(self, shape=(*self.shape[:k], smaller, *self.shape[k + 1 :]))
        if self.dtype not in ("int64", "float64") and not self.index_below:
            yield replace(self, dtype="float64" if self.dtype == "float32" else "int64")
        if self.seed:
            yield replace(self, seed=0)


@dataclass(frozen=True)
class AliasArgument:
    """A view of an earlier argument or of its base."""

    name: str
    of: str
    view: str  # one of ALIASES

    def lines(self) -> list[str]:
        return [f"{self.name} = {self.view.format(self.of, 'b' + self.of[1:])}"]

    def bases(self) -> list[str]:
        return []

    def simpler(self) -> Iterator[Argument]:
        if self.view != "{0}":
            yield replace(self, view="{0}")


@dataclass(frozen=True)
class IntArgument:
    name: str
    number: int

    def lines(self) -> list[str]:
        return [f"{self.name} = {self.number}"]

    def bases(self) -> list[str]:
        return []

    def simpler(self) -> Iterator[Argument]:
        for smaller in (0, 1, 2):
            if smaller < self.number:
                yield replace(self, number=smaller)


Argument = ArrayArgument | AliasArgument | IntArgument


@dataclass(frozen=True)
class Arguments:
    """All arguments of one call."""

    items: tuple[Argument, ...]

    def names(self) -> list[str]:
        return [item.name for item in self.items]

    def source(self) -> str:
        """`def make_args()`: the list of bases and the tuple of arguments."""
        lines = [line for item in self.items for line in item.lines()]
        bases = ", ".join(base for item in self.items for base in item.bases())
        body = "\n    ".join([*lines, f"return [{bases}], ({''.join(name + ', ' for name in self.names())})"])
        return f"def make_args():\n    {body}\n"

    def make(self) -> tuple[list[np.ndarray], tuple[Any, ...]]:
        """(bases, arguments), new ones at each call."""
        return _maker(self.source())()

    def simpler(self) -> Iterator[Arguments]:
        for extent in sorted({n for item in self.items if isinstance(item, ArrayArgument) for n in item.shape}):
            # One extent everywhere it occurs: sizes that have to agree stay equal.
            for smaller in smaller_extents(extent):
                yield Arguments(tuple(_with_extent(item, extent, smaller) for item in self.items))
        for k, item in enumerate(self.items):
            for other in item.simpler():
                yield Arguments((*self.items[:k], other, *self.items[k + 1 :]))

    def without(self, unused: set[str]) -> Arguments:
        """Without arguments nobody uses, and that no alias is made of."""
        needed = {item.of for item in self.items if isinstance(item, AliasArgument) and item.name not in unused}
        return Arguments(tuple(item for item in self.items if item.name not in unused or item.name in needed))


@functools.lru_cache(64)
def _maker(source: str) -> Callable[[], tuple[list[np.ndarray], tuple[Any, ...]]]:
    namespace = dict(_data())
    exec(source, namespace)
    return namespace["make_args"]


@functools.cache
def _data() -> dict[str, Any]:
    namespace: dict[str, Any] = {"np": np}
    exec(DATA, namespace)
    return namespace


def smaller_extents(extent: int) -> list[int]:
    return sorted({n for n in (1, 2, 3, extent // 2, extent - 1) if 0 < n < extent})


def _with_extent(item: Argument, old: int, new: int) -> Argument:
    if not isinstance(item, ArrayArgument):
        return item
    below = new if item.index_below == old else item.index_below
    return replace(item, shape=tuple(new if n == old else n for n in item.shape), index_below=below)
