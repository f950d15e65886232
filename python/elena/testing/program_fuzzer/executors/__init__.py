"""The systems under test: by name, or any callable `compile(function) -> callable`.

An executor is a module of this folder with

    variants() -> dict[str, Callable]   name -> compile; "default" is the first; only those that work here
    is_refusal(error) -> bool           "I do not compile that", which is no failure
    fused(function, args) -> bool | None   whether anything was fused (optional; None: unknown)
    drawn() -> list[str]                names that a program draws its second variant from, some more than once
                                        (optional: each of `variants` but the first, once)

It may be slow to import, and need what is not built: it is imported by the processes that run programs only.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NAMES = ("compiled", "plan")

#: Moves of fusion (docs/Fusion.md) that are switched off one at a time.
MOVES = ("unroll", "split", "recompute", "profit", "contract", "sequence", "siblings", "private", "write-back", "pack", "loop")


@dataclass(frozen=True)
class Executor:
    name: str
    variants: dict[str, Callable[[Callable], Callable]]
    is_refusal: Callable[[Exception], bool]
    fused: Callable[[Callable, tuple], bool | None]
    drawn: tuple[str, ...] = ()


def executor(name: str) -> Executor:
    """`compiled`, or `module:attribute` of another compiler.

    Such an attribute is called with a function and gives what is called instead. It refuses a program by an exception
    whose class has "Unsupported" in its name, or NotImplementedError.
    """
    if ":" in name:
        module, attribute = name.split(":")
        return of_callable(getattr(importlib.import_module(module), attribute), name)
    if name not in NAMES:
        raise ValueError(f"no executor {name!r}: {', '.join(NAMES)}, or module:attribute")
    module = importlib.import_module(f".{name}", __package__)
    variants = module.variants()
    drawn = module.drawn() if hasattr(module, "drawn") else list(variants)[1:]
    return Executor(name, variants, module.is_refusal, getattr(module, "fused", _unknown), tuple(drawn))


def of_callable(compile: Callable[[Callable], Callable], name: str = "callable") -> Executor:
    return Executor(name, {"default": compile}, looks_like_refusal, _unknown)


def looks_like_refusal(error: Exception) -> bool:
    return isinstance(error, NotImplementedError) or "Unsupported" in type(error).__name__


def _unknown(function: Callable, args: tuple[Any, ...]) -> bool | None:
    return None
