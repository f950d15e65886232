#!/usr/bin/env python3
"""Compiles functions of benchmarks/viewbench, compares them with NumPy, and writes what was compiled.

    scripts/demo.sh                          the usual twelve cases
    scripts/demo.sh --cases rotary,tsm_shift
    scripts/demo.sh --cases all --size S
    scripts/demo.sh --quick                  only the table, from fewer runs

Per case it shows the kernels, the storages and their views; then it runs NumPy and Elena by turns and
prints a table. Files: demo-out/<case>/<case>.mlir (tensorref IR), .ptx and .svg (graph). The exit code is
1 if any result differs from NumPy's.
"""

import argparse
import importlib.util
import re
import statistics
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks")]

try:
    import elena
    import numpy as np
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
    from rich.tree import Tree
    from viewbench import Case, all_cases
except ImportError as error:
    sys.exit(f"demo: {error}; run scripts/demo.sh, which sets everything up")
from elena.testing import ptxas

USUAL = (
    "grid_anchors valid_flags bbox2delta delta2bbox offset2bbox ssd_decode bbox_flip_back bbox_overlaps "
    "kv_append rotary tsm_shift swin_shift_partition"
).split()
CHIP = "sm_90"
SHOWN_KERNELS = 6
SHOWN_STORAGES = 6
SHOWN_VIEWS = 5


