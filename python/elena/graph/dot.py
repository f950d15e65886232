"""The operation graph in DOT."""

from __future__ import annotations

from .model import Graph, Node

_STYLES = {
    "argument": 'shape=box, style="filled,bold", fillcolor="#dbeafe"',
    "storage": 'shape=box, style=filled, fillcolor="#e0e7ff"',
    "view": 'shape=ellipse, style=filled, fillcolor="#f8fafc"',
    "operation": 'shape=box, style="filled,rounded", fillcolor="#fef3c7"',
    "return": 'shape=plaintext, fontname="Helvetica-Bold"',
}
_EDGES = {"view": "style=dashed, arrowhead=open", "read": "", "write": 'color="#b91c1c", penwidth=1.6'}


def to_dot(graph: Graph, name: str) -> str:
    lines = [
        f"digraph {_quoted(name)} {{",
        '  node [fontname="Helvetica", fontsize=10]; edge [fontname="Helvetica", fontsize=9]; rankdir=TB;',
    ]
    numbers = {key: f"n{k}" for k, key in enumerate(graph.nodes)}
    for key, node in graph.nodes.items():
        lines.append(f"  {numbers[key]} [label={_quoted(node_text(node))}, {_STYLES[node.kind]}];")
    for source, target, kind in graph.edges:
        style = f" [{_EDGES[kind]}]" if _EDGES[kind] else ""
        lines.append(f"  {numbers[source]} -> {numbers[target]}{style};")
    return "\n".join([*lines, "}", ""])


def node_text(node: Node) -> str:
    """The lines written in a node."""
    parts = [node.label, node.detail, node.place]
    return "\n".join(part for part in parts if part)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
