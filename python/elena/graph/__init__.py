"""The operation graph of a program: its refs and operations, as DOT or SVG."""

from __future__ import annotations

import re
import shutil
import subprocess

from . import dependences
from .dot import to_dot
from .model import Graph, Node, parse
from .svg import to_svg

__all__ = ["Graph", "Node", "parse", "render", "render_edges"]


def render(text: str, name: str, form: str = "dot", names: dict[str, str] | None = None) -> str:
    """The graph of the program in `text` (tensorref dialect): "dot", or "svg" (by graphviz where it is installed)."""
    _check_form(form)
    graph = parse(text, names)
    dot = to_dot(graph, name)
    return dot if form == "dot" else _run_graphviz(dot) or to_svg(graph, name)


def render_edges(text: str, name: str, form: str = "dot", arguments: list[str] | None = None) -> str:
    """The operations and what depends on what, of the compiler's text "graph" (after fusion) or "program-graph" (JSON)."""
    _check_form(form)
    dot = dependences.to_dot(text, name, arguments or [])
    return dot if form == "dot" else _run_graphviz(dot) or dependences.to_svg(text, name, arguments or [])


def _check_form(form: str) -> None:
    if form not in ("dot", "svg"):
        raise ValueError(f"form must be 'dot' or 'svg', not {form!r}")


def _run_graphviz(dot: str) -> str | None:
    """The picture, where graphviz is installed."""
    if not shutil.which("dot"):
        return None
    done = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, text=True, check=False)
    return _shorten(done.stdout) if done.returncode == 0 else None


def _shorten(svg: str) -> str:
    """Without comments and titles of nodes and edges, in whole points, with the font named once: half the size."""
    svg = re.sub(r"<!--.*?-->\n|<title>[nm][_\d].*?</title>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:d|points)="[^"]*"', lambda path: re.sub(r"\.\d+", "", path[0]), svg)
    svg = svg.replace(' font-family="Helvetica,sans-Serif"', "")
    return svg.replace("<svg ", '<svg font-family="Helvetica,Arial,sans-serif" ', 1)
