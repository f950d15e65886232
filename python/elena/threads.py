"""How many threads run a compiled function's kernels on the CPU."""

from __future__ import annotations

import operator

from . import _native


def get_num_threads() -> int:
    """How many threads run a large kernel, the caller's among them: at first the environment variable
    ELENA_NUM_THREADS, else the cores that the process may use."""
    return _native.extension().get_num_threads()


def set_num_threads(count: int) -> None:
    """Sets it, for the whole process, from the next kernel on; 1: no other threads. ValueError if it is not from 1 to
    1024.

    Small kernels run on the calling thread alone. Results do not depend on the number of threads, bit for bit.

        elena.set_num_threads(4)
    """
    count = operator.index(count)
    if not 1 <= count <= _native.MAX_THREADS:
        raise ValueError(f"the number of threads is from 1 to {_native.MAX_THREADS}, not {count}")
    _native.extension().set_num_threads(count)


__all__ = ["get_num_threads", "set_num_threads"]
