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
    """`function` from a copy of its module, in which `transform` has changed every function in place.

    Raises NothingToChange where that is the function as it was, with the functions that it calls.
    """
    path = Path(function.__code__.co_filename)
    tree = ast.parse(path.read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    before = {name: ast.dump(node) for name, node in functions.items()}
    for node in functions.values():
        transform(node)
    if all(ast.dump(functions[name]) == before[name] for name in _called_by(function.__name__, functions)):
        raise NothingToChange(function.__name__)
    source = ast.unparse(ast.fix_missing_locations(tree))
    name = f"<{getattr(transform, '__name__', 'variant')} {path.name} {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    module = types.ModuleType(function.__module__)
    exec(compile(source, name, "exec"), module.__dict__)
    return getattr(module, function.__name__)


class NothingToChange(Exception):
    """A variant would be the function itself, so that comparing the two could not fail."""


def _called_by(name: str, functions: dict[str, ast.FunctionDef]) -> set[str]:
    """The function and all functions of the module that it mentions, those of these too."""
    found, waiting = set(), [name]
    while waiting:
        name = waiting.pop()
        found.add(name)
        mentioned = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        waiting += (mentioned & functions.keys()) - found
    return found


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
    """Swaps neighbours that assign pure expressions to names the other does not mention, or to other columns."""
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
    """Both only read arrays, so views do not matter: names do. Or both write columns of one array."""
    if not (_is_pure_assignment(a) and _is_pure_assignment(b)):
        return _write_other_columns(a, b)
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


def _write_other_columns(a: ast.stmt, b: ast.stmt) -> bool:
    """Both are `array[..., columns] = pure`, with other columns, and read the array in their own columns at most."""
    targets = [_target_in_array(statement) for statement in (a, b)]
    if None in targets or targets[0].value.id != targets[1].value.id:
        return False
    columns = [columns_of(target.slice) for target in targets]
    if None in columns or columns[0] & columns[1]:
        return False
    return all(_mentions_only(target, statement.value) for target, statement in zip(targets, (a, b)))


def _target_in_array(statement: ast.stmt) -> ast.Subscript | None:
    """`array[index]` of `array[index] = pure`."""
    if not isinstance(statement, (ast.Assign, ast.AugAssign)):
        return None
    if not all(_is_pure_or_call(node) for node in ast.walk(statement.value)):
        return None
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return target if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) else None


def _is_pure_or_call(node: ast.AST) -> bool:
    """Also a call of a function of the module: those of ViewBench that are called so write nothing."""
    return _is_pure(node) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name))


def columns_of(index: ast.expr) -> set[int] | None:
    """Which of 16 columns `[..., 2]`, `[:, 1::4]` or `[..., 0:2]` are, or None where that is not written there."""
    if not isinstance(index, ast.Tuple) or not all(map(_is_everything, index.elts[:-1])):
        return None
    last = index.elts[-1]
    if isinstance(last, ast.Constant) and isinstance(last.value, int):
        return {last.value}
    if not isinstance(last, ast.Slice):
        return None
    bounds = [last.lower, last.upper, last.step]
    if not all(bound is None or isinstance(bound, ast.Constant) for bound in bounds):
        return None
    return set(range(16)[slice(*(bound and bound.value for bound in bounds))])


def _is_everything(index: ast.expr) -> bool:
    """`...` or `:`"""
    return ast.unparse(index) in ("...", ":")


def _mentions_only(target: ast.Subscript, value: ast.expr) -> bool:
    """Each mention of the target's array in `value` is the target itself."""
    array, itself = target.value.id, ast.unparse(target)
    own = [node for node in ast.walk(value) if isinstance(node, ast.Subscript) and ast.unparse(node) == itself]
    mentions = [node for node in ast.walk(value) if isinstance(node, ast.Name) and node.id == array]
    return len(mentions) == len(own)


# ---- columns and axes --------------------------------------------------------------------------------------


def permute_columns(order: list[int], *arrays: str) -> Callable[[ast.FunctionDef], None]:
    """Column k of these arrays is column order[k]; lists of as many items, and four
    numbers that are unpacked, are permuted too.

    Halves (`:2` of four columns) need an order that keeps them together.
    """

    def permute(function: ast.FunctionDef) -> None:
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in arrays:
                if isinstance(node.slice, ast.Tuple):
                    node.slice.elts[-1] = _permuted_index(node.slice.elts[-1], order)
            elif isinstance(node, ast.List) and isinstance(node.ctx, ast.Load):
                node.elts = _permuted_items(node.elts, order)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "np.concatenate" and order == [2, 3, 0, 1]:
                if isinstance(node.args[0], ast.List) and len(node.args[0].elts) == 2:
                    node.args[0].elts.reverse()
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                if len(node.targets[0].elts) == 4 and not ast.unparse(node.value).endswith(".shape"):
                    node.targets[0].elts = _permuted_items(node.targets[0].elts, order)

    return permute


def _permuted_items(items: list, order: list[int]) -> list:
    if len(items) != len(order):
        return items
    return [items[order.index(k)] for k in range(len(order))]


def _permuted_index(index: ast.expr, order: list[int]) -> ast.expr:
    count = len(order)
    text = ast.unparse(index)
    named = {str(k): str(order[k]) for k in range(count)}
    named |= {f"{k}::{count}": f"{order[k]}::{count}" for k in range(count)}
    named |= {f"{k}:{k + 1}": f"{order[k]}:{order[k] + 1}" for k in range(count)}
    if count == 4:
        low, high = (f"{order[k]}:{order[k] + 2}" for k in (0, 2))
        named |= {":2": low, "0:2": low, "2:": high, "2:4": high}
    return ast.parse(f"x[{named.get(text, text)}]", mode="eval").body.slice


def put_axis_in_front(function: ast.FunctionDef) -> None:
    """`x[:, k]` is `x[:, :, k]`, and `axis=1` is `axis=2`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
            if ast.unparse(node.slice.elts[0]) == ":":
                node.slice.elts.insert(0, ast.Slice())
        elif isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(node.value.value + 1)
