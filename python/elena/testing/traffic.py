"""Counts what a function's kernels read and write, by running it with instrumented code.

    t = traffic(fn, boxes, offset)       # runs fn(boxes, offset) once
    t.kernels, t.temporaries             # how many
    t.read_unique + t.written_unique     # bytes, to compare with what an ideal program moves

What is counted, and what not, is said in docs/Counting.md. The code is that of the CPU, up to vectorisation; every
load and store that does not go to the kernel's own stack is counted as it happens (include/elena/Target/Traffic.h).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import _dispatch_reference as reference
from .. import _native
from .. import _protocol as P
from ..frontend.tracing import trace_call
from ..jit import Function, fusion_options, jit


@dataclass(frozen=True)
class KernelTraffic:
    """Bytes of one kernel. `loads` and `stores`: all of them; `read` and `written`: each byte once per launch."""

    name: str
    launches: int
    loads: int
    stores: int
    read: int
    written: int


@dataclass(frozen=True)
class Traffic:
    """One run: the kernels, and the function's result."""

    per_kernel: tuple[KernelTraffic, ...]
    temporaries: int
    allocated: int  # bytes of all storages, those of results included
    result: Any = None

    @property
    def kernels(self) -> int:
        return len(self.per_kernel)

    @property
    def launches(self) -> int:
        return sum(kernel.launches for kernel in self.per_kernel)

    @property
    def read(self) -> int:
        return sum(kernel.loads for kernel in self.per_kernel)

    @property
    def written(self) -> int:
        return sum(kernel.stores for kernel in self.per_kernel)

    @property
    def read_unique(self) -> int:
        return sum(kernel.read for kernel in self.per_kernel)

    @property
    def written_unique(self) -> int:
        return sum(kernel.written for kernel in self.per_kernel)

    @property
    def bytes(self) -> int:
        """What has to come from memory and go there: every launch touches each of its bytes once."""
        return self.read_unique + self.written_unique


def traffic(fn: Callable, /, *args: Any, fuse: bool | str = True, **kwargs: Any) -> Traffic:
    """Runs `fn` (jitted or not) once and counts. What it writes in place is written."""
    function = CountedFunction(fn, fuse=fuse)
    function(*args, **kwargs)
    return function.traffic


class _Runtime(reference.Runtime):
    """Remembers how much was allocated."""

    allocated = 0

    def _alloc(self, runtime: int, size: int) -> int | None:
        start = super()._alloc(runtime, size)
        self.allocated += size if start is not None else 0
        return start


class CountedFunction(reference.Dispatcher):
    """Called like the function it is made of; compiles once per kind of call. `traffic` is that of the last call,
    `compiles` the number of versions so far."""

    def __init__(self, fn: Callable, *, fuse: bool | str = True):
        function = fn if isinstance(fn, Function) else jit(fn)
        self.function, self.fuse, self.compiles = function, fusion_options(fuse), 0
        self.traffic = Traffic((), 0, 0)
        super().__init__(self._compile, function._normalizer(), function._refuse, function._exact_count())

    def _compile(self, bound: tuple, alias: str) -> P.Version:
        traced = trace_call(self.function._function, bound, self.function._names)
        compiled = _native.compile_text(traced.text, alias=alias, **self.fuse, unaligned=bool(traced.unaligned), count_traffic=True)
        self.compiles += 1
        return P.Version(
            entry=compiled.entry,
            alias=alias,
            plan=traced.plan,
            result_ranks=traced.result_ranks,
            guards=traced.guards,
            captures=traced.captures,
            checks=[tuple(check) for check in compiled.checks],
            keep=compiled,
        )

    def _make_runtime(self) -> reference.Runtime:
        self._runtime = _Runtime()
        return self._runtime

    def _run(self, version: P.Version, bound: tuple, values: list, words: list[int]) -> tuple[int, Any]:
        compiled = version.keep
        compiled.reset_traffic()
        status, result = super()._run(version, bound, values, words)
        if status == P.OK:
            kernels = tuple(KernelTraffic(**kernel) for kernel in compiled.traffic)
            self.traffic = Traffic(kernels, len(compiled.temporaries), self._runtime.allocated, result)
        return status, result
