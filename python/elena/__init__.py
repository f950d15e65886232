"""Elena: NumPy array programs, with their views and in-place writes, as native code.

import elena

@elena.jit
def f(x, y): ...

f(x, y)                      # runs compiled code
c = f.lower(x, y)            # c.kernels, c.as_text("tensorref"), c.graph("svg"), c.save("f.so")
print(elena.explain(f, x, y))  # what was fused, what was not, and why
"""

from ._native import CompileError
from .explain import Explanation, explain
from .frontend.errors import UnsupportedError
from .jit import jit, stats
from .lowered import Lowered
from .threads import get_num_threads, set_num_threads

__version__ = "0.1.0"
__all__ = [
    "CompileError",
    "Explanation",
    "Lowered",
    "UnsupportedError",
    "__version__",
    "explain",
    "get_num_threads",
    "jit",
    "set_num_threads",
    "stats",
]
