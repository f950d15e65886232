"""Comprehensions and generator expressions, each with a scope of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .frames import Frame


def _bound_names(generators: list[ast.comprehension]) -> set[str]:
    targets = [node for generator in generators for node in ast.walk(generator.target)]
    return {node.id for node in targets if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


class Comprehensions:
    def _bindings(self, generators: list[ast.comprehension], frame: Frame) -> Iterator[Frame]:
        """Yields the comprehension's frame once per combination that passes the conditions."""
        for generator in generators:
            if generator.is_async:
                self.refuse(generator.target, frame, "'async for'")
        # As in Python, the first iterable is evaluated at once and outside.
        first = self.iterate(self.eval(generators[0].iter, frame), generators[0].iter, frame)
        inner = frame.child(_bound_names(generators))
        return self._nested(generators, 0, first, inner)

    def _nested(
        self, generators: list[ast.comprehension], level: int, items: Iterator | None, frame: Frame
    ) -> Iterator[Frame]:
        generator = generators[level]
        if items is None:
            items = self.iterate(self.eval(generator.iter, frame), generator.iter, frame)
        for item in self.counted(items, generator.target, frame, "a comprehension"):
            self.assign(generator.target, item, frame)
            if not all(self.truth(self.eval(test, frame), test, frame) for test in generator.ifs):
                continue
            if level + 1 == len(generators):
                yield frame
            else:
                yield from self._nested(generators, level + 1, None, frame)

    def eval_ListComp(self, node: ast.ListComp, frame: Frame) -> list:
        return [self.eval(node.elt, inner) for inner in self._bindings(node.generators, frame)]

    def eval_SetComp(self, node: ast.SetComp, frame: Frame) -> set:
        return {self.key(self.eval(node.elt, inner)) for inner in self._bindings(node.generators, frame)}

    def eval_DictComp(self, node: ast.DictComp, frame: Frame) -> dict:
        result: dict[Any, Any] = {}
        for inner in self._bindings(node.generators, frame):
            key = self.key(self.eval(node.key, inner))
            result[key] = self.eval(node.value, inner)
        return result

    def eval_GeneratorExp(self, node: ast.GeneratorExp, frame: Frame) -> Iterator:
        bindings = self._bindings(node.generators, frame)
        return (self.eval(node.elt, inner) for inner in bindings)
