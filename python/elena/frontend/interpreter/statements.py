"""Statements: assignment, control flow, exceptions, definitions."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from ..arrays import Array
from ..errors import UnsupportedError
from .assignment import Assignment
from .completions import BREAK, CONTINUE, Return
from .contexts import NoOpContext
from .environment import is_stable_module
from .loops import has_jump
from .values import has_traced

if TYPE_CHECKING:
    from .frames import Frame


class Statements(Assignment):
    def run_block(self, statements: list[ast.stmt], frame: Frame) -> Any:
        """Executes statements; None, BREAK, CONTINUE or a Return tells how they ended."""
        for k, statement in enumerate(statements):
            if isinstance(statement, ast.If) and has_jump(statement):
                return self._run_jumping_if(statement, statements[k + 1 :], frame)
            method = getattr(self, "run_" + type(statement).__name__, None)
            if method is None:
                self.refuse(statement, frame, f"the statement '{_keyword(statement)}'", _HINTS.get(type(statement)))
            completion = method(statement, frame)
            if completion is not None:
                return completion
        return None

    def run_Pass(self, node: ast.Pass, frame: Frame) -> None: ...

    def run_Global(self, node: ast.Global, frame: Frame) -> None: ...

    run_Nonlocal = run_Global

    def run_Expr(self, node: ast.Expr, frame: Frame) -> None:
        self.eval(node.value, frame)

    def run_Return(self, node: ast.Return, frame: Frame) -> Return:
        if any(loop.at_run_time for loop in frame.loops):
            self.refuse(
                node,
                frame,
                "'return' in a loop with a run-time number of iterations",
                "set a variable and 'break', and return behind the loop",
            )
        return Return(None if node.value is None else self.eval(node.value, frame))

    def run_Break(self, node: ast.Break, frame: Frame) -> Any:
        if frame.loops and frame.loops[-1].flag:
            self.note_store(frame, frame.loops[-1].flag)
            frame.locals[frame.loops[-1].flag] = True
        return BREAK

    def run_Continue(self, node: ast.Continue, frame: Frame) -> Any:
        return CONTINUE

    # ---- control flow ------------------------------------------------------------------------------------

    def run_If(self, node: ast.If, frame: Frame) -> Any:
        condition = self.condition(self.eval_test(node.test, frame), node.test, frame, "an 'if'")
        if isinstance(condition, bool):
            return self.run_block(node.body if condition else node.orelse, frame)
        return self.branch(
            condition,
            node.test,
            frame,
            lambda: self.run_block(node.body, frame),
            lambda: self.run_block(node.orelse, frame),
        )

    def _run_jumping_if(self, node: ast.If, rest: list[ast.stmt], frame: Frame) -> Any:
        """An `if` that may leave its block: what follows is part of both branches, and runs where they go on."""
        condition = self.condition(self.eval_test(node.test, frame), node.test, frame, "an 'if'")
        if isinstance(condition, bool):
            return self.run_block([*(node.body if condition else node.orelse), *rest], frame)
        return self.branch(
            condition,
            node.test,
            frame,
            lambda: self.run_block([*node.body, *rest], frame),
            lambda: self.run_block([*node.orelse, *rest], frame),
            last=True,
        )

    def run_With(self, node: ast.With, frame: Frame) -> Any:
        for item in node.items:
            context = self.eval(item.context_expr, frame)
            if not isinstance(context, NoOpContext):
                self.refuse(
                    item.context_expr,
                    frame,
                    f"'with' over a {type(context).__name__}",
                    "only np.errstate, np.printoptions, warnings.catch_warnings and contextlib.nullcontext "
                    "are accepted, and do nothing; move the 'with' to the caller",
                )
            if item.optional_vars is not None:
                self.assign(item.optional_vars, context.value, frame)
        return self.run_inner_block(node.body, frame)

    def run_inner_block(self, statements: list[ast.stmt], frame: Frame) -> Any:
        """A block after whose end its statement goes on."""
        frame.blocks += 1
        try:
            return self.run_block(statements, frame)
        finally:
            frame.blocks -= 1

    # ---- exceptions --------------------------------------------------------------------------------------

    def run_Raise(self, node: ast.Raise, frame: Frame) -> None:
        if node.exc is None:
            error = self._handled(frame)
            if error is None:
                raise RuntimeError("No active exception to reraise")
            raise error
        self.describing += 1
        try:
            error = self.eval(node.exc, frame)
            cause = None if node.cause is None else self.eval(node.cause, frame)
            self.at(node, frame)
            if isinstance(error, BaseException) and has_traced(error.args):
                error.args = self.known(error.args)
        finally:
            self.describing -= 1
        self.at(node, frame)
        if isinstance(error, type) and issubclass(error, BaseException):
            error = error()
        if not isinstance(error, BaseException):
            raise TypeError("exceptions must derive from BaseException")
        _mark_as_the_users(error)
        if node.cause is not None:
            raise error from cause
        raise error

    def _handled(self, frame: Frame) -> BaseException | None:
        return frame.owner().exception

    def run_Assert(self, node: ast.Assert, frame: Frame) -> None:
        condition = self.condition(self.eval_test(node.test, frame), node.test, frame, "an assertion")
        if condition is True:
            return
        if isinstance(condition, bool):
            self._fail_assertion(node, frame)
        self.branch(condition, node, frame, lambda: None, lambda: self._fail_assertion(node, frame))

    def _fail_assertion(self, node: ast.Assert, frame: Frame) -> NoReturn:
        message: tuple = ()
        if node.msg is not None:
            self.describing += 1
            try:
                message = (self.known(self.eval(node.msg, frame)),)
            finally:
                self.describing -= 1
        self.at(node, frame)
        error = AssertionError(*message)
        _mark_as_the_users(error)
        raise error

    def run_Try(self, node: ast.Try, frame: Frame) -> Any:
        try:
            completion = self._run_tried(node, frame)
            if completion is None:
                completion = self.run_inner_block(node.orelse, frame)
        except (UnsupportedError, RecursionError):
            raise
        except Exception as error:
            completion = self._handle(node, error, frame)
        finally:
            if node.finalbody and not isinstance(sys.exc_info()[1], (UnsupportedError, RecursionError)):
                last = self.run_inner_block(node.finalbody, frame)
                if last is not None:
                    return last  # noqa: B012 (Python's own rule)
        return completion

    def _run_tried(self, node: ast.Try, frame: Frame) -> Any:
        kinds = [Exception if handler.type is None else self.eval(handler.type, frame) for handler in node.handlers]
        before = len(self.trace.handled)
        self.trace.handled += kinds
        try:
            return self.run_inner_block(node.body, frame)
        finally:
            del self.trace.handled[before:]

    run_TryStar = None

    def _handle(self, node: ast.Try, error: Exception, frame: Frame) -> Any:
        for handler in node.handlers:
            kinds = Exception if handler.type is None else self.eval(handler.type, frame)
            if not isinstance(error, kinds):
                continue
            owner = frame.owner()
            before, owner.exception = owner.exception, error
            if handler.name:
                self.store_name(handler.name, error, handler, frame)
            try:
                return self.run_inner_block(handler.body, frame)
            finally:
                owner.exception = before
                if handler.name:
                    owner.locals.pop(handler.name, None)
        raise error

    # ---- definitions -------------------------------------------------------------------------------------

    def run_FunctionDef(self, node: ast.FunctionDef, frame: Frame) -> None:
        decorators = [self.eval(decorator, frame) for decorator in node.decorator_list]
        function: Any = self.make_function(node, frame)
        for decorator in reversed(decorators):
            self.at(node, frame)
            function = self.call(decorator, (function,), {})
        self.store_name(node.name, function, node, frame)

    def run_Import(self, node: ast.Import, frame: Frame) -> None:
        for alias in node.names:
            self._import(alias.name, node, frame)
            name = alias.asname or alias.name.split(".")[0]
            module = sys.modules[alias.name if alias.asname else name]
            self.store_name(name, module, node, frame)

    def run_ImportFrom(self, node: ast.ImportFrom, frame: Frame) -> None:
        package = frame.globals.get("__package__") or ""
        base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module_name = ".".join([*base, *([node.module] if node.module else [])])
        module = self._import(module_name, node, frame)
        for alias in node.names:
            if alias.name == "*":
                self.refuse(node, frame, "'import *' in a function")
            if not hasattr(module, alias.name):
                self._import(f"{module_name}.{alias.name}", node, frame)
            self.at(node, frame)
            self.store_name(alias.asname or alias.name, self.get_attribute(module, alias.name), node, frame)

    def _import(self, name: str, node: ast.AST, frame: Frame) -> Any:
        """Only what is loaded already, or changes nothing by being loaded."""
        if name not in sys.modules:
            if not is_stable_module(name):
                self.refuse(
                    node, frame, f"importing '{name}' inside a compiled function", "import it at the top of the module"
                )
            __import__(name)
        return sys.modules[name]


def _mark_as_the_users(error: BaseException) -> None:
    """Exceptions the program raises itself leave as they are."""
    try:
        error.__elena_user__ = True
    except AttributeError:
        pass


def _keyword(statement: ast.stmt) -> str:
    words = {
        ast.ClassDef: "class",
        ast.AsyncFunctionDef: "async def",
        ast.AsyncFor: "async for",
        ast.AsyncWith: "async with",
    }
    return words.get(type(statement), type(statement).__name__.lower())


_HINTS = {
    ast.ClassDef: "define the class outside the compiled function",
    ast.AsyncFunctionDef: "write an ordinary function",
    ast.AsyncFor: "write an ordinary loop",
    ast.AsyncWith: "write an ordinary 'with'",
}
