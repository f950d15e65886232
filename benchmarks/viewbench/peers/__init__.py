"""ViewBench stated for compilers that do not take the NumPy source: one module per function of a case.

    torch_(torch)          -> a function of the same arguments, in PyTorch
    jax_(jnp)              -> the same in JAX; also returns the new values of arguments that the case writes
    numba_loops_(numba)    -> loops as an expert of Numba writes them (`numba.prange` where they are parallel)
    native_(*arguments)    -> (buffers, sizes, numbers, result) for native/<function>.cpp: arrays whose addresses
                              it gets, integers, floats, and what the case returns, made of those arrays

What is not there is "not written" in the tables. Nothing here imports a peer: most are not installed most of the time.
"""

import math

import numpy as np


def out(*shape: int, dtype=np.float32) -> np.ndarray:
    """An output array at a multiple of 64 bytes, with its pages in memory."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    buffer = np.full(size + 64, 7, np.uint8)
    skip = -buffer.ctypes.data % 64
    return buffer[skip : skip + size].view(dtype).reshape(shape)
