"""The AST of a Python function: plain functions, lambdas, methods, notebook cells, exec with a linecache entry."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
import types
from dataclasses import dataclass
from functools import lru_cache

from .errors import UnsupportedError

FunctionNode = ast.FunctionDef | ast.Lambda


@dataclass(frozen=True)
class Source:
    """Where a function is written."""

    node: FunctionNode
    file: str


_parsed: dict[str, tuple[tuple[str, ...], ast.Module]] = {}


def parse_file(file: str, module_globals: dict | None = None) -> ast.Module | None:
    """The AST of a whole file (or notebook cell), with the file's own line numbers; None if there is no text."""
    if os.path.exists(file):
        linecache.checkcache(file)
    lines = tuple(linecache.getlines(file, module_globals))
    if not lines:
        return None
    cached = _parsed.get(file)
    if cached is None or cached[0] != lines:
        cached = (lines, _parse("".join(lines)))
        _parsed[file] = cached
    return cached[1]


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        # A notebook cell with %magics: blank those lines, keep the numbering.
        lines = ["\n" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines(keepends=True)]
        return ast.parse("".join(lines))


def first_line(node: FunctionNode) -> int:
    """The line a code object of this node reports: that of its first decorator."""
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


_CHANGED = "the file has changed since the function was defined: import it again"


def source_of(function: types.FunctionType) -> Source:
    """The source of a Python function. Raises UnsupportedError if there is none."""
    code = function.__code__
    try:
        return _source_of_code(code, function.__name__)
    except LookupError:
        pass
    if parse_file(code.co_filename, function.__globals__) is not None:
        try:
            return _source_of_code.__wrapped__(code, function.__name__)
        except LookupError:
            pass
    raise UnsupportedError(
        f"the source of '{function.__qualname__}' is not available (file {code.co_filename!r})",
        _CHANGED
        if os.path.exists(code.co_filename)
        else "define it in a file or a notebook cell, or register its text with linecache",
        (code.co_filename, code.co_firstlineno, 0),
    )


@lru_cache(maxsize=4096)
def _source_of_code(code: types.CodeType, name: str) -> Source:
    module = parse_file(code.co_filename)
    if module is None:
        raise LookupError(name)
    candidates = [
        node
        for node in ast.walk(module)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and _matches(node, code)
    ]
    if not candidates:
        raise LookupError(name)
    node = candidates[0] if len(candidates) == 1 else _by_position(candidates, code)
    if isinstance(node, ast.AsyncFunctionDef):
        place = (code.co_filename, node.lineno, node.col_offset)
        raise UnsupportedError("async functions", "write an ordinary function", place)
    return Source(node, code.co_filename)


def _matches(node: ast.AST, code: types.CodeType) -> bool:
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    if name != code.co_name or _parameter_names(node.args) != _code_parameters(code):
        return False
    if isinstance(node, ast.Lambda):
        return node.lineno <= code.co_firstlineno <= node.body.end_lineno
    return first_line(node) == code.co_firstlineno


def _parameter_names(arguments: ast.arguments) -> list[str]:
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    return names + [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]


def _code_parameters(code: types.CodeType) -> list[str]:
    count = code.co_argcount + code.co_kwonlyargcount
    count += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return list(code.co_varnames[:count])


def _by_position(candidates: list, code: types.CodeType):
    """Several lambdas on one line: the columns of the code's instructions tell which one it is."""
    positions = set()
    if hasattr(code, "co_positions"):
        positions = {(p[0], p[2]) for p in code.co_positions() if p[0] is not None and p[2] is not None}
    best = [node for node in candidates if (node.body.lineno, node.body.col_offset) in positions] if positions else []
    if len(best) == 1:
        return best[0]
    same = [node for node in candidates if _same_code(node, code)]
    if same:  # equal code: any of them will do
        return same[0]
    raise LookupError(code.co_name)


def _same_code(node: ast.Lambda, code: types.CodeType) -> bool:
    if not isinstance(node, ast.Lambda):
        return True
    module = ast.Expression(node)
    compiled = next(c for c in compile(module, code.co_filename, "eval").co_consts if isinstance(c, types.CodeType))
    return compiled.co_consts == code.co_consts and compiled.co_names == code.co_names


# ---- scopes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """Which names a function (or lambda) binds, and which it declares elsewhere."""

    local: frozenset[str]
    global_names: frozenset[str]
    nonlocal_names: frozenset[str]
    forbidden: ast.AST | None  # a yield or await


class _Binder(ast.NodeVisitor):
    """Collects the names bound in one function body, without entering nested functions."""

    def __init__(self):
        self.bound: set[str] = set()
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.forbidden: ast.AST | None = None
        self.depth = 0  # of comprehensions: their targets are their own

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load) and not self.depth:
            self.bound.add(node.id)

    def visit_NamedExpr(self, node):
        self.bound.add(node.target.id)
        self.visit(node.value)

    def visit_FunctionDef(self, node):
        self.bound.add(node.name)
        for part in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.bound.add(node.name)

    def visit_Lambda(self, node):
        for part in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(part)

    def _comprehension(self, node):
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_Import(self, node):
        self.bound.update((a.asname or a.name.split(".")[0]) for a in node.names)

    def visit_ImportFrom(self, node):
        self.bound.update((a.asname or a.name) for a in node.names)

    def visit_ExceptHandler(self, node):
        if node.name:
            self.bound.add(node.name)
        self.generic_visit(node)

    def visit_Global(self, node):
        self.global_names.update(node.names)

    def visit_Nonlocal(self, node):
        self.nonlocal_names.update(node.names)

    def _capture(self, node):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if name:
            self.bound.add(name)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_MatchMapping = _capture

    def _forbid(self, node):
        self.forbidden = self.forbidden or node

    visit_Yield = visit_YieldFrom = visit_Await = _forbid


