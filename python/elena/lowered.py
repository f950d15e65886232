"""What `f.lower(...)` gives: a compiled function to look at and to save."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _native, artifacts, graph
from ._dispatch_reference import entry_words
from ._protocol import LEAF_CONSTANT

if TYPE_CHECKING:
    from .frontend.tracing import Traced

_LEVELS = ("tensorref", "group", "kernels", "loops", "llvm-dialect", "llvm", "asm", "ptx")
DEFAULT_CHIP = "sm_90"


def check_target(target: str, chip: str | None) -> str | None:
    """The chip to compile for (None for the CPU); ValueError for what does not go together."""
    if target not in ("cpu", "cuda"):
        raise ValueError(f"target must be 'cpu' or 'cuda', not {target!r}")
    if target == "cuda":
        return chip or DEFAULT_CHIP
    if chip is not None:
        raise ValueError(f"chip={chip!r} is for target='cuda'; target='cpu' is this machine's CPU")
    return None


class Lowered:
    """One version of a function, compiled for the arguments given to `lower`, not run."""

    def __init__(
        self, name: str, traced: Traced, static_text: Callable[[], str], target: str, chip: str | None, trace_ms: float, fuse: dict[str, Any]
    ):
        self.name = name
        self.target = target
        self.chip = chip
        self.traced = traced
        self._static_text = static_text
        self._trace_ms = trace_ms
        if target == "cuda" and traced.unaligned:
            raise TypeError(f"array '{traced.unaligned[0]}' is not aligned in memory, as a GPU needs; pass a copy of it")
        self._fuse = {**fuse, "unaligned": bool(traced.unaligned)}
        self.compiled = _native.compile_text(traced.text, alias="apart", **self._fuse, target=target, chip=chip or DEFAULT_CHIP)

    def __repr__(self) -> str:
        return f"<Lowered {self.name}: {len(self.compiled.kernels)} kernels for {self._machine()}>"

    def _machine(self) -> str:
        return self.chip if self.target == "cuda" else "this CPU"

    @functools.cached_property
    def kernels(self) -> list[dict[str, Any]]:
        """Per kernel: `name`, `reads` and `writes` (types of the refs), `bytes` (each element once,
        for the sizes given to `lower`), `stages`."""
        kernels = [dict(kernel) for kernel in self.compiled.kernels]
        if any(kernel["bytes"] in (None, -1) for kernel in kernels):
            self._fill_in_bytes(kernels, self._static.kernels)
        return kernels

    @functools.cached_property
    def temporaries(self) -> list[dict[str, Any]]:
        """Per storage that lives during the call only: `type`, `bytes` (for the sizes given to `lower`; -1 if they
        depend on data), `location`."""
        temporaries = [dict(temporary) for temporary in self.compiled.temporaries]
        if any(temporary["bytes"] in (None, -1) for temporary in temporaries):
            for temporary, size in zip(temporaries, self.compiled.measure_temporaries(entry_words(self.traced))):
                temporary["bytes"] = size
        return temporaries

    @property
    def peak_bytes(self) -> int | None:
        """Bytes of temporaries that exist at the same time at most, for the sizes given to `lower`: all of them, as
        temporaries whose lives are apart are one storage already. None where a size depends on data, or a
        loop over a run-time number allocates."""
        sizes = [temporary["bytes"] for temporary in self.temporaries]
        return None if any(size < 0 for size in sizes) else sum(sizes)

    @functools.cached_property
    def _static(self) -> Any:
        """The same program with the sizes at hand as constants: for the numbers of bytes only."""
        sized = self._compile_static(self._fuse)
        if len(sized.kernels) == len(self.compiled.kernels):
            return sized
        # Constants may show an order of the points that run-time numbers do not, and so save a kernel.
        return self._compile_static({**self._fuse, "without": [*self._fuse["without"], "sequence"]})

    def _compile_static(self, fuse: dict[str, Any]) -> Any:
        return _native.compile_text(self._static_text(), alias="apart", **fuse, target=self.target, chip=self.chip or DEFAULT_CHIP)

    @staticmethod
    def _fill_in_bytes(items: list[dict[str, Any]], sized: Any) -> None:
        if len(items) == len(sized):
            for item, other in zip(items, sized):
                item["bytes"] = dict(other)["bytes"]

    @property
    def timings(self) -> dict[str, float]:
        """Milliseconds per stage of the compilation."""
        return {"trace": self._trace_ms, **self.compiled.timings}

    def as_text(self, level: str = "tensorref") -> str:
        """The program at a level: tensorref, group, kernels, loops, llvm-dialect, llvm, asm, or ptx (target="cuda")."""
        if level not in _LEVELS:
            raise ValueError(f"level must be one of {', '.join(_LEVELS)}, not {level!r}")
        if level == "ptx" and self.target != "cuda":
            raise ValueError("PTX is made for target='cuda': f.lower(..., target='cuda', chip='sm_90')")
        return self.compiled.text(level)

    def graph(self, form: str = "dot", fused: bool = False, edges: bool = False) -> str:
        """The program as a graph; `form`: dot or svg.

        By default refs (boxes: storages, ellipses: views) and the operations that read and write them: who touches what.
        `edges`: operations, and what depends on what: an edge for each RAW, WAR, WAW and RAR with the relation of the two
        sets of cells. Solid: both accesses are of one ref; dashed: only their storage tells; dotted: RAR, no order. A loop
        is a box; edges from one iteration to a later one say how much later ("RAW d=1").
        `fused`: the same after fusion, a box per loop nest with its operations inside."""
        runtime = [leaf.name for leaf in self.traced.leaves if leaf.kind != LEAF_CONSTANT]
        names = [*runtime, *(str(capture.name) for capture in self.traced.captures)]
        if fused or edges:
            level = "graph" if fused else "program-graph"
            return graph.render_edges(self.compiled.text(level), self.name, form, names)
        return graph.render(self.traced.text, self.name, form, {f"%arg{k}": name for k, name in enumerate(names)})

    def save(self, path: str | Path) -> list[Path]:
        """Writes a file by its suffix (.mlir .ll .s .o .so .ptx .dot .svg); .o and .so come with a C header.
        Returns the paths written."""
        return artifacts.save(self, Path(path))
