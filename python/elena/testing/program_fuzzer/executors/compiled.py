"""Elena's compiled code, and its variants: ablations, single moves switched off, the GPU's kernels on the emulator."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import elena

from . import MOVES

#: name -> options of elena.jit. A variant whose options this version of Elena does not know is left out.
#: What is no option of elena.jit is a function of its own, like `emulated`, and a line in `variants`.
JIT_VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "no-fusion": {"fuse": False},
    "no-view-fusion": {"fuse": "noviews"},
    "general": {"specialize": False},
    **{f"without-{move}": {"fuse": f"-{move}"} for move in ("promote", *MOVES)},
}


def variants() -> dict[str, Callable[[Callable], Callable]]:
    found = {name: functools.partial(elena.jit, **options) for name, options in JIT_VARIANTS.items() if _known(options)}
    return {**found, "emulator": emulated, "interpreted": in_any_order, "parts": in_parts}


def drawn() -> list[str]:
    """Of three programs one runs on the emulator or interpreted, one with an ablation, one without a move."""
    known = list(variants())
    moves = [name for name in known if name.startswith("without-")]
    executed = [name for name in ("emulator", "interpreted", "parts") if name in known]
    ablated = [name for name in ("no-fusion", "no-view-fusion", "general") if name in known]
    if not (moves and ablated):
        return known[1:]
    return [names[k % len(names)] for k in range(2 * len(moves)) for names in (executed, ablated, moves)]


def _known(options: dict[str, Any]) -> bool:
    try:
        elena.jit(lambda x: x, **options)
    except (TypeError, ValueError):
        return False
    return True


def emulated(function: Callable) -> Callable:
    """`function` with its kernels for the GPU run on the emulator, which also reports races and wild accesses."""
    from ...emulator import EmulatedFunction, EmulatorError

    # A seed other than 0 shuffles threads and blocks.
    compiled = EmulatedFunction(function, seed=1)

    def run(*args: Any) -> Any:
        result = compiled(*args)
        if compiled.emulation.reports:
            raise EmulatorError("\n".join(compiled.emulation.reports))
        return result

    return run


def in_parts(function: Callable) -> Callable:
    """`function` with every kernel that can be cut run in eight parts by two threads, however small it is."""
    from elena import _elena

    compiled = elena.jit(function)
    compiled.compile_options["least_work"] = 0

    def run(*args: Any) -> Any:
        threads = elena.get_num_threads()
        elena.set_num_threads(2)
        _elena.set_work_of_part(1)
        try:
            return compiled(*args)
        finally:
            elena.set_num_threads(threads)
            _elena.set_work_of_part(1 << 15)

    return run


def in_any_order(function: Callable) -> Callable:
    """`function` with its plan interpreted in adversarial order: what has no order and touches a cell is an error."""
    from ...interpreted import interpreted

    return interpreted(function, seed=7)


def is_refusal(error: Exception) -> bool:
    return isinstance(error, elena.UnsupportedError)


def fused(function: Callable, args: tuple[Any, ...]) -> bool:
    """Whether a kernel has more than one stage."""
    return any(kernel["stages"] > 1 for kernel in elena.jit(function).lower(*args).kernels)
