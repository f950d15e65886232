"""The operation graph: operations, and an edge for each RAW, WAR, WAW and RAR between them. Loops and branches are boxes
with what is inside; an edge from one iteration to a later one is labelled with its distance. After fusion, loop nests
(groups) are boxes with their operations inside, launches of several nests (packs) boxes around them, and storages are
nodes if they are in memory."""

from __future__ import annotations

import json
import linecache
import re
from html import escape
from pathlib import Path
from typing import Any

_ARGUMENT = re.compile(r"^arg(\d+)$")
_ARGUMENT_IN = re.compile(r"\barg\d+\b")
_EDGES = {
    "solid": 'color="#0f172a"',
    "dashed": 'color="#b45309", style=dashed',
    "dotted": 'color="#94a3b8", style=dotted, arrowhead=none, constraint=false',
}
_CARRIED = 'color="#7c3aed", fontcolor="#7c3aed", constraint=false'
_CARRIED = 'color="#7c3aed", fontcolor="#7c3aed", constraint=false'
_OPERATION = 'shape=box, style="filled,rounded", fillcolor="#fef3c7"'
_STORAGE = 'shape=box, style=filled, fillcolor="#dbeafe"'
_WIDTH = 46  # characters of a source line
_LARGE = 12  # operations; in a larger picture edges have no labels but for distances, and who reads the same is left out


def to_dot(text: str, name: str, arguments: list[str]) -> str:
    """DOT for the compiler's JSON (`OperationGraph::printJSON`)."""
    graph = json.loads(text)
    is_fused = any("group" in node for node in graph["nodes"])
    lines = [
        f"digraph {_quoted(name)} {{",
        '  graph [fontname="Helvetica", fontsize=10, nodesep=0.15, ranksep=0.3, rankdir=TB];',
        '  node [fontname="Helvetica", fontsize=9, margin="0.08,0.03", height=0.2];',
        '  edge [fontname="Helvetica", fontsize=8, arrowsize=0.6];',
        *_boxes(graph["nodes"], None, arguments),
        *(_storages(graph["nodes"], arguments) if is_fused else []),
        *_edges(graph),
    ]
    return "\n".join([*lines, "}", ""])


def _inside(nodes: list[dict[str, Any]], parent: int | None) -> list[int]:
    return [number for number, node in enumerate(nodes) if node.get("inside") == parent]


def _launches(nodes: list[dict[str, Any]], parent: int | None) -> dict[Any, dict[Any, list[int]]]:
    """What is directly inside of a node, or of the program: nodes in their groups in their packs, all of which are
    contiguous in program order."""
    packs: dict[Any, dict[Any, list[int]]] = {}
    for number in _inside(nodes, parent):
        node = nodes[number]
        group = ("group", node["group"]) if "group" in node else ("node", number)
        pack = ("pack", node["pack"]) if "pack" in node else group
        packs.setdefault(pack, {}).setdefault(group, []).append(number)
    return packs


def _boxes(nodes: list[dict[str, Any]], parent: int | None, arguments: list[str]) -> list[str]:
    lines: list[str] = []
    for (kind, number), groups in _launches(nodes, parent).items():
        if kind == "pack":
            label = f"one launch: {len(groups)} loop nests"
            lines.append(f'  subgraph cluster_pack{number} {{ label="{label}"; style="rounded"; color="#475569";')
        for (inner, which), members in groups.items():
            if inner == "group":
                look = 'label=""; style="filled"; fillcolor="#f1f5f9"; color="#94a3b8"'
                lines.append(f"  subgraph cluster{which} {{ {look};")
            for k in members:
                lines += _box(nodes, k, arguments)
            if inner == "group":
                lines.append("  }")
        if kind == "pack":
            lines.append("  }")
    return lines


def _box(nodes: list[dict[str, Any]], number: int, arguments: list[str]) -> list[str]:
    """A loop or a branch is a box, and a node of it, where the edges of the whole begin and end."""
    node = f"    n{number} [label={_quoted(_label(nodes, number, arguments))}, {_OPERATION}];"
    inside = _boxes(nodes, number, arguments)
    if not inside:
        return [node]
    look = f'label="{nodes[number]["op"]}"; style="rounded,dashed"; color="#7c3aed"'
    return [f"  subgraph cluster_in{number} {{ {look};", node, *inside, "  }"]


