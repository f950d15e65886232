"""Tables of a run: in the terminal, and in Markdown for docs/Benchmarks.md."""

import math
import re
import shutil
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

BEGIN, END = "<!-- bench: scripts/bench.sh --write-docs -->", "<!-- end of bench -->"
# What a peer is compared with when the best is looked for: Elena's own ways and the floor are no peers.
NO_PEER = ("Elena", "Elena noviews", "Elena unfused", "C++")


def number(us: float) -> str:
    if us >= 100:
        return f"{us:,.0f}"
    return f"{us:.1f}" if us >= 10 else f"{us:.2f}"


def cell(row: dict) -> str:
    if row["status"] == "ok":
        return number(row["median_us"]) + ("*" if row["text"] else "")
    return "-" if row["status"] == "not written" else row["status"]


def spread(row: dict) -> float:
    """The distance of the quartiles relative to the median."""
    low, high = row["quartiles_us"]
    return (high - low) / row["median_us"]


def geomean(values: list[float]) -> float | None:
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def groups(run: dict) -> dict[tuple, dict[str, dict]]:
    """(threads, size, case) -> peer -> measurement, in the order of the run."""
    found: dict[tuple, dict[str, dict]] = {}
    for row in run["measurements"]:
        found.setdefault((row["threads"], row["size"], row["case"]), {})[row["peer"]] = row
    return found


def best_peer(rows: dict[str, dict]) -> dict | None:
    """The fastest right one that is neither Elena nor the floor."""
    right = [row for name, row in rows.items() if row["status"] == "ok" and name not in NO_PEER]
    return min(right, key=lambda row: row["median_us"], default=None)


def ratios(run: dict) -> dict[tuple, dict[str, float | None]]:
    """(threads, size) -> geometric means over cases of what the goals speak of; None without such cases."""
    lists: dict[tuple, dict[str, list[float]]] = {}
    for (threads, size, _), rows in groups(run).items():
        here = lists.setdefault((threads, size), {name: [] for name in RATIOS})
        times = {name: row["median_us"] for name, row in rows.items() if row["status"] == "ok"}
        best = best_peer(rows)
        if best is not None:
            times["best peer"] = best["median_us"]
        for title, (over, under) in RATIOS.items():
            if over in times and under in times:
                here[title].append(times[over] / times[under])
    return {key: {title: geomean(values) for title, values in own.items()} for key, own in lists.items()}


RATIOS = {
    "best peer / Elena": ("best peer", "Elena"),
    "Elena / C++": ("Elena", "C++"),
    "best peer / C++": ("best peer", "C++"),
    "NumPy / Elena": ("NumPy", "Elena"),
    "noviews / Elena": ("Elena noviews", "Elena"),
    "unfused / Elena": ("Elena unfused", "Elena"),
}


def peer_names(run: dict) -> list[str]:
    return list(dict.fromkeys(row["peer"] for row in run["measurements"]))


# ---- terminal -------------------------------------------------------------------------------------------


def progress(console: Console, rows: list) -> None:
    """One line as soon as a case is measured."""
    first = rows[0] if rows else None
    if first is None:
        return
    parts = [f"{row.peer} {number(row.median_us) if row.status == 'ok' else row.status}" for row in rows]
    console.print(f"{first.case} {first.size} {first.threads}T: {', '.join(parts)}", highlight=False, soft_wrap=True)


