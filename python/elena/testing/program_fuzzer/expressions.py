"""Expressions of a program: small trees of text that can be printed, watched and simplified.

An expression knows nothing of shapes and dtypes. Whether a tree (or what a minimiser made of it) is a valid program is
for NumPy to say, which runs it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

NAMES = re.compile(r"\b(?:[xv]\d+|[nmij])\b")

#: name: an array or a number by its name; view: may share memory with its first child; value: computed, new;
#: part: a number, a slice, a shape, a text that is no array.
KINDS = ("name", "view", "value", "part")


@dataclass(frozen=True)
class Expr:
    """`template` with `{0}`, `{1}` standing for the children.

    watched: the template for a watched run, where it is another one.
    simpler: texts a minimiser may put in its place (of parts).
    """

    template: str
    children: tuple[Expr, ...] = ()
    kind: str = "value"
    watched: str | None = None
    simpler: tuple[str, ...] = ()

    def text(self) -> str:
        return self._text

    # Trees are asked again and again while a program is drawn, as parts of larger ones too.
    @functools.cached_property
    def _text(self) -> str:
        return self.template.format(*[child._text for child in self.children])

    def watched_text(self, inside_view: bool = False) -> str:
        """The text with every computed value in `_ok(...)` and every read of memory in `_rd(...)`.

        Making a view reads nothing, so what a view is made of is no read.
        """
        return self._watched_inside_view if inside_view else self._watched

    @functools.cached_property
    def _watched(self) -> str:
        reads = self.kind in ("name", "view")
        return f"_rd({self._watched_inside_view})" if reads else self._watched_inside_view

    @functools.cached_property
    def _watched_inside_view(self) -> str:
        if self.kind == "part":
            return self._text
        makes_view = self.kind == "view"
        children = [child.watched_text(makes_view and k == 0) for k, child in enumerate(self.children)]
        text = (self.watched or self.template).format(*children)
        return f"_ok({text})" if self.kind == "value" else text

    def names(self) -> set[str]:
        return set(NAMES.findall(self.text()))

    def renamed(self, old: str, new: str) -> Expr:
        if self.kind == "name":
            return name(new) if self.template == old else self
        return replace(self, children=tuple(child.renamed(old, new) for child in self.children))

    def simplifications(self) -> Iterator[Expr]:
        """Other trees with fewer or simpler nodes, the boldest first."""
        for text in self.simpler:
            if text != self.template:
                yield replace(self, template=text, simpler=())
        if self.kind == "value" and self.template != "1":
            yield part("1")
        if self.kind != "part":
            yield from (child for child in self.children if child.kind != "part")
        for k, child in enumerate(self.children):
            for other in child.simplifications():
                yield replace(self, children=(*self.children[:k], other, *self.children[k + 1 :]))


def name(text: str) -> Expr:
    return Expr(text, kind="name")


def part(text: object, *simpler: str) -> Expr:
    return Expr(str(text), kind="part", simpler=simpler)


def view(template: str, *children: Expr) -> Expr:
    return Expr(template, children, "view")


def value(template: str, *children: Expr, watched: str | None = None) -> Expr:
    return Expr(template, children, "value", watched)


def subscript(array: Expr, items: list[str], *, copies: bool = False) -> Expr:
    """`array[items]`; each item is a part that a minimiser may replace by ':' or 0."""
    if not items:
        items = ["..."]
    parts = [part(item, *_simpler_item(item)) for item in items]
    template = "{0}[" + ", ".join(f"{{{k + 1}}}" for k in range(len(parts))) + "]"
    return Expr(template, (array, *parts), "value" if copies else "view")


def _simpler_item(item: str) -> tuple[str, ...]:
    if item in (":", "...", "None", "0"):
        return ()
    return (":",) if ":" in item else ("0",)


def is_subscript(expr: Expr) -> bool:
    """Can stand on the left of `=` and `+=`, where it writes (and does not bind a name)."""
    return expr.template.endswith("]") and expr.template.startswith("{0}[")
