"""What every ViewBench module is made of: `Case`, its discovery, and realistic data."""

import importlib
import pkgutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Size = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One function of the suite, with everything needed to test and to measure it.

    name: unique name; the table of docs/Benchmarks.md uses it.
    function: the NumPy function as people write it.
    make_args: (size, rng) -> positional arguments of `function`.
    reference: same arguments; the semantics written a second time, differently.
    sizes: 'S' (bound by call overhead), 'R' (realistic), 'L' (large) -> size.
    same_kind: two sizes that differ only in extents which stay run-time values, so
        that one compiled version must serve both.
    kernels: number of kernels a perfect compiler needs.
    temporaries: storages that hand something from one of them to the next; 0 where one kernel does.
    ideal_bytes: arguments -> bytes such a compiler reads and writes.
    empty: a size with nothing to do (N = 0 boxes, H = 0 rows), where that makes sense.
    writes: names of the parameters that are written in place.
    ulp, ulp_scale: allowed difference from NumPy, in units in the last place of the
        larger of the value and `ulp_scale`; `ulp_reason` says why it is not 0.
    refused: 'S', 'R' -> part of the message with which Elena refuses that size at present.
    """

    name: str
    function: Callable
    make_args: Callable[[Size, np.random.Generator], tuple]
    reference: Callable
    sizes: Mapping[str, Size]
    same_kind: tuple[Size, Size]
    kernels: int
    ideal_bytes: Callable[..., int]
    empty: Size | None = None
    temporaries: int = 0
    writes: tuple[str, ...] = ()
    ulp: int = 0
    ulp_scale: float = 0.0
    ulp_reason: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)

    def args(self, size: str | Size) -> tuple:
        """Arguments at a named size ('S', 'R', 'L') or at an explicit one; always the same values."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        return self.make_args(self.sizes[size] if isinstance(size, str) else size, rng)


def all_cases(refused: bool = False) -> list[Case]:
    """The `CASES` of every module of the package, ordered by module name.

    Without those that Elena refuses at size S, unless `refused`.
    """
    modules = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]))
    cases = []
    for module in modules:
        cases += getattr(importlib.import_module(f"viewbench.{module}"), "CASES", ())
    return [case for case in cases if refused or "S" not in case.refused]


def arrays_in(tree: Any) -> Iterator[np.ndarray]:
    """All arrays of nested tuples, lists and dicts, in order."""
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, (tuple, list)):
        for item in tree:
            yield from arrays_in(item)
    elif isinstance(tree, dict):
        yield from arrays_in(list(tree.values()))


def random_boxes(n: int, image: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Boxes (x1, y1, x2, y2), float32[n, 4], inside an image (height, width), sides >= 4 pixels."""
    height, width = image
    extent = np.array([width, height])
    side = np.exp(rng.uniform(np.log(4), np.log(extent / 2), (n, 2)))
    corner = rng.uniform(0, 1, (n, 2)) * (extent - side)
    return np.concatenate([corner, corner + side], axis=1).astype(np.float32)
