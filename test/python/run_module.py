"""Runs a hand-written module: the entry's arguments are arrays, its results none.

    run_module(text, x, out)                    natively
    run_module(text, x, out, target="cuda")     kernels on the emulator; raises EmulatorError on any finding
    run_module(text, x, out, target="plan")     interpreted; raises InterpreterError on any finding
"""

from __future__ import annotations

import ctypes

import numpy as np
from elena import _dispatch_reference as reference
from elena import _native
from elena.testing import emulator
from elena.testing.interpreted import run_groups


def run_module(text: str, *arrays: np.ndarray, target: str = "cpu", seed: int = 0) -> list[tuple[str, int]]:
    """Returns the launches (kernel, threads) that the emulator saw."""
    if target == "plan":
        run_groups(text, *arrays, seed=seed)
        return []
    compiled = _native.compile_text(text, alias="apart", target=target)
    words = np.array([word for array in arrays for word in _words(array)], np.int64)
    emulation = emulator.Emulation()
    runtime = reference.Runtime()
    if target == "cuda":
        device = _native.native.Emulator(compiled.text("kernels"))
        for k, array in enumerate(arrays):
            words_of_array = _words(array)
            sizes, strides = words_of_array[1 : 1 + array.ndim], words_of_array[1 + array.ndim :]
            low, high = emulator._extent(array.ctypes.data, sizes, strides, array.itemsize)
            device.add_range(low, high - low, f"argument {k}", array.flags.writeable)
        runtime = emulator._Runtime(device, emulation, seed)
    status = reference._ENTRY(compiled.entry)(words.ctypes.data, 0, ctypes.addressof(runtime.struct))
    if target == "cuda":
        if runtime.error:
            raise runtime.error
        if device.reports:
            raise emulator.EmulatorError("\n".join(device.reports))
    assert status == 0, f"the entry returns status {status}"
    return emulation.launches


def _words(array: np.ndarray) -> list[int]:
    return [array.ctypes.data, *array.shape, *(stride // array.itemsize for stride in array.strides)]
