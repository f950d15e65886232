"""The table "Op by op" of docs/OperationGraph.md, the ops of the dialect and the lit test have the same rows."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+)` \|.*\| `@rule_(\w+)` \|$", re.MULTILINE)
DEFINITION = re.compile(r"def TensorRef_\w+Op\s*:\s*TensorRef_(?:View|Access|Elementwise)Op<\"(\w+)\"")


def table():
    page = (ROOT / "docs/OperationGraph.md").read_text()
    return ROW.findall(page[page.index("### Op by op") : page.index("## Asking")])


def functions():
    """Name -> the printed edges that are checked."""
    text = (ROOT / "test/Analysis/operation-graph-rules.mlir").read_text()
    parts = re.split(r"^// CHECK-LABEL: graph @rule_(\w+): .*$", text, flags=re.MULTILINE)[1:]
    return {name: re.findall(r"CHECK-NEXT: #\d+ -> #\d+ (\w+)", body) for name, body in zip(parts[::2], parts[1::2])}


def test_rows_and_functions_agree():
    rows = table()
    assert rows and all(op == function for op, function in rows)
    assert [op for op, _ in rows] == list(functions())


def test_every_op_has_a_row():
    folder = ROOT / "include/elena/Dialect/TensorRef/IR"
    defined = {name for path in folder.glob("*.td") for name in DEFINITION.findall(path.read_text())}
    assert defined <= {op for op, _ in table()}


def test_edges_of_the_row_are_checked():
    page = (ROOT / "docs/OperationGraph.md").read_text()
    checked = functions()
    for line in page.splitlines():
        if (match := ROW.match(line)) is None:
            continue
        edges = line.split("|")[3]
        for kind in ("RAW", "WAR", "WAW", "RAR"):
            if kind in edges:
                assert kind in checked[match[1]], (match[1], kind)
