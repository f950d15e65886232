#!/usr/bin/env python3
"""Prints the table of ViewBench's cases, in Markdown, from their modules (docs/Benchmarks.md holds it).

    viewbench-table.py             prints the table
    viewbench-table.py PAGE        prints PAGE with the table between its markers
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from viewbench import all_cases  # noqa: E402

BEGIN, END = "<!-- table: scripts/gen-docs.sh -->", "<!-- end of table -->"
COLUMNS = ("case", "source", "views", "in-place writes", "control flow", "S", "R", "L", "kernels", "ulp")


def described(module) -> dict[str, str]:
    """The labelled parts of a module's docstring: 'Views: slice. In-place writes: none. ...'"""
    text = " ".join(module.__doc__.split())
    parts = {}
    for label in ("Source", "Views", "In-place writes", "Control flow"):
        match = re.search(rf"\b{label}: (.*?)\.(?= |$)", text)
        if match is None:
            sys.exit(f"{module.__name__}: its docstring does not say '{label}: ...'")
        parts[label] = match[1]
    return parts


def value_text(value) -> str:
    if isinstance(value, (tuple, list)):
        inner = [value_text(item) for item in value]
        return ", ".join(inner) if any("×" in item for item in inner) else "×".join(inner)
    if isinstance(value, int):
        return f"{value:,}"
    return getattr(value, "__name__", None) or str(value)


def size_text(size) -> str:
    return "<br>".join(f"{name} {value_text(value)}" for name, value in size.items())


def row(case) -> tuple[str, ...]:
    parts = described(sys.modules[case.function.__module__])
    sizes = [size_text(case.sizes[size]) for size in "SRL"]
    texts = [parts[label] for label in ("Source", "Views", "In-place writes", "Control flow")]
    return (case.name, *texts, *sizes, str(case.kernels), str(case.ulp))


def table() -> str:
    lines = [COLUMNS, ["---"] * len(COLUMNS), *map(row, all_cases())]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def main() -> None:
    if len(sys.argv) < 2:
        sys.stdout.write(table())
        return
    before, begin, rest = Path(sys.argv[1]).read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{sys.argv[1]}: no lines '{BEGIN}' and '{END}'")
    sys.stdout.write(f"{before}{BEGIN}\n\n{table()}\n{END}{after}")


if __name__ == "__main__":
    main()
