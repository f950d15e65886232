"""Figures of a run: per case, every peer's time relative to the best."""

import os
import tempfile
from pathlib import Path

from bench.report import groups, peer_names

MARKS = {
    "Elena": ("o", "#d62728"),
    "Elena noviews": ("v", "#ff9896"),
    "Elena unfused": ("s", "#ff9896"),
    "C++": ("|", "#000000"),
    "NumPy": ("o", "#1f77b4"),
    "Numba": ("v", "#2ca02c"),
    "Numba loops": ("^", "#2ca02c"),
    "JAX": ("D", "#9467bd"),
    "torch": ("s", "#ff7f0e"),
    "torch.compile": ("P", "#ff7f0e"),
    "TorchScript": ("x", "#ff7f0e"),
}


def pyplot():
    """matplotlib's pyplot; None where it is not installed."""
    os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / "elena-bench-matplotlib"))
    try:
        import matplotlib
    except ImportError:
        return None
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "bench"  # the same run gives the same file
    from matplotlib import pyplot

    return pyplot


def draw(run: dict, folder: Path) -> list[Path]:
    """One figure per size and number of threads; nothing without matplotlib."""
    plot = pyplot()
    if plot is None:
        return []
    files = []
    for threads, size in dict.fromkeys((key[0], key[1]) for key in groups(run)):
        rows = {
            case: {name: row["median_us"] for name, row in own.items() if row["status"] == "ok"}
            for (t, s, case), own in groups(run).items()
            if (t, s) == (threads, size)
        }
        rows = {case: times for case, times in rows.items() if times}
        if rows:
            files.append(draw_one(plot, rows, peer_names(run), size, threads, folder))
    return files


def draw_one(plot, rows: dict, names: list[str], size: str, threads: int, folder: Path) -> Path:
    figure, axes = plot.subplots(figsize=(9, 1.2 + 0.34 * len(rows)), layout="constrained")
    places = {case: -k for k, case in enumerate(rows)}
    for name in names:
        points = [(t[name] / min(t.values()), places[case]) for case, t in rows.items() if name in t]
        if points:
            mark, colour = MARKS.get(name, (".", "#7f7f7f"))
            axes.plot(*zip(*points), mark, color=colour, label=name, markersize=10 if mark == "|" else 6)
    axes.set_xscale("log")
    axes.set_yticks(list(places.values()), list(places))
    axes.grid(axis="x", which="both", alpha=0.3)
    axes.set_xlabel("time relative to the fastest of all")
    axes.set_title(f"ViewBench, size {size}, {threads} thread{'s' * (threads > 1)}")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    path = folder / f"bench-{size}-{threads}t.svg"
    figure.savefig(path, metadata={"Date": None})
    plot.close(figure)
    return path
