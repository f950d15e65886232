"""Measures ViewBench with all peers that are installed, side by side.

    scripts/bench.sh                                   all cases, sizes S, R, L, one thread and all threads
    scripts/bench.sh --quick                           sizes S and R, one thread, 3 rounds
    scripts/bench.sh --cases bbox2delta,rotary --peers "NumPy,Elena,C++" --sizes R --threads 1
    scripts/bench.sh --write-docs                      and writes the tables into docs/Benchmarks.md

Writes OUT/bench.json, OUT/bench.md, figures OUT/*.svg and what the peers printed, OUT/peers.log. A peer that is
not installed is left out and named. The exit code is 1 if a result of Elena is wrong.
"""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from rich.console import Console  # noqa: E402
from viewbench import all_cases  # noqa: E402

from bench import figures, machine, peers, report, runner  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
# The cases that peers have statements of; `--cases all` for every one that Elena compiles.
USUAL = (
    "bbox2delta delta2bbox bbox_overlaps bbox_overlaps_giou bboxes2tblr tblr2bboxes gen_base_anchors grid_anchors "
    "mlvl_points normalize_bgr normalize_bgr_uint8 offset2bbox ssd_decode yolo_decode bbox_flip_back "
    "bbox_flip_back_vertical bbox_flip_back_diagonal swin_shift_partition swin_shift_reverse tsm_shift valid_flags "
    "kv_append kv_repeat longformer_chunks longformer_band rotary"
).split()


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", default="usual", help="names, usual, or all")
    parser.add_argument("--peers", default="all", help=f"of: {', '.join(peers.ALL)}; or Python files that have a PEER")
    parser.add_argument("--sizes", default="S,R,L")
    parser.add_argument("--threads", help="numbers, or all; default: 1,all")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--milliseconds", type=float, default=10, help="of one peer in one round")
    parser.add_argument("--patience", type=float, default=300, help="seconds until a peer that says nothing is ended")
    parser.add_argument("--quick", action="store_true", help="sizes S and R, one thread, 3 rounds")
    parser.add_argument("--out", type=Path, default=ROOT / "bench-out")
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/Benchmarks.md")
    options = parser.parse_args(arguments)
    if options.quick:
        options.sizes, options.rounds, options.threads = "S,R", 3, options.threads or "1"
    return options


def listed(text: str, known: list[str], what: str, parser_exit=sys.exit) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known and not name.endswith(".py")]
    if unknown:
        parser_exit(f"bench: no {what} '{unknown[0]}' (there are: {', '.join(known)})")
    return names


def make_plan(options) -> runner.Plan:
    cases = {case.name: case for case in all_cases()}
    wanted = {"all": list(cases), "usual": USUAL}.get(options.cases) or listed(options.cases, list(cases), "case")
    chosen = list(peers.ALL) if options.peers == "all" else listed(options.peers, list(peers.ALL), "peer")
    cpus = len(os.sched_getaffinity(0))
    counts = [cpus if text == "all" else int(text) for text in (options.threads or "1,all").split(",")]
    return runner.Plan(
        peers=chosen,
        cases=[cases[name] for name in wanted],
        sizes=listed(options.sizes, ["S", "R", "L"], "size"),
        threads=list(dict.fromkeys(counts)),
        rounds=options.rounds,
        seconds=options.milliseconds / 1000,
        patience=options.patience,
    )


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    plan = make_plan(options)
    options.out.mkdir(parents=True, exist_ok=True)
    console = Console()
    with open(options.out / "peers.log", "w") as log:
        found, versions, missing = runner.run(plan, log, lambda rows: report.progress(console, rows))
    run = {
        "command": "scripts/bench.sh " + shlex.join(arguments),
        **machine.describe(),
        "rounds": plan.rounds,
        "round_ms": options.milliseconds,
        "versions": versions,
        "missing": missing,
        "measurements": [runner.as_dict(row) for row in found],
    }
    (options.out / "bench.json").write_text(json.dumps(run, indent=1) + "\n")
    report.show(console, run)
    text = report.markdown(run)
    (options.out / "bench.md").write_text(text)
    drawn = figures.draw(run, options.out)
    console.print(f"written: {options.out}/bench.json, bench.md" + "".join(f", {path.name}" for path in drawn))
    if not drawn:
        console.print("no figures: matplotlib is not installed" if figures.pyplot() is None else "nothing to draw")
    if options.write_docs:
        report.write_docs(ROOT / "docs", text, drawn)
    return any(row.status == "wrong" and row.peer.startswith("Elena") for row in found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
