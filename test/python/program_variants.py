"""The same NumPy function, written differently: what a programmer may change without changing what is computed.

Each variant is made of the whole module's source, so that helper functions change too.
"""

import ast
import itertools
import linecache
import types
from collections.abc import Callable
from pathlib import Path

_numbers = itertools.count()


def variant(function: Callable, transform: Callable[[ast.FunctionDef], None]) -> Callable:
    """`function` from a copy of its module, in which `transform` has changed every function in place."""
    path = Path(function.__code__.co_filename)
    tree = ast.parse(path.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            transform(node)
    source = ast.unparse(ast.fix_missing_locations(tree))
    name = f"<{transform.__name__} {path.name} {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    module = types.ModuleType(function.__module__)
    exec(compile(source, name, "exec"), module.__dict__)
    return getattr(module, function.__name__)


# ---- renaming ----------------------------------------------------------------------------------------------


def rename_locals(function: ast.FunctionDef) -> None:
    """Every local variable gets a name that says nothing; parameters, and the names of nested functions, stay."""
    kept = {argument.arg for node in ast.walk(function) if isinstance(node, ast.arguments) for argument in _all(node)}
    names = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in kept:
            names.setdefault(node.id, f"local_{len(names)}")
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)


def _all(arguments: ast.arguments) -> list[ast.arg]:
    starred = [arguments.vararg, arguments.kwarg]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *(item for item in starred if item)]


# ---- swapping ----------------------------------------------------------------------------------------------

_PURE_METHODS = {"reshape", "astype", "copy", "transpose", "sum", "max", "min", "repeat", "ravel", "flatten"}
_PURE_NODES = (
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Subscript,
    ast.Slice,
    ast.Attribute,
    ast.Name,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.keyword,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.expr_context,
)


def swap_statements(function: ast.FunctionDef) -> None:
    """Swaps neighbours that assign pure expressions to names the other does not mention."""
    for node in ast.walk(function):
        for block in ("body", "orelse"):
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                _swap_in(statements)


def _swap_in(statements: list[ast.stmt]) -> None:
    place = 0
    while place + 1 < len(statements):
        if _are_independent(*statements[place : place + 2]):
            statements[place : place + 2] = statements[place + 1], statements[place]
            place += 1
        place += 1


def _are_independent(a: ast.stmt, b: ast.stmt) -> bool:
    """Both only read arrays, so views do not matter: names do."""
    if not (_is_pure_assignment(a) and _is_pure_assignment(b)):
        return False
    return not (_stored(a) & _names(b)) and not (_stored(b) & _names(a))


def _is_pure_assignment(statement: ast.stmt) -> bool:
    simple = isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets)
    return simple and all(_is_pure(node) for node in ast.walk(statement.value))


def _is_pure(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return isinstance(node, _PURE_NODES)
    called = node.func
    if not isinstance(called, ast.Attribute) or any(keyword.arg == "out" for keyword in node.keywords):
        return False
    return called.attr in _PURE_METHODS or (isinstance(called.value, ast.Name) and called.value.id in ("np", "math"))


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _stored(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
