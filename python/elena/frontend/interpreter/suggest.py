"""Hints that name what is supported."""

from __future__ import annotations

import difflib

import numpy as np


_SORTING = frozenset(
    "sort argsort lexsort sort_complex partition argpartition searchsorted digitize median nanmedian percentile "
    "nanpercentile quantile nanquantile unique unique_all unique_counts unique_inverse unique_values isin union1d "
    "intersect1d setdiff1d setxor1d".split()
)
_IN_THE_CALLER = frozenset(
    "bincount histogram histogram2d histogramdd interp hanning hamming blackman bartlett kaiser unravel_index "
    "ravel_multi_index".split()
)
_BY_ELEMENT = frozenset("vectorize frompyfunc apply_along_axis apply_over_axes piecewise".split())
#: what docs/NumPy.md says to write instead
_INSTEAD = {
    "cross": "write its formula with a[..., 0], a[..., 1] and a[..., 2]",
    "convolve": "add up products of slices, or use np.lib.stride_tricks.sliding_window_view",
    "correlate": "add up products of slices, or use np.lib.stride_tricks.sliding_window_view",
    "gradient": "write differences of slices, x[2:] - x[:-2], or use np.diff",
    "nansum": "write np.where(np.isnan(x), 0, x).sum()",
    "nanmax": "write np.where(np.isnan(x), -np.inf, x).max()",
    "nanmin": "write np.where(np.isnan(x), np.inf, x).min()",
}


def hint_for(name: str, options: list[str]) -> str:
    """What to write instead of `numpy.linalg.svd` (or `ndarray.x`); `options`: names of what is supported."""
    holder, _, last = name.rpartition(".")
    if last in _SORTING:
        return "sort before the compiled function, or compute it there, and pass the result"
    if holder.startswith("numpy.random"):
        return "draw the numbers before the call and pass them"
    if last in _IN_THE_CALLER or (holder.startswith(("numpy.fft", "numpy.linalg")) and last != "norm"):
        return "compute it before the call and pass the result"
    if last == "at" and holder.count(".") == 1:
        return "use x[idx] += v on unique indices"
    if last in ("insert", "delete"):
        return "join the parts with np.concatenate"
    if last in _INSTEAD:
        return _INSTEAD[last]
    if last in _BY_ELEMENT:
        return "write the function over whole arrays, with np.where to choose values"
    near = [option for option in options if option.rpartition(".")[0] == holder]
    close = difflib.get_close_matches(last, [option.rpartition(".")[2] for option in near], n=3, cutoff=0.8)
    if close:
        prefix = f"{holder.replace('numpy', 'np', 1)}." if holder else ""
        return "supported: " + ", ".join(prefix + item for item in close)
    return "docs/NumPy.md lists the supported functions"


def numpy_name(function: object) -> str:
    """`numpy.linalg.inv` of NumPy's function."""
    if isinstance(function, np.vectorize):
        return "numpy.vectorize"
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
