"""The plan of fusion, interpreted: every point of a kernel's iteration space in adversarial order, conflicts reported.

Without code generation a program takes milliseconds, so that hundreds of thousands can be tried.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import elena

from ...interpreted import Traces, interpreted
from . import MOVES

#: Seeds of the orders that every call is made in; 0 is C order.
ORDERS = (0, 1, 2, 3)


def variants() -> dict[str, Callable[[Callable], Callable]]:
    found = {"default": functools.partial(in_orders, fuse=True)}
    found |= {f"without-{move}": functools.partial(in_orders, fuse=f"-{move}") for move in MOVES}
    return {**found, "no-view-fusion": functools.partial(in_orders, fuse="noviews")}


def in_orders(function: Callable, fuse: Any) -> Callable:
    """`function` interpreted; each call takes the next order."""
    compiled = interpreted(function, fuse=fuse, traces=_traces_of(function))
    calls = 0

    def run(*args: Any) -> Any:
        nonlocal calls
        compiled.seed = ORDERS[calls % len(ORDERS)] + 4 * (calls // len(ORDERS)) if calls else 1
        calls += 1
        return compiled(*args)

    return run


@functools.lru_cache(1)
def _traces_of(function: Callable) -> Traces:
    """All variants of a program have the same."""
    return Traces()


def is_refusal(error: Exception) -> bool:
    return isinstance(error, elena.UnsupportedError)
