"""Hints that name what is supported."""

from __future__ import annotations

import difflib

import numpy as np


def supported_like(name: str, options: list[str], count: int = 6) -> str:
    """`supported: a, b, c ...`: the names most like `name`."""
    short = {option.split(".")[-1]: option for option in options}
    close = difflib.get_close_matches(name.split(".")[-1], short, n=count, cutoff=0.5)
    named = [short[item] for item in close]
    if not named:
        return "docs/ lists the supported NumPy functions; write it with those"
    return "supported: " + ", ".join(named) + ", ..."


def numpy_name(function: object) -> str:
    """`numpy.linalg.inv` of NumPy's function."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", None) or type(function).__name__
    if isinstance(owner, (np.ufunc, type)):
        return f"numpy.{owner.__name__}.{name}"
    module = getattr(function, "__module__", None) or "numpy"
    module = ".".join(part for part in module.split(".") if not part.startswith("_"))
    module = module if module.split(".")[0] == "numpy" else "numpy"
    if module in ("numpy.core", "numpy.lib"):
        module = "numpy"
    return f"{module}.{name}"
