"""Statements of a program: bind a name, write into memory, repeat or choose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .expressions import NAMES, Expr, part

#: Statements that read their target too begin so.
UPDATES = tuple(f"{{0}} {operator}= " for operator in ("+", "-", "*", "//", "%", "&", "|", "^"))


@dataclass(frozen=True)
class Bind:
    """`name = value`: a new array, or a view.

    fill: what `np.empty` is filled with. One statement of two lines, for without the second one the first is undefined.
    """

    name: str
    value: Expr
    fill: str = ""

    def lines(self) -> list[str]:
        return [f"{self.name} = {self.value.text()}", *self._fill_lines()]

    def watched_lines(self) -> list[str]:
        # A name for a view is no read of the elements.
        return [f"{self.name} = {self.value.watched_text(inside_view=True)}", *self._fill_lines()]

    def _fill_lines(self) -> list[str]:
        return [f"{self.name}[...] = {self.fill}"] if self.fill else []

    def names(self) -> set[str]:
        return self.value.names()

    def count(self) -> int:
        return 1

    def renamed(self, old: str, new: str) -> Bind:
        return replace(self, value=self.value.renamed(old, new))

    def simpler(self) -> Iterator[tuple[Statement, ...]]:
        for value in self.value.simplifications():
            yield (replace(self, value=value),)


@dataclass(frozen=True)
class Write:
    """An effect on the memory of `target`: `{0} += {1}`, `np.add({1}, {2}, out={0})`, ...

    casts: the statement casts its first value to the target's dtype, whatever the two are.
    """

    template: str
    target: Expr
    values: tuple[Expr, ...]
    casts: bool = False

    def lines(self) -> list[str]:
        return [self.template.format(self.target.text(), *(value.text() for value in self.values))]

    def watched_lines(self) -> list[str]:
        target = self.target.text()
        values = [f"_apart({value.watched_text()})" for value in self.values]
        if self.casts:
            values[0] = f"_into({values[0]}, {target})"
        touched = f"_rd({target}); _wr({target})" if self.template.startswith(UPDATES) else f"_wr({target})"
        return [touched, self.template.format(target, *values)]

    def names(self) -> set[str]:
        return self.target.names().union(*(value.names() for value in self.values))

    def count(self) -> int:
        return 1

    def renamed(self, old: str, new: str) -> Write:
        values = tuple(value.renamed(old, new) for value in self.values)
        return replace(self, target=self.target.renamed(old, new), values=values)

    def simpler(self) -> Iterator[tuple[Statement, ...]]:
        for k, old in enumerate(self.values):
            for new in old.simplifications():
                yield (replace(self, values=(*self.values[:k], new, *self.values[k + 1 :])),)
        for target in self.target.simplifications():
            yield (replace(self, target=target),)


@dataclass(frozen=True)
class Block:
    """`for`, `if`, and `else` of an if; the body has at least one statement."""

    header: Expr  # "for i in range({0})", "if n > 2"; a part, so that nothing in it is watched
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...] = ()

    def lines(self) -> list[str]:
        return self._lines(f"{self.header.text()}:", lambda statement: statement.lines())

    def watched_lines(self) -> list[str]:
        return self._lines(f"{self.header.text()}:", lambda statement: statement.watched_lines())

    def _lines(self, header: str, lines_of) -> list[str]:
        result = [header, *indented(line for statement in self.body for line in lines_of(statement))]
        if self.orelse:
            result += ["else:", *indented(line for statement in self.orelse for line in lines_of(statement))]
        return result

    def names(self) -> set[str]:
        inside = set().union(*(statement.names() for statement in (*self.body, *self.orelse)))
        return set(NAMES.findall(self.header.text())) | inside

    def count(self) -> int:
        return 1 + sum(statement.count() for statement in (*self.body, *self.orelse))

    def renamed(self, old: str, new: str) -> Block:
        body = tuple(statement.renamed(old, new) for statement in self.body)
        return replace(self, body=body, orelse=tuple(statement.renamed(old, new) for statement in self.orelse))

    def simpler(self) -> Iterator[tuple[Statement, ...]]:
        yield self.body
        if self.orelse:
            yield self.orelse
            yield (replace(self, orelse=()),)
        for header in self.header.simplifications():
            yield (replace(self, header=header),)
        for body in simpler_bodies(self.body):
            if body:
                yield (replace(self, body=body),)
        for orelse in simpler_bodies(self.orelse):
            yield (replace(self, orelse=orelse),)


Statement = Bind | Write | Block


def indented(lines) -> list[str]:
    return ["    " + line for line in lines]


def simpler_bodies(body: tuple[Statement, ...]) -> Iterator[tuple[Statement, ...]]:
    """Halves, quarters, ..., single statements left out; then each one simplified, the last one first."""
    length = (len(body) + 1) // 2
    while length:
        for start in range(0, len(body), length):
            yield body[:start] + body[start + length :]
        length //= 2
    for k, statement in enumerate(body):
        if isinstance(statement, Bind) and statement.value.kind == "name":
            new = statement.value.text()
            yield (*body[:k], *(later.renamed(statement.name, new) for later in body[k + 1 :]))
    for k in reversed(range(len(body))):
        for statements in body[k].simpler():
            yield body[:k] + statements + body[k + 1 :]


def loop(variable: str, count: str) -> Expr:
    return Expr(f"for {variable} in range({{0}})", (part(count, "2", "1"),), "part")


def condition(text: str) -> Expr:
    return part(f"if {text}")
