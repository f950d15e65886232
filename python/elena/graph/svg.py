"""The operation graph as SVG without graphviz: nodes in rows by their depth, straight edges."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .dot import node_text
from .model import Graph

_FILL = {
    "argument": "#dbeafe",
    "storage": "#e0e7ff",
    "view": "#f8fafc",
    "operation": "#fef3c7",
    "return": "#ffffff",
}
_CHARACTER, _LINE, _GAP_X, _GAP_Y, _MARGIN = 6.2, 13, 24, 44, 20


@dataclass
class _Box:
    x: float
    y: float
    width: float
    height: float
    lines: list[str]
    kind: str


def to_svg(graph: Graph, name: str) -> str:
    boxes = _layout(graph)
    width = max((box.x + box.width for box in boxes.values()), default=0) + _MARGIN
    height = max((box.y + box.height for box in boxes.values()), default=0) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="Helvetica, Arial, sans-serif" font-size="10">',
        f"<title>{escape(name)}</title>",
        '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
    ]
    parts += [_edge(boxes[source], boxes[target], kind) for source, target, kind in graph.edges]
    parts += [_node(box) for box in boxes.values()]
    return "\n".join([*parts, "</svg>", ""])


def _ranks(graph: Graph) -> dict[str, int]:
    """Rows: below everything that comes before in the program and leads here."""
    order = {key: k for k, key in enumerate(graph.nodes)}
    ranks = dict.fromkeys(graph.nodes, 0)
    for key in graph.nodes:
        before = [ranks[s] for s, t, _ in graph.edges if t == key and order[s] < order[key]]
        writes = [ranks[t] for s, t, kind in graph.edges if s == key and kind == "write" and order[t] < order[key]]
        ranks[key] = max([rank + 1 for rank in before + writes], default=0)
    return ranks


def _layout(graph: Graph) -> dict[str, _Box]:
    rows: dict[int, list[str]] = {}
    for key, rank in _ranks(graph).items():
        rows.setdefault(rank, []).append(key)
    boxes: dict[str, _Box] = {}
    y = float(_MARGIN)
    for rank in sorted(rows):
        x, tallest = float(_MARGIN), 0.0
        for key in rows[rank]:
            node = graph.nodes[key]
            lines = node_text(node).splitlines()
            width = max(len(line) for line in lines) * _CHARACTER + 16
            height = len(lines) * _LINE + 10
            boxes[key] = _Box(x, y, width, height, lines, node.kind)
            x += width + _GAP_X
            tallest = max(tallest, height)
        y += tallest + _GAP_Y
    return boxes


def _node(box: _Box) -> str:
    fill = _FILL[box.kind]
    if box.kind == "view":
        shape = (
            f'<ellipse cx="{box.x + box.width / 2:.1f}" cy="{box.y + box.height / 2:.1f}" rx="{box.width / 2:.1f}" '
            f'ry="{box.height / 2:.1f}" fill="{fill}" stroke="#475569"/>'
        )
    else:
        radius = 8 if box.kind == "operation" else 0
        stroke = "none" if box.kind == "return" else "#475569"
        shape = (
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="{radius}" '
            f'fill="{fill}" stroke="{stroke}"/>'
        )
    middle = box.x + box.width / 2
    lines = [
        f'<text x="{middle:.1f}" y="{box.y + 15 + k * _LINE:.1f}" text-anchor="middle">{escape(line)}</text>'
        for k, line in enumerate(box.lines)
    ]
    return "\n".join([shape, *lines])


def _edge(source: _Box, target: _Box, kind: str) -> str:
    down = source.y < target.y
    x1, x2 = source.x + source.width / 2, target.x + target.width / 2
    y1 = source.y + (source.height if down else 0)
    y2 = target.y + (0 if down else target.height)
    if kind == "write":
        x1, x2 = x1 + 6, x2 + 6
    color = "#b91c1c" if kind == "write" else "#334155"
    dash = ' stroke-dasharray="4 3"' if kind == "view" else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"{dash} '
        'stroke-width="1.2" marker-end="url(#a)"/>'
    )
