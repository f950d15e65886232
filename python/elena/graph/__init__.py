"""The operation graph of a program: its refs and operations, as DOT or SVG."""

from __future__ import annotations

import shutil
import subprocess

from .dot import to_dot
from .model import Graph, Node, parse
from .svg import to_svg

__all__ = ["Graph", "Node", "parse", "render"]


def render(text: str, name: str, form: str = "dot", names: dict[str, str] | None = None) -> str:
    """The graph of the program in `text` (tensorref dialect): "dot", or "svg" (by graphviz where it is installed)."""
    if form not in ("dot", "svg"):
        raise ValueError(f"form must be 'dot' or 'svg', not {form!r}")
    graph = parse(text, names)
    if form == "dot":
        return to_dot(graph, name)
    if shutil.which("dot"):
        done = subprocess.run(["dot", "-Tsvg"], input=to_dot(graph, name), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout
    return to_svg(graph, name)
