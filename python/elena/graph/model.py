"""Reads the operation graph out of the text of a tensorref program.

The text is what the front end writes: one operation per line at four spaces, the bodies of map and reduce
deeper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

VIEW_OPS = frozenset(
    "slice select newaxis squeeze transpose broadcast reshape flip diagonal sliding_window strided_view".split()
)
_HIDDEN = frozenset("dim stride guard guard_apart guard_same assert yield".split())

_LINE = re.compile(r"^    (?:(%[\w$.-]+)(?::\d+)? = )?tensorref\.(\w+) ?(.*)$")
_LOC = re.compile(r' loc\("([^"]*)":(\d+):(\d+)\)')
_NAME = re.compile(r"%[\w$.-]+")
_WRITTEN = re.compile(r"\b(?:into|to) (%[\w$.-]+)")
_INS = re.compile(r"ins\(([^:)]*):")
_END = re.compile(r'^    \} loc\("([^"]*)":(\d+):')
_OUTS = re.compile(r"outs\(([^:)]*):")
_REF = re.compile(r"!tensorref\.ref<([^,>]*)")
_PARAMETER = re.compile(r"(%[\w$.-]+): !tensorref\.ref<([^,>]*)")
_BODY_OP = re.compile(r"^\s{5,}(?:%[\w$.-]+ = )?(\w+)\.(\w+)")


@dataclass
class Node:
    """A storage (argument or allocation), a view, an operation, or the return."""

    key: str
    kind: str  # "argument" | "storage" | "view" | "operation" | "return"
    label: str
    detail: str = ""  # shape, or what a map computes
    place: str = ""  # "file.py:12"


@dataclass
class Graph:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)  # (from, to, "view" | "read" | "write")

    def add(self, node: Node) -> None:
        self.nodes[node.key] = node

    def connect(self, source: str, target: str, kind: str) -> None:
        if source in self.nodes and (source, target, kind) not in self.edges:
            self.edges.append((source, target, kind))


def parse(text: str, names: dict[str, str] | None = None) -> Graph:
    """The graph of a program; `names`: what its arguments are called (%arg0 -> "boxes")."""
    graph = Graph()
    current: Node | None = None
    for line in text.splitlines():
        if line.lstrip().startswith("func.func"):
            _parameters(graph, line, names or {})
        elif line.startswith("    return"):
            _return(graph, line)
        elif (match := _LINE.match(line)) is not None:
            current = _operation(graph, *match.groups(), line)
        elif current is not None and (match := _END.match(line)) is not None:
            current.place = _place(*match.groups())
        elif current is not None and (match := _BODY_OP.match(line)) is not None:
            _body(current, *match.groups())
    return graph


def _parameters(graph: Graph, line: str, names: dict[str, str]) -> None:
    for name, shape in _PARAMETER.findall(line.split("->")[0]):
        graph.add(Node(name, "argument", names.get(name, name[1:]), shape))


def _operation(graph: Graph, result: str | None, name: str, rest: str, line: str) -> Node | None:
    location = _LOC.search(line)
    place = _place(location.group(1), location.group(2)) if location else ""
    rest = _LOC.sub("", rest)
    if name == "alloc":
        graph.add(Node(result, "storage", f"alloc {result[1:]}", _last_shape(rest), place))
        return None
    operands = [operand for operand in _NAME.findall(rest) if operand in graph.nodes]
    if name in VIEW_OPS:
        graph.add(Node(result, "view", _view_label(name, rest), _last_shape(rest), place))
        graph.connect(operands[0], result, "view")
        return None
    if name in _HIDDEN:
        return None
    node = Node(f"op{len(graph.nodes)}", "operation", _operation_label(name, rest), "", place)
    graph.add(node)
    written = _WRITTEN.findall(rest)
    for group in _OUTS.findall(rest):
        written += _NAME.findall(group)
    inputs = [operand for group in _INS.findall(rest) for operand in _NAME.findall(group)]
    for operand in operands:
        if operand not in written or operand in inputs:
            graph.connect(operand, node.key, "read")
    for operand in written:
        if operand in graph.nodes:
            graph.edges.append((node.key, operand, "write"))
    return node


def _place(file: str, line: str) -> str:
    return f"{file.rsplit('/', 1)[-1]}:{line}"


def _body(node: Node, dialect: str, name: str) -> None:
    if dialect in ("arith", "math", "scf") and name != "constant" and name not in node.detail.split(" "):
        node.detail = f"{node.detail} {name}".strip()


def _return(graph: Graph, line: str) -> None:
    results = [name for name in _NAME.findall(line.split(":")[0]) if name in graph.nodes]
    if results:
        graph.add(Node("return", "return", "return"))
        for name in results:
            graph.connect(name, "return", "read")


def _last_shape(rest: str) -> str:
    shapes = _REF.findall(rest)
    return shapes[-1] if shapes else ""


def _view_label(name: str, rest: str) -> str:
    if name == "slice":
        text = re.sub(r"^\s*%[\w$.-]+", "", rest).split(" : ")[0].strip()
        return _NAME.sub("n", text).replace("_", "")
    text = re.sub(r"^\s*%[\w$.-]+", "", rest).split(" : ")[0].split(" groups")[0]
    return f"{name} {_NAME.sub('n', text).strip()}".strip()


def _operation_label(name: str, rest: str) -> str:
    word = rest.split(" ")[0]
    if name in ("reduce", "scan") and word.isidentifier():
        return f"{name} {word}"
    return name