def _label(nodes: list[dict[str, Any]], number: int, arguments: list[str]) -> str:
    """The source line where there is one, what is computed of it, and of a small program the cells."""
    node = nodes[number]
    is_box = bool(_inside(nodes, number))
    lines = [node["op"] if is_box else node["body"] or ("copy" if node["op"] == "stage" else node["op"])]
    if "branch" in node:
        lines[0] = f"{node['branch']}: {lines[0]}"
    if not is_box and len(nodes) <= _LARGE and "group" not in node:
        lines += [_ARGUMENT_IN.sub(lambda match: _storage_name(match[0], arguments), a["text"]) for a in node["accesses"]]
    source = linecache.getline(node.get("file", ""), node.get("line", 0)).strip()
    if source:
        source = source if len(source) <= _WIDTH else source[: _WIDTH - 1] + "…"
        return "\n".join([f"{node['line']}: {source}", *lines])
    return "\n".join([*lines, f"{Path(node['file']).name}:{node['line']}"] if node.get("file") else lines)


def _storages(nodes: list[dict[str, Any]], arguments: list[str]) -> list[str]:
    lines, known = [], set()
    links: dict[tuple[str, str], None] = {}
    for number, node in enumerate(nodes):
        for access in node["accesses"] if not _inside(nodes, number) else []:
            if not access.get("in_memory"):
                continue
            storage = access["storage"]
            if storage not in known:
                known.add(storage)
                lines.append(f"  m_{storage} [label={_quoted(_storage_name(storage, arguments))}, {_STORAGE}];")
            # A storage stands above who reads it first, or below who makes it.
            key = (f"n{number}", f"m_{storage}") if access["write"] else (f"m_{storage}", f"n{number}")
            links[key] = None
    style = '[color="#60a5fa", penwidth=0.7, arrowsize=0.4]'
    return lines + [f"  {source} -> {target} {style};" for source, target in links]


def _storage_name(storage: str, arguments: list[str]) -> str:
    match = _ARGUMENT.match(storage)
    return arguments[int(match[1])] if match and int(match[1]) < len(arguments) else storage


def _merged_edges(graph: dict[str, Any]) -> list[tuple[int, int, str, bool, list[str]]]:
    """(from, to, style, is it from one iteration to a later one, labels), one for each pair of operations and style."""
    merged: dict[tuple[int, int, str, bool], list[str]] = {}
    is_large = len(graph["nodes"]) > _LARGE
    for edge in graph["edges"]:
        if is_large and edge["style"] == "dotted":
            continue
        labels = merged.setdefault((edge["from"], edge["to"], edge["style"], "distance" in edge), [])
        times = f" x{edge['count']}" if edge["count"] > 1 else ""
        if not is_large:
            labels.append(edge["label"] + times)
        elif "distance" in edge:  # without the relation
            labels.append(edge["label"].rsplit(" ", 1)[0] + times)
    return [(*key, labels) for key, labels in merged.items()]


def _edges(graph: dict[str, Any]) -> list[str]:
    lines = []
    for source, target, style, is_carried, labels in _merged_edges(graph):
        text = f"label={_quoted(chr(10).join(labels))}, " if labels else ""
        look = f"{_CARRIED}, style={style}" if is_carried else _EDGES[style]
        lines.append(f"  n{source} -> n{target} [{text}{look}];")
    return lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# ---- without graphviz --------------------------------------------------------------------------------------

_CHARACTER, _LINE, _MARGIN = 5.6, 12, 14


_STROKES = {
    "solid": 'stroke="#0f172a"',
    "dashed": 'stroke="#b45309" stroke-dasharray="4 3"',
    "dotted": 'stroke="#94a3b8" stroke-dasharray="1 3"',
}


_Exits = dict[int, tuple[float, float]]


_Exits = dict[int, tuple[float, float]]


