#!/usr/bin/env python3
"""Draws the pictures of docs/img: the program with its views, and what fusion made of it (docs/OperationGraph.md).

PYTHONPATH=build/python:benchmarks .venv/bin/python scripts/draw-graphs.py
"""

from pathlib import Path

import numpy as np
from viewbench import offset2bbox, ssd_decode

import elena

IMAGES = Path(__file__).resolve().parents[1] / "docs/img"


def draw(module) -> None:
    case = module.CASES[0]
    args = case.make_args(case.sizes["S"], np.random.default_rng(0))
    for when, fuse in (("before", False), ("after", True)):
        lowered = elena.jit(case.function, fuse=fuse).lower(*args)
        picture = lowered.graph("svg", fused=fuse)
        path = IMAGES / f"{case.name}-{when}.svg"
        path.write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n")
        print(f"{path.name}: {len(lowered.kernels)} kernels, {len(picture) / 1024:.0f} KB")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    draw(ssd_decode)
    draw(offset2bbox)
