#!/usr/bin/env python3
"""Draws the pictures of docs/img: the program with its views, what depends on what, and what fusion made of it
(docs/OperationGraph.md).

PYTHONPATH=build/python:benchmarks .venv/bin/python scripts/draw-graphs.py
"""

from pathlib import Path

import numpy as np
from viewbench import offset2bbox, ssd_decode

import elena

IMAGES = Path(__file__).resolve().parents[1] / "docs/img"


def write(name: str, lowered, **options) -> None:
    picture = lowered.graph("svg", **options)
    path = IMAGES / f"{name}.svg"
    path.write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n")
    print(f"{path.name}: {len(lowered.kernels)} kernels, {len(picture) / 1024:.0f} KB")


def draw(module, edges: bool = False) -> None:
    case = module.CASES[0]
    args = case.make_args(case.sizes["S"], np.random.default_rng(0))
    before = elena.jit(case.function, fuse=False).lower(*args)
    write(f"{case.name}-before", before)
    if edges:
        write(f"{case.name}-edges", before, edges=True)
    write(f"{case.name}-after", elena.jit(case.function).lower(*args), fused=True)


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    draw(ssd_decode, edges=True)
    draw(offset2bbox)