def to_svg(text: str, name: str, arguments: list[str]) -> str:
    """Without graphviz: nests from top to bottom, those of one launch side by side, edges as arcs beside them."""
    graph = json.loads(text)
    parts: list[str] = []
    exits: _Exits = {}  # where the edges of a node start and end
    widest, y = _draw(graph["nodes"], None, arguments, (_MARGIN, _MARGIN), parts, exits)
    arcs, reach = _arcs(graph, exits)
    parts, widest = parts + arcs, max(widest, reach)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest:.0f}" height="{y:.0f}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="9">'
    )
    return "\n".join([head, f"<title>{escape(name)}</title>", *parts, "</svg>", ""])


def _draw(
    nodes: list[dict[str, Any]],
    parent: int | None,
    arguments: list[str],
    corner: tuple[float, float],
    parts: list[str],
    exits: _Exits,
) -> tuple[float, float]:
    """What is directly inside of a node, from a corner on; where it ends, with a margin."""
    left, y = corner
    widest = left
    for groups in _launches(nodes, parent).values():
        x, tallest = left, 0.0
        for numbers in groups.values():
            labels = [_label(nodes, number, arguments).splitlines() for number in numbers]
            lines = [line for label in labels for line in label]
            width = max(len(line) for line in lines) * _CHARACTER + 16
            height = len(lines) * _LINE + 12
            parts.append(
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="4" '
                'fill="#f1f5f9" stroke="#94a3b8"/>'
            )
            for k, line in enumerate(lines):
                parts.append(f'<text x="{x + 8:.0f}" y="{y + 16 + k * _LINE:.0f}">{escape(line)}</text>')
            row = 0
            for number, label in zip(numbers, labels):
                exits[number] = (x + width, y + 6 + (row + len(label) / 2) * _LINE)
                row += len(label)
            x, tallest = x + width + _MARGIN, max(tallest, height)
            if _inside(nodes, numbers[0]):
                right, end = _draw(nodes, numbers[0], arguments, (left + _MARGIN, y + height + _MARGIN), parts, exits)
                parts.append(
                    f'<rect x="{left - 5:.0f}" y="{y - 5:.0f}" width="{max(right, x) - left:.0f}" '
                    f'height="{end - y:.0f}" rx="6" fill="none" stroke="#7c3aed" stroke-dasharray="4 3"/>'
                )
                x, tallest = max(x, right), max(tallest, end - y)
        y, widest = y + tallest + _MARGIN, max(widest, x)
    return widest, y


def _arcs(graph: dict[str, Any], exits: _Exits) -> tuple[list[str], float]:
    """The edges, and how far to the right they reach."""
    parts: list[str] = []
    reach, beside = 0.0, dict[tuple[int, int], int]()
    for source, target, style, is_carried, labels in _merged_edges(graph):
        number = beside[source, target] = beside.get((source, target), -1) + 1
        bulge = max(exits[source][0], exits[target][0]) + 20 + 12 * abs(target - source) + 8 * number
        start, end = exits[source], exits[target]
        if source == target:  # from one iteration to a later one
            start, end = (start[0], start[1] + 5), (end[0], end[1] - 5)
        parts += _arc(start, end, bulge, style, is_carried, [""] * number + labels)
        reach = max(reach, bulge + max((len(label) for label in labels), default=0) * _CHARACTER + _MARGIN)
    return parts, reach


def _arc(
    start: tuple[float, float], end: tuple[float, float], bulge: float, style: str, is_carried: bool, labels: list[str]
) -> list[str]:
    """From one box to another one, with a point at the end if it is an order."""
    stroke = _STROKES[style]
    if is_carried:
        stroke = re.sub('stroke="#[0-9a-f]+"', 'stroke="#7c3aed"', stroke)
    (x1, y1), (x2, y2) = start, end
    parts = [
        f'<path d="M{x1:.0f},{y1:.0f} C{bulge:.0f},{y1:.0f} {bulge:.0f},{y2:.0f} {x2:.0f},{y2:.0f}" fill="none" '
        f"{stroke}/>"
    ]
    if style != "dotted":
        parts.append(f'<path d="M{x2:.0f},{y2:.0f} l5,-3 v6 z"/>')
    middle, x = (y1 + y2) / 2, (x1 + x2) / 8 + bulge * 3 / 4
    for k, label in enumerate(labels):
        if label:
            parts.append(f'<text x="{x + 2:.0f}" y="{middle + 3 + k * _LINE:.0f}">{escape(label)}</text>')
    return parts
