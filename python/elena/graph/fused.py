"""The operation graph after fusion: loop nests (groups) as boxes with their operations inside, launches of several
nests (packs) as boxes around them. Storages are nodes only if they are in memory."""

from __future__ import annotations

import json
import linecache
import re
from html import escape
from pathlib import Path
from typing import Any

_ARGUMENT = re.compile(r"^arg(\d+)$")
_EDGES = {
    "solid": 'color="#0f172a"',
    "dashed": 'color="#b45309", style=dashed',
    "dotted": 'color="#94a3b8", style=dotted, arrowhead=none, constraint=false',
}
_OPERATION = 'shape=box, style="filled,rounded", fillcolor="#fef3c7"'
_STORAGE = 'shape=box, style=filled, fillcolor="#dbeafe"'
_WIDTH = 46  # characters of a source line


def to_dot(text: str, name: str, arguments: list[str]) -> str:
    """DOT for the compiler's JSON (`OperationGraph::printJSON`)."""
    graph = json.loads(text)
    lines = [
        f"digraph {_quoted(name)} {{",
        '  graph [fontname="Helvetica", fontsize=10, nodesep=0.15, ranksep=0.3, rankdir=TB];',
        '  node [fontname="Helvetica", fontsize=9, margin="0.08,0.03", height=0.2];',
        '  edge [fontname="Helvetica", fontsize=8, arrowsize=0.6];',
        *_boxes(graph["nodes"]),
        *_storages(graph["nodes"], arguments),
        *_edges(graph),
    ]
    return "\n".join([*lines, "}", ""])


def _boxes(nodes: list[dict[str, Any]]) -> list[str]:
    """Nodes in their groups in their packs; all of these are contiguous in program order."""
    lines: list[str] = []
    packs: dict[Any, dict[Any, list[int]]] = {}
    for number, node in enumerate(nodes):
        group = ("group", node["group"]) if "group" in node else ("node", number)
        pack = ("pack", node["pack"]) if "pack" in node else group
        packs.setdefault(pack, {}).setdefault(group, []).append(number)
    for (kind, number), groups in packs.items():
        if kind == "pack":
            label = f"one launch: {len(groups)} loop nests"
            lines.append(f'  subgraph cluster_pack{number} {{ label="{label}"; style="rounded"; color="#475569";')
        for (inner, which), members in groups.items():
            if inner == "group":
                look = 'label=""; style="filled"; fillcolor="#f1f5f9"; color="#94a3b8"'
                lines.append(f"  subgraph cluster{which} {{ {look};")
            lines += [f"    n{k} [label={_quoted(_label(nodes[k]))}, {_OPERATION}];" for k in members]
            if inner == "group":
                lines.append("  }")
        if kind == "pack":
            lines.append("  }")
    return lines


def _label(node: dict[str, Any]) -> str:
    """The source line where there is one, and what is computed of it."""
    body = node["body"] or ("copy" if node["op"] == "stage" else node["op"])
    source = linecache.getline(node.get("file", ""), node.get("line", 0)).strip()
    if not source:
        place = f"{Path(node['file']).name}:{node['line']}" if node.get("file") else ""
        return f"{body}\n{place}".strip()
    source = source if len(source) <= _WIDTH else source[: _WIDTH - 1] + "…"
    return f"{node['line']}: {source}\n{body}"


def _storages(nodes: list[dict[str, Any]], arguments: list[str]) -> list[str]:
    lines, known = [], set()
    links: dict[tuple[str, str], None] = {}
    for number, node in enumerate(nodes):
        for access in node["accesses"]:
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


def _edges(graph: dict[str, Any]) -> list[str]:
    """One line per pair of operations and style, with all labels."""
    merged: dict[tuple[int, int, str], list[str]] = {}
    for edge in graph["edges"]:
        labels = merged.setdefault((edge["from"], edge["to"], edge["style"]), [])
        labels.append(edge["label"] + (f" x{edge['count']}" if edge["count"] > 1 else ""))
    lines = []
    for (source, target, style), labels in merged.items():
        if style == "dotted" and len(graph["nodes"]) > 12:
            continue  # who reads the same is of no interest in a large picture
        text = "" if len(graph["nodes"]) > 12 else f"label={_quoted(chr(10).join(labels))}, "
        lines.append(f"  n{source} -> n{target} [{text}{_EDGES[style]}];")
    return lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# ---- without graphviz --------------------------------------------------------------------------------------

_CHARACTER, _LINE, _MARGIN = 5.6, 12, 14


def to_svg(text: str, name: str) -> str:
    """The boxes without graphviz: nests from top to bottom, those of one launch side by side; no edges are drawn."""
    nodes = json.loads(text)["nodes"]
    launches: dict[Any, dict[Any, list[list[str]]]] = {}
    for number, node in enumerate(nodes):
        group = node.get("group", f"n{number}")
        launches.setdefault(node.get("pack", group), {}).setdefault(group, []).append(_label(node).splitlines())
    parts: list[str] = []
    y, widest = float(_MARGIN), 0.0
    for groups in launches.values():
        x, tallest = float(_MARGIN), 0.0
        for operations in groups.values():
            lines = [line for operation in operations for line in operation]
            width = max(len(line) for line in lines) * _CHARACTER + 16
            height = len(lines) * _LINE + 12
            parts.append(
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="4" '
                'fill="#f1f5f9" stroke="#94a3b8"/>'
            )
            for k, line in enumerate(lines):
                parts.append(f'<text x="{x + 8:.0f}" y="{y + 16 + k * _LINE:.0f}">{escape(line)}</text>')
            x, tallest = x + width + _MARGIN, max(tallest, height)
        y, widest = y + tallest + _MARGIN, max(widest, x)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest:.0f}" height="{y:.0f}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="9">'
    )
    return "\n".join([head, f"<title>{escape(name)}</title>", *parts, "</svg>", ""])