def load_compare():
    """test/python/compare.py: what the tests compare results with."""
    spec = importlib.util.spec_from_file_location("compare", ROOT / "test/python/compare.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["compare"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


compare = load_compare()


@dataclass
class Outcome:
    """One row of the table."""

    case: Case
    kernels: int = 0
    temporaries: int = 0
    numpy_us: float = 0.0
    elena_us: float = 0.0
    ulp: float = 0.0
    ptx: str = ""
    problem: str = ""
    files: list[Path] = field(default_factory=list)


# ---- what was compiled ---------------------------------------------------------------------------------


def number_of(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def show_kernels(lowered) -> Tree:
    kernels = lowered.kernels
    parts = [re.search(r"_(k\d+)_(\w+)$", kernel["name"]) for kernel in kernels]  # <entry>_k<number>_<what>
    kinds = Counter(part[2] for part in parts)
    summary = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none"
    temporaries = number_of(len(lowered.temporaries), "temporary storage")
    tree = Tree(f"[b]{number_of(len(kernels), 'kernel')}[/b]: {summary}; {temporaries}")
    for part, kernel in list(zip(parts, kernels))[:SHOWN_KERNELS]:
        reads = ", ".join(kernel["reads"]) or "nothing"
        moved = "" if kernel["bytes"] is None else f", {kernel['bytes']:,} bytes"
        tree.add(escape(f"{part[1]} {part[2]}: {reads} -> {', '.join(kernel['writes'])}{moved}"))
    if len(kernels) > SHOWN_KERNELS:
        tree.add(f"... and {len(kernels) - SHOWN_KERNELS} more")
    return tree


def show_refs(lowered) -> Tree:
    """Which refs are views of which storages, which of them are read (r) and written (w), and where."""
    graph = elena.graph.parse(lowered.traced.text)
    names = iter([leaf.name for leaf in lowered.traced.leaves if leaf.array is not None])
    views, access = {}, {}
    for source, target, kind in graph.edges:
        if kind == "view":
            views.setdefault(source, []).append(target)
        elif kind == "read" and target != "return":
            access.setdefault(source, set()).add("r")
        elif kind == "write":
            access.setdefault(target, set()).add("w")

    def describe(keys):
        """One or more equal refs: what they look like, whether read and written, and where made."""
        node = graph.nodes[keys[0]]
        flags = "".join(flag for flag in "rw" if any(flag in access.get(key, ()) for key in keys))
        places = dict.fromkeys(graph.nodes[key].place.rsplit(":", 1)[-1] for key in keys)
        lines = f" line{'s' * (len(places) > 1)} {', '.join(places)}" if any(places) else ""
        return f"{node.detail}{f' [{flags}]' if flags else ''}{lines}"

    def add(branch, key):
        alike = {}  # views of one ref that are the same and have no views of their own are one line
        for child in views.get(key, ()):
            node = graph.nodes[child]
            alike.setdefault((node.label, node.detail, child if child in views else None), []).append(child)
        for (label, _, _), children in list(alike.items())[:SHOWN_VIEWS]:
            add(branch.add(escape(f"{label}: {describe(children)}")), children[0])
        if len(alike) > SHOWN_VIEWS:
            branch.add(f"... and {number_of(len(alike) - SHOWN_VIEWS, 'more view')}")

    storages = [node for node in graph.nodes.values() if node.kind in ("argument", "storage")]
    viewed = [node for node in storages if node.kind == "argument" or node.key in views]
    tree = Tree("[b]refs[/b] (r: read, w: written)")
    for node in viewed[:SHOWN_STORAGES]:
        title = f"argument {next(names, node.label)}" if node.kind == "argument" else "new storage"
        add(tree.add(f"[cyan]{escape(title)}[/cyan]: {escape(describe([node.key]))}"), node.key)
    if len(viewed) > SHOWN_STORAGES:
        tree.add(f"... and {number_of(len(viewed) - SHOWN_STORAGES, 'more storage')} with views")
    if len(storages) > len(viewed):
        tree.add(f"{number_of(len(storages) - len(viewed), 'new storage')} without views")
    return tree


def write_files(outcome: Outcome, function, lowered, args, folder: Path) -> None:
    name = outcome.case.name
    folder.mkdir(parents=True, exist_ok=True)
    outcome.files += lowered.save(folder / f"{name}.mlir")
    outcome.files += lowered.save(folder / f"{name}.svg")
    device = function.lower(*args, target="cuda", chip=CHIP)
    outcome.files += device.save(folder / f"{name}.ptx")
    if ptxas.find_ptxas() is None:
        outcome.ptx = "written"
        return
    ptxas.assemble(device.as_text("ptx"), CHIP)
    outcome.ptx = "assembled"


# ---- results and times ---------------------------------------------------------------------------------


def worst_ulp(case: Case, function, size: str) -> float:
    """The largest difference in results and arguments, in ulp of max(|value|, case.ulp_scale)."""
    given = case.args(size)
    expected, actual = (compare.clone_arguments(given).tree for _ in range(2))
    pairs = zip(
        compare.array_leaves((case.function(*expected), expected), ""),
        compare.array_leaves((function(*actual), actual), ""),
        strict=True,
    )
    worst = 0.0
    for (_, e), (_, a) in pairs:
        if e.dtype.kind != "f" or not e.size or np.array_equal(e, a):
            continue
        with np.errstate(all="ignore"):
            scaled = np.abs(e - a) / np.spacing(e.dtype.type(case.ulp_scale))
            worst = max(worst, float(np.minimum(compare.ulp_difference(e, a).astype(float), scaled).max()))
    return worst


def check(case: Case, function, size: str) -> None:
    """Every buffer, shape, stride and shared memory against NumPy; AssertionError where they differ."""
    compare.check_same(
        case.function,
        function,
        lambda: case.args(size),
        ulp=case.ulp,
        ulp_scale=case.ulp_scale,
        ignore_zero_sign=case.ulp_scale > 0,
    )


def measure(case: Case, function, size: str, seconds: float) -> tuple[float, float]:
    """Medians in microseconds of NumPy and Elena, run by turns on arguments of their own."""
    given = case.args(size)
    contestants = [
        (run, compare.clone_arguments(given).tree, []) for run in (case.function, function)
    ]
    for run, args, _ in contestants:
        run(*args)
    stop = time.perf_counter() + seconds
    while len(contestants[0][2]) < 5 or (time.perf_counter() < stop and len(contestants[0][2]) < 1000):
        for run, args, times in contestants:
            start = time.perf_counter()
            run(*args)
            times.append(time.perf_counter() - start)
    numpy_us, elena_us = (statistics.median(times) * 1e6 for _, _, times in contestants)
    return numpy_us, elena_us


def run_case(case: Case, options, console: Console) -> Outcome:
    outcome = Outcome(case)
    function = elena.jit(case.function)
    try:
        args = case.args(options.size)
        lowered = function.lower(*args)
        outcome.kernels, outcome.temporaries = len(lowered.kernels), len(lowered.temporaries)
        if not options.quick:
            console.rule(f"[b]{case.name}[/b]", align="left")
            console.print(show_kernels(lowered), highlight=False)
            console.print(show_refs(lowered), highlight=False)
        write_files(outcome, function, lowered, args, options.out / case.name)
        check(case, function, options.size)
        outcome.ulp = worst_ulp(case, function, options.size)
        outcome.numpy_us, outcome.elena_us = measure(case, function, options.size, 0.05 if options.quick else 0.3)
    except Exception as error:  # one bad case must not hide the others
        outcome.problem = f"{type(error).__name__}: {str(error).strip()}"
        if not isinstance(error, (AssertionError, elena.UnsupportedError)):
            outcome.problem += "\n" + traceback.format_exc()
        console.print(f"[red]{case.name}: {escape(outcome.problem)}[/red]", highlight=False)
    return outcome


# ---- the table -----------------------------------------------------------------------------------------


def microseconds(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def show_table(outcomes: list[Outcome], size: str) -> Table:
    table = Table(title=f"ViewBench, size {size}: all of fusion, one thread", title_justify="left")
    table.add_column("case", no_wrap=True)
    for heading in ("kernels", "µs NumPy", "µs Elena", "NumPy/Elena", "max ulp"):
        table.add_column(heading, justify="right")
    table.add_column(f"PTX {CHIP}")
    table.add_column("result")
    for outcome in outcomes:
        if outcome.problem:
            table.add_row(outcome.case.name, *[""] * 6, "[red]differs or fails[/red]")
            continue
        table.add_row(
            outcome.case.name,
            str(outcome.kernels),
            microseconds(outcome.numpy_us),
            microseconds(outcome.elena_us),
            f"{outcome.numpy_us / outcome.elena_us:.2f}",
            f"{outcome.ulp:.3g}",
            outcome.ptx,
            "[green]equal[/green]" if outcome.ulp == 0 else f"within {outcome.case.ulp} ulp",
        )
    return table


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(USUAL), help="names separated by commas, or all")
    parser.add_argument("--size", choices=("S", "R"), default="R", help="S: small, R: realistic (default)")
    parser.add_argument("--quick", action="store_true", help="only the table, from fewer runs")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where files go (default: demo-out)")
    options = parser.parse_args()
    known = {case.name: case for case in all_cases()}
    names = list(known) if options.cases == "all" else [name for name in options.cases.split(",") if name]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        parser.error(f"no case '{', '.join(unknown)}'; there are: {', '.join(known)}")
    options.cases = [known[name] for name in names]
    return options


def main() -> int:
    options = parse_options()
    elena.set_num_threads(1)  # as NumPy
    console = Console(width=None if sys.stdout.isatty() else 110)
    start = time.perf_counter()
    outcomes = [run_case(case, options, console) for case in options.cases]
    console.print()
    console.print(show_table(outcomes, options.size))
    console.print(
        "Medians of interleaved runs on warm code. max ulp: the largest difference, in units in the last place of the "
        "larger of the value and the scale that the case names.",
        style="dim",
    )
    bad = [outcome.case.name for outcome in outcomes if outcome.problem]
    files = sum(len(outcome.files) for outcome in outcomes)
    console.print(f"{files} files in {options.out}/; {time.perf_counter() - start:.0f} s", highlight=False)
    if bad:
        console.print(f"[red]not equal to NumPy: {', '.join(bad)}[/red]")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