def show(console: Console, run: dict) -> None:
    """As many tables as the terminal's width needs; files get one."""
    names = peer_names(run)
    if not console.is_terminal:
        console = Console(file=console.file, width=max(console.width, 30 + 16 * len(names)))
    fitting = max(1, (console.width - 26) // 14)
    for first in range(0, len(names), fitting):
        show_tables(console, run, names[first : first + fitting])
    for key, values in ratios(run).items():
        known = ", ".join(f"{title} {value:.2f}" for title, value in values.items() if value is not None)
        console.print(f"size {key[1]}, {key[0]}T, geometric means: {known or 'none'}", highlight=False)
    for line in remarks(run):
        console.print(escape(line), highlight=False)


def show_tables(console: Console, run: dict, names: list[str]) -> None:
    for threads, size in dict.fromkeys((key[0], key[1]) for key in groups(run)):
        table = Table(title=f"µs per call, size {size}, {threads} thread{'s' * (threads > 1)}", title_justify="left")
        table.add_column("case", no_wrap=True)
        for name in names:
            table.add_column(name, justify="right")
        for (t, s, case), rows in groups(run).items():
            if (t, s) == (threads, size):
                table.add_row(case, *(coloured(rows.get(name), best_peer(rows)) for name in names))
        console.print(table)


def coloured(row: dict | None, best: dict | None) -> str:
    if row is None:
        return ""
    style = {"wrong": "red", "error": "red", "refused": "yellow", "not written": "dim"}.get(row["status"])
    if row is best:
        style = "green"
    return f"[{style}]{cell(row)}[/{style}]" if style else cell(row)


def remarks(run: dict) -> list[str]:
    """What is missing, refused, wrong or remarkable: one line per peer, case and text; sizes joined."""
    lines = [f"missing: {name}: {text}" for name, text in run["missing"].items()]
    seen: dict[tuple, list[str]] = {}
    for row in run["measurements"]:
        if row["status"] == "not written" or not row["text"]:
            continue
        text = shortened(row["text"])
        seen.setdefault((row["peer"], row["case"], row["status"], text), []).append(f"{row['size']} {row['threads']}T")
    for (peer, case, status, text), where in seen.items():
        what = "*" if status == "ok" else status
        lines.append(f"{what}: {peer}, {case} ({', '.join(dict.fromkeys(where))}): {text}")
    return lines


def shortened(text: str, most: int = 220) -> str:
    """The first lines that say something, in one."""
    text = " ".join(line.strip() for line in text.splitlines() if line.strip())
    for empty in ("Failed in nopython mode pipeline (step: nopython frontend) ", ">>> "):
        text = text.replace(empty, "")
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " ..."


# ---- Markdown -------------------------------------------------------------------------------------------


def row_of(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def markdown(run: dict) -> str:
    names = peer_names(run)
    text = f"{run['date']}, {run['cpu']}, {run['cpus']} CPUs, load {run['load']}, Python {run['python']}; "
    text += f"{run['rounds']} rounds by turns. The command: `{run['command']}`.\n\n"
    text += "".join(f"- {name}: {version}\n" for name, version in run["versions"].items())
    text += "".join(f"- {name}: not measured ({why})\n" for name, why in run["missing"].items())
    text += "\nMicroseconds per call (medians); **bold**: the fastest peer; -: not written for it; *: see below.\n"
    for threads, size in dict.fromkeys((key[0], key[1]) for key in groups(run)):
        text += f"\n### Size {size}, {threads} thread{'s' * (threads > 1)}\n\n"
        text += row_of(["case", *names, "spread"]) + row_of(["---", *["---:"] * (len(names) + 1)])
        for (t, s, case), rows in groups(run).items():
            if (t, s) != (threads, size):
                continue
            best = best_peer(rows)
            cells = [cell(rows[name]) if name in rows else "" for name in names]
            cells = [f"**{c}**" if rows.get(name) is best and best else c for name, c in zip(names, cells)]
            spreads = [spread(row) for row in rows.values() if row["status"] == "ok"]
            text += row_of([case, *cells, f"{100 * sorted(spreads)[len(spreads) // 2]:.0f} %" if spreads else ""])
    text += "\nThe last column is the distance of the quartiles relative to the median, for the median peer.\n"
    text += "\n### Geometric means over cases\n\n" + row_of(["size", *RATIOS]) + row_of(["---", *["---:"] * len(RATIOS)])
    for (threads, size), values in ratios(run).items():
        shown = [f"{values[title]:.2f}" if values[title] is not None else "" for title in RATIOS]
        text += row_of([f"{size}, {threads}T", *shown])
    found = remarks(run)
    if found:
        text += "\n" + "".join(f"- {line.replace('|', chr(92) + '|')}\n" for line in found)
    return text


def write_docs(docs: Path, text: str, figures: list[Path]) -> None:
    """Between the markers of docs/Benchmarks.md; figures to docs/img."""
    page = docs / "Benchmarks.md"
    old = page.read_text()
    if BEGIN not in old or END not in old:
        raise SystemExit(f"bench: {page} has no markers {BEGIN} and {END}")
    links = ""
    for figure in figures:
        shutil.copy(figure, docs / "img" / figure.name)
        links += f"\n![{figure.stem}](img/{figure.name})\n"
    new = f"{BEGIN}\n\n{text}{links}\n{END}"
    page.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: new, old, flags=re.DOTALL))
