#!/usr/bin/env python3
"""Writes the lists of docs/NumPy.md: what the front end implements, from its registry and its array class.

    numpy-table.py             writes docs/NumPy.md
    numpy-table.py --check     changes nothing; fails and shows the difference if the page is out of date
"""

import builtins
import difflib
import math
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python"))

from elena.frontend import registry  # noqa: E402
from elena.frontend.arrays import Array  # noqa: E402
from elena.frontend.errors import UnsupportedError  # noqa: E402

PAGE = ROOT / "docs/NumPy.md"
BEGIN, END = "<!-- lists: scripts/numpy-table.py -->", "<!-- end of lists -->"

# Modules of python/elena/frontend, and what they hold. A module that is missing here stops the script.
GROUPS = {
    "Making arrays": ("creation", "literals"),
    "Elementwise": ("ufuncs",),
    "Methods of ufuncs": (),
    "Rounding, limits": ("rounding",),
    "Shapes and views": ("shaping",),
    "Joining, splitting, repeating": ("joining", "padding"),
    "Reductions, scans, statistics": ("reductions", "statistics"),
    "Products": ("linalg",),
    "Choosing and indexing": ("selection", "nonzero"),
    "Comparing as wholes": ("comparison",),
    "Writing": ("assign",),
    "Asking about arrays, builtins": ("builtin_functions",),
    "Module `math`": ("math_functions",),
    "Types": ("types",),
}
# Registered to be refused with a hint of their own.
REFUSED = {np.shares_memory, np.may_share_memory}
NAMESPACES = (
    ("np.", np),
    ("np.linalg.", np.linalg),
    ("np.lib.stride_tricks.", np.lib.stride_tricks),
    ("math.", math),
    ("", builtins),
)


def names_of(function) -> list[str]:
    """Every public name of a callable: np.abs and np.absolute."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return [f"np.{owner.__name__}.{function.__name__}"]
    for prefix, module in NAMESPACES:
        public = [name for name in dir(module) if not name.startswith("_")]
        names = [prefix + name for name in public if getattr(module, name) is function]
        if names:
            return names
    return []


def functions() -> dict[str, list[str]]:
    registry.implementation_of(None)
    group_of = {module: group for group, modules in GROUPS.items() for module in modules}
    found = {group: set() for group in GROUPS}
    for function, implementation in registry._IMPLEMENTATIONS.items():
        if function not in REFUSED:
            module = implementation.__module__.rsplit(".", 1)[-1]
            of_ufunc = isinstance(getattr(function, "__self__", None), np.ufunc)
            found["Methods of ufuncs" if of_ufunc else group_of[module]].update(names_of(function))
    return {group: sorted(names) for group, names in found.items()}


def closure_value(function, name: str):
    return dict(zip(function.__code__.co_freevars, function.__closure__))[name].cell_contents


def attributes() -> tuple[list[str], list[str], dict[str, str]]:
    """Methods, attributes, and those that are refused with what to write instead ('' where nothing is said)."""
    array = Array(None, "", "", np.dtype(np.float64), (2, 3), (3, 1), None)
    methods, others, refused = [], [], {}
    for name in sorted(name for name in dir(np.ndarray) if not name.startswith("_")):
        value = getattr(Array, name, None)
        if getattr(value, "__qualname__", "").startswith("_refused."):
            refused[name] = closure_value(value, "hint")
        elif value is not None and not isinstance(value, property):
            methods.append(name)
        elif hasattr(Array, name) or name in vars(array):
            try:
                getattr(array, name)
            except UnsupportedError as error:
                refused[name] = error.hint
                continue
            except Exception:  # it works while a function is traced
                pass
            others.append(name)
        else:
            refused[name] = ""
    return methods, others, refused


def listed(names, before: str = "", after: str = "") -> str:
    return ", ".join(f"`{before}{name}{after}`" for name in names)


def lists() -> str:
    lines = ["| Group | Functions |", "|---|---|"]
    lines += [f"| {group} | {listed(names)} |" for group, names in functions().items()]
    methods, others, refused = attributes()
    plain = [name for name, hint in refused.items() if not hint]
    lines += ["", f"Methods of arrays: {listed(methods, 'x.', '()')}.", ""]
    lines += [f"Attributes: {listed(others, 'x.')}.", ""]
    lines += ["Refused:", "", "| | Instead |", "|---|---|"]
    lines += [f"| `x.{name}` | {hint} |" for name, hint in refused.items() if hint]
    lines += [f"| {listed(plain, 'x.')} | |"]
    return "\n".join(lines)


def main() -> int:
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    wanted = f"{head}{BEGIN}\n\n{lists()}\n\n{END}{rest.split(END)[1]}"
    if not sys.argv[1:]:
        PAGE.write_text(wanted)
        return 0
    sys.stdout.writelines(difflib.unified_diff(page.splitlines(True), wanted.splitlines(True), "page", "wanted"))
    return int(page != wanted)


if __name__ == "__main__":
    sys.exit(main())