@lru_cache(maxsize=4096)
def names_bound(statements: tuple[ast.stmt, ...]) -> tuple[str, ...]:
    """The names that statements of a function body assign."""
    binder = _Binder()
    for statement in statements:
        binder.visit(statement)
    return tuple(sorted(binder.bound - binder.global_names - binder.nonlocal_names))


@lru_cache(maxsize=4096)
def scope_of(node: FunctionNode) -> Scope:
    """The scope of a function node (nodes are cached with their file, so identity is a good key)."""
    binder = _Binder()
    for statement in node.body if isinstance(node.body, list) else [node.body]:
        binder.visit(statement)
    elsewhere = binder.global_names | binder.nonlocal_names
    local = (binder.bound - elsewhere) | set(_parameter_names(node.args))
    return Scope(frozenset(local), frozenset(binder.global_names), frozenset(binder.nonlocal_names), binder.forbidden)


# ---- parameters --------------------------------------------------------------------------------------------


def parameter_names(node: FunctionNode) -> list[str]:
    """Names of all parameters in the order of the code object: positional, keyword-only, *args, **kwargs."""
    return _parameter_names(node.args)


def make_binder(node: FunctionNode, name: str, defaults: tuple | None, kwdefaults: dict | None):
    """A function that takes what the node's function takes and returns the tuple of its parameters' values, in
    the order of `parameter_names`. It raises Python's own TypeErrors."""
    return _binder(_binder_code(node), name, defaults, kwdefaults)


def binder_of(function: types.FunctionType):
    """`make_binder` for a real function (needs no source)."""
    code, optional = function.__code__, tuple(function.__kwdefaults__ or ())
    compiled = _binder_code_of(code, len(function.__defaults__ or ()), optional)
    return _binder(compiled, function.__qualname__, function.__defaults__, function.__kwdefaults__)


def code_parameters(code: types.CodeType) -> list[str]:
    """`parameter_names` from a code object."""
    return _code_parameters(code)


def _binder(code: types.CodeType, name: str, defaults: tuple | None, kwdefaults: dict | None):
    binder = types.FunctionType(code, {}, name, defaults or None)
    binder.__qualname__ = name
    binder.__kwdefaults__ = kwdefaults or None
    return binder


@lru_cache(maxsize=4096)
def _binder_code(node: FunctionNode) -> types.CodeType:
    given = node.args
    return _compile_binder(
        [a.arg for a in given.posonlyargs],
        [a.arg for a in given.args],
        [a.arg for a in given.kwonlyargs],
        len(given.defaults),
        [default is not None for default in given.kw_defaults],
        given.vararg and given.vararg.arg,
        given.kwarg and given.kwarg.arg,
    )


@lru_cache(maxsize=4096)
def _binder_code_of(code: types.CodeType, defaults: int, optional: tuple[str, ...]) -> types.CodeType:
    names = list(code.co_varnames)
    positional, keyword_only = code.co_argcount, code.co_kwonlyargcount
    rest = names[positional + keyword_only :]
    vararg = rest.pop(0) if code.co_flags & inspect.CO_VARARGS else None
    kwarg = rest.pop(0) if code.co_flags & inspect.CO_VARKEYWORDS else None
    first = code.co_posonlyargcount
    keywords = names[positional : positional + keyword_only]
    has_default = [name in optional for name in keywords]
    return _compile_binder(names[:first], names[first:positional], keywords, defaults, has_default, vararg, kwarg)


def _compile_binder(
    posonly: list[str],
    args: list[str],
    kwonly: list[str],
    defaults: int,
    kw_defaults: list[bool],
    vararg: str | None,
    kwarg: str | None,
) -> types.CodeType:
    parameters = ast.arguments(
        posonlyargs=[ast.arg(name) for name in posonly],
        args=[ast.arg(name) for name in args],
        vararg=vararg and ast.arg(vararg),
        kwonlyargs=[ast.arg(name) for name in kwonly],
        kw_defaults=[ast.Constant(None) if has else None for has in kw_defaults],
        kwarg=kwarg and ast.arg(kwarg),
        defaults=[ast.Constant(None)] * defaults,
    )
    names = [*posonly, *args, *kwonly, *filter(None, (vararg, kwarg))]
    body = ast.Return(ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load()))
    definition = ast.FunctionDef("f", parameters, [body], [], lineno=1, col_offset=0)
    if "type_params" in ast.FunctionDef._fields:
        definition.type_params = []
    module = compile(ast.fix_missing_locations(ast.Module([definition], [])), "<elena binder>", "exec")
    return next(c for c in module.co_consts if isinstance(c, types.CodeType))
