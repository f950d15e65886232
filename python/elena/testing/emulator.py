"""Runs the GPU code of a function without a GPU.

    result = run_on_emulator(fn, x, y)      # like fn(x, y); raises EmulatorError on any finding

The function is compiled with ``target="cuda"``. Its host entry runs natively; each kernel that it launches is
executed by ``_elena.Emulator`` (include/elena/Target/Emulator.h), one fiber per CUDA thread, every load and
store checked against the arguments and the storages that the entry has allocated, races between threads included.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import _dispatch_reference as reference
from .. import _native
from .. import _protocol as P
from ..frontend.tracing import trace_call
from ..jit import Function, jit


class EmulatorError(AssertionError):
    """A kernel did something that a correct kernel does not do; the message lists what."""


@dataclass
class Emulation:
    """One run: the function's result and what the emulator saw."""

    result: Any = None
    reports: list[str] = field(default_factory=list)
    launches: list[tuple[str, int]] = field(default_factory=list)  # kernel, threads
    accesses: int = 0


def emulate(fn: Callable, /, *args: Any, chip: str = "sm_90", seed: int = 0, **kwargs: Any) -> Emulation:
    """Runs `fn` (jitted or not) on the emulator. `seed` other than 0 shuffles the order of threads and blocks."""
    function = EmulatedFunction(fn, chip=chip, seed=seed)
    function(*args, **kwargs)
    return function.emulation


def run_on_emulator(fn: Callable, /, *args: Any, chip: str = "sm_90", seed: int = 0, **kwargs: Any) -> Any:
    """`fn(*args, **kwargs)`, computed by the emulated GPU. Raises EmulatorError if a kernel misbehaves."""
    emulation = emulate(fn, *args, chip=chip, seed=seed, **kwargs)
    if emulation.reports:
        raise EmulatorError("\n".join(emulation.reports))
    return emulation.result


class _Runtime(reference.Runtime):
    """An ElenaRuntime whose launches go to the emulator."""

    def __init__(self, emulator: Any, emulation: Emulation, seed: int):
        self.emulator, self.emulation, self.seed = emulator, emulation, seed
        self.error: Exception | None = None
        super().__init__()

    def _alloc(self, runtime: int, size: int) -> int | None:
        start = super()._alloc(runtime, size)
        if start is not None:
            # What a kernel leaves unwritten must not look right by luck.
            self.storages[start][:] = 0xFF
            self.emulator.add_range(start, size, f"storage {len(self.storages) - 1}")
        return start

    def _launch(self, _: int, kernel: int, threads: int, params: int, count: int) -> int:
        try:
            self.emulation.launches.append((self.emulator.kernels[kernel], threads))
            self.emulator.launch(kernel, threads, params or 0, self.seed)
        except Exception as error:  # must not pass through native code
            self.error = error
            return 1
        return 0


@dataclass
class _Loaded:
    """What a version keeps: the compiled function, and its kernels on the emulator."""

    compiled: Any
    emulator: Any


class EmulatedFunction(reference.Dispatcher):
    """Called like the function it is made of; compiles it for the GPU once per kind of call and runs the kernels on
    the emulator. `emulation` is what it saw in the last call."""

    def __init__(self, fn: Callable, *, chip: str = "sm_90", seed: int = 0):
        function = fn if isinstance(fn, Function) else jit(fn)
        self.function, self.chip, self.seed = function, chip, seed
        self.emulation = Emulation()
        super().__init__(self._compile, function._normalizer(), function._refuse, function._exact_count())

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        self.emulation = Emulation()
        self.emulation.result = super().__call__(*args, **kwargs)
        return self.emulation.result

    def _compile(self, bound: tuple, alias: str) -> P.Version:
        function = self.function
        traced = trace_call(function._function, bound, function._names)
        compiled = _native.compile_text(traced.text, alias=alias, target="cuda", chip=self.chip)
        return P.Version(
            entry=compiled.entry,
            alias=alias,
            plan=traced.plan,
            result_ranks=traced.result_ranks,
            guards=traced.guards,
            captures=traced.captures,
            checks=[tuple(check) for check in compiled.checks],
            keep=_Loaded(compiled, _native.native.Emulator(compiled.text("kernels"))),
        )

    def _run(self, version: P.Version, bound: tuple, values: list, words: list[int]) -> tuple[int, Any]:
        emulator = version.keep.emulator
        emulator.reset()
        _add_arguments(emulator, version, words, values)
        runtime = _Runtime(emulator, self.emulation, self.seed)
        arguments = np.array(words or [0], np.int64)
        results = np.zeros(sum(2 + 2 * r if r >= 0 else 1 for r in version.result_ranks) + 1, np.int64)
        entry = reference._ENTRY(version.entry)
        status = entry(arguments.ctypes.data, results.ctypes.data, ctypes.addressof(runtime.struct))
        self.emulation.reports += emulator.reports
        self.emulation.accesses += emulator.accesses
        if status in (P.GUARD, P.OVERLAP):
            return status, None
        if status == P.CHECK:
            raise reference._check_error(version, runtime)
        if status != P.OK:
            raise runtime.error or RuntimeError(f"the entry failed with status {status}")
        return status, reference._Results(version, bound, values, results.tolist(), runtime).build(version.plan)


def _add_arguments(emulator: Any, version: P.Version, words: list[int], values: list) -> None:
    """Lets kernels touch the memory between the first and the last byte of every array argument."""
    # A read-only array may share memory with one that is not.
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    writeable = {array.ctypes.data for array in arrays if array.flags.writeable}
    place = 0
    for ordinal, argument in enumerate(version.keep.compiled.arguments):
        rank = argument["rank"]
        if rank >= 0:
            data, sizes, strides = words[place], words[place + 1 :][:rank], words[place + 1 + rank :][:rank]
            low, high = _extent(data, sizes, strides, _ITEM_SIZES[argument["element_type"]])
            emulator.add_range(low, high - low, f"argument {ordinal}", data in writeable)
        place += 1 + 2 * max(rank, 0)


_ITEM_SIZES = {"i1": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "f32": 4, "f64": 8}


def _extent(data: int, sizes: list[int], strides: list[int], item: int) -> tuple[int, int]:
    """First and last address (exclusive) of a strided array; equal if it has no element."""
    if 0 in sizes:
        return data, data
    reach = [(size - 1) * stride * item for size, stride in zip(sizes, strides)]
    return data + sum(min(r, 0) for r in reach), data + sum(max(r, 0) for r in reach) + item
