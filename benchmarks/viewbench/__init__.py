"""ViewBench: NumPy functions full of views and in-place writes, from real networks.

One module per case. Each holds the function as people write it, an independent
reference, the sizes it is measured at, and what an ideal compiler would need for it
(kernels, bytes). Put `benchmarks/` on `sys.path` and use `all_cases()`.
"""

from viewbench.case import Case, all_cases, arrays_in, random_boxes

__all__ = ["Case", "all_cases", "arrays_in", "random_boxes"]
