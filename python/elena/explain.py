"""What fusion did with a function, and why: `elena.explain(f, *args)`.

The compiler gives its decisions as JSON (include/elena/Transforms/Fusion/FusionReport.h); here they become sentences
with the lines of the Python program.
"""

from __future__ import annotations

import json
import linecache
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._protocol import LEAF_CONSTANT

if TYPE_CHECKING:
    from .frontend.tracing import Traced

_DIMENSION = re.compile(r"dim\(arg(\d+), ?(\d+)\)")
_ARGUMENT = re.compile(r"\barg(\d+)\b")
_SYMBOL = re.compile(r"\bs\d+\b")
_ARITHMETIC = re.compile(r"[\d\s+*()-]+")
_FATES = {
    "register": "a register per iteration",
    "buffer": "{cells} per iteration",
    "written-back": "{cells} per iteration, written to memory once",
    "gone": "never made: computed where it is read, or not read",
}


@dataclass(frozen=True)
class Place:
    """A line of the program."""

    file: str
    line: int

    @property
    def text(self) -> str:
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        return f"{Path(self.file).name}:{self.line}  {self.text}".rstrip() if self.line else "(no place)"


@dataclass(frozen=True)
class Access:
    """One side of a conflict: `reads x[i0 + n*i1]` at a line."""

    kind: str
    storage: str
    cell: str
    place: Place

    def __str__(self) -> str:
        return f"{self.kind:<6} {self.storage}[{self.cell}]  at {self.place}"


@dataclass
class Nest:
    """Operations in common loops over `over`."""

    over: str
    places: list[Place]


@dataclass
class Kernel:
    number: int
    nests: list[Nest]

    def __str__(self) -> str:
        return f"kernel {self.number}"


@dataclass
class Refusal:
    """Two kernels (or loop nests of one) that have to do with each other and are not one."""

    first: int  # numbers of kernels
    second: int
    obstacle: str
    why: str
    accesses: list[tuple[Access, Access]]
    through: Place | None = None

    def __str__(self) -> str:
        return f"kernels {self.first} and {self.second}: {self.why}"


@dataclass
class Storage:
    name: str
    type: str
    kind: str  # "argument" | "result" | "temporary"
    fate: str  # "memory" | "register" | "buffer" | "written-back" | "gone"
    cells: int
    why: str
    place: Place
    copy_for: str  # the operation that overwrites what it reads, if this is a copy because of that
    refusal: Refusal | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.type}  at {self.place}"


@dataclass
class Read:
    """A read of what an operation before has made."""

    storage: str
    place: Place
    recomputed: bool
    why: str


@dataclass
class Loop:
    """A loop of the source that launches kernels."""

    place: Place
    why: str  # it launches them in each iteration; empty if all iterations are one kernel
    kernels: int = 1  # how many of `Explanation.kernels` are that one kernel

    def __str__(self) -> str:
        return f"{self.place}: {'all iterations are one kernel' if not self.why else self.why}"


@dataclass
class Explanation:
    """What `elena.explain` gives; `str()` is the account of it."""

    name: str
    kernels: list[Kernel] = field(default_factory=list)
    storages: list[Storage] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    removed: list[Place] = field(default_factory=list)
    scalars: list[Place] = field(default_factory=list)  # computed by the host, which needs them
    loops: list[Loop] = field(default_factory=list)
    bytes_before: str = "0"
    bytes_after: str = "0"
    moved_before: int | None = 0  # the same for the sizes at hand
    moved_after: int | None = 0
    symbols: dict[str, Place] = field(default_factory=dict)  # numbers that the texts name, and where each is made
    is_off: bool = False  # one kernel per operation was asked for

    @property
    def temporaries(self) -> list[Storage]:
        """What is made during the call, not returned, and kept in memory."""
        return [storage for storage in self.storages if storage.kind == "temporary" and storage.fate == "memory"]

    @property
    def copies(self) -> list[Storage]:
        """The copies of what an operation reads and overwrites, whatever has become of them."""
        return [storage for storage in self.storages if storage.copy_for]

    def __str__(self) -> str:
        return "\n".join("  " * depth + text for depth, text, _ in self._lines())

    def __rich__(self) -> Any:
        from rich.text import Text

        text = Text()
        for depth, line, style in self._lines():
            text.append("  " * depth + line + "\n", style=style)
        return text

    def _lines(self) -> list[tuple[int, str, str]]:
        if self.is_off:
            return [(0, f"{self.name}: fusion is off, every operation is a kernel", "bold")]
        number = len(self.kernels) - sum(loop.kernels - 1 for loop in self.loops)
        count = f"{number} kernel{'' if number == 1 else 's'}"
        kept = len(self.temporaries)
        lines = [(0, f"{self.name}: {count}, {kept or 'no'} temporar{'y' if kept == 1 else 'ies'} in memory", "bold")]
        for kernel in self.kernels:
            lines += _kernel_lines(kernel)
        lines += self._section("kept in memory", self.temporaries, _temporary_lines)
        private = [(f"{_fate(s)}  at {s.place}", s.name) for s in self.storages if s.fate not in ("memory", "gone")]
        lines += self._section("kept by each iteration", _alike(private), lambda text: [(2, text, "")])
        recomputed = [(f"read at {read.place}: {read.why}", read.storage) for read in self.reads if read.recomputed]
        lines += self._section("computed where it is read", _alike(recomputed), lambda text: [(2, text, "")])
        explained = [id(storage.refusal) for storage in self.temporaries]
        told = [refusal for refusal in self.refusals if id(refusal) not in explained]
        lines += self._section("not fused", told, _refusal_lines)
        removed = list(dict.fromkeys(self.removed))
        lines += self._section("no longer stored or computed on its own", removed, lambda place: [(2, str(place), "")])
        scalars = list(dict.fromkeys(self.scalars))
        lines += self._section("numbers that the host computes", scalars, lambda place: [(2, str(place), "")])
        launched = [(str(loop.place), loop.why) for loop in self.loops if loop.why]
        lines += self._section("loops that launch kernels in each iteration", launched, _loop_lines)
        inside = [loop for loop in self.loops if not loop.why]
        lines += self._section("loops that are one kernel", inside, _merged_lines)
        lines += self._byte_lines()
        symbols = [(str(place), name) for name, place in self.symbols.items()]
        return lines + self._section("numbers made on the way", _alike(symbols), lambda text: [(2, text, "")])

    @staticmethod
    def _section(title: str, items: list, lines_of: Any) -> list[tuple[int, str, str]]:
        return [(1, title, "bold cyan"), *(line for item in items for line in lines_of(item))] if items else []

    def _byte_lines(self) -> list[tuple[int, str, str]]:
        once = " (of a loop that launches kernels: in one iteration)" if any(loop.why for loop in self.loops) else ""
        lines = [(1, f"bytes read and written{once}", "bold cyan")]
        for title, formula, number in (
            ("before", self.bytes_before, self.moved_before),
            ("after", self.bytes_after, self.moved_after),
        ):
            same = number is None or formula == str(number)
            lines.append((2, f"{title:<6} {formula}{'' if same else f' = {number:,}'}", ""))
        return lines


def _kernel_lines(kernel: Kernel) -> list[tuple[int, str, str]]:
    lines = [(1, str(kernel), "bold green")]
    for nest in kernel.nests:
        number = len(nest.places)
        operations = f"{number} operations" if number > 1 else "1 operation"
        over = f"for each point of {nest.over}" if nest.over != "[]" else "as a whole"
        lines.append((2, f"{operations}, {over}:", ""))
        lines += [(3, str(place), "") for place in dict.fromkeys(nest.places)]
    return lines


def _temporary_lines(storage: Storage) -> list[tuple[int, str, str]]:
    lines = [(2, str(storage), "yellow")]
    if storage.copy_for:
        lines.append((3, "a copy: the line overwrites elements that it has still to read", ""))
    refusal = storage.refusal
    why = storage.why if refusal is None else f"{storage.why}; {refusal}"
    return [*lines, (3, why, ""), *(_access_lines(refusal) if refusal else [])]


def _merged_lines(loop: Loop) -> list[tuple[int, str, str]]:
    with_others = f"  ({loop.kernels} of the kernels above are one)" if loop.kernels > 1 else ""
    return [(2, f"{loop.place}{with_others}", "")]


def _loop_lines(loop: tuple[str, str]) -> list[tuple[int, str, str]]:
    return [(2, loop[0], ""), (3, loop[1], "")]


def _fate(storage: Storage) -> str:
    return _FATES[storage.fate].format(cells="1 cell" if storage.cells == 1 else f"{storage.cells} cells")


def _alike(items: list[tuple[str, str]]) -> list[str]:
    """One line for all names that the same is said of."""
    names: dict[str, list[str]] = {}
    for text, name in items:
        names.setdefault(text, []).append(name)
    return [f"{', '.join(dict.fromkeys(group))}: {text}" for text, group in names.items()]


def _refusal_lines(refusal: Refusal) -> list[tuple[int, str, str]]:
    return [(2, str(refusal), "yellow"), *_access_lines(refusal)]


def _access_lines(refusal: Refusal) -> list[tuple[int, str, str]]:
    lines = []
    for k, (first, second) in enumerate(refusal.accesses):
        if k:
            lines.append((3, "while these meet in one iteration:", "dim"))
        lines += [(3, str(first), ""), (3, str(second), "")]
    if refusal.through is not None:
        lines.append((3, f"in between: {refusal.through}", ""))
    return lines


class _Reader:
    """Makes sentences of the compiler's numbers."""

    def __init__(self, traced: Traced):
        runtime = [leaf for leaf in traced.leaves if leaf.kind != LEAF_CONSTANT]
        self.names = [leaf.name for leaf in runtime] + [str(capture.name) for capture in traced.captures]
        values = [leaf.value for leaf in runtime] + list(traced.captured)
        self.values = values
        self.shapes = [getattr(value, "shape", ()) for value in values]
        self.symbols: dict[str, str] = {}  # the names of the block being read, in the explanation

    def text(self, formula: str) -> str:
        formula = _SYMBOL.sub(lambda match: self.symbols.get(match[0], match[0]), formula)

        def dimension(match: re.Match) -> str:
            return f"{self._name(int(match[1]))}.shape[{match[2]}]"

        return _ARGUMENT.sub(lambda match: self._name(int(match[1])), _DIMENSION.sub(dimension, formula))

    def _name(self, k: int) -> str:
        return self.names[k] if k < len(self.names) else f"arg{k}"

    def number(self, formula: str) -> int | None:
        """The value for the shapes at hand; None if it depends on more than these."""

        def dimension(match: re.Match) -> str:
            k, d = int(match[1]), int(match[2])
            known = k < len(self.shapes) and d < len(self.shapes[k])
            return str(self.shapes[k][d]) if known else "?"

        def scalar(match: re.Match) -> str:
            value = self.values[int(match[1])] if int(match[1]) < len(self.values) else None
            return str(value) if type(value) is int else "?"

        numbers = _ARGUMENT.sub(scalar, _DIMENSION.sub(dimension, formula))
        return eval(numbers, {"__builtins__": {}}) if _ARITHMETIC.fullmatch(numbers) else None

    def add(self, result: Explanation, block: dict[str, Any]) -> None:
        if "scalars" in block:
            result.scalars += [Place(**place) for place in block["scalars"]]
            return
        if "loops" in block:
            result.loops += [Loop(Place(**loop.pop("place")), **loop) for loop in block["loops"]]
            return
        self.name_symbols(result, block["symbols"])
        places = [Place(**stage["place"]) for stage in block["stages"]]
        kernel_of: dict[int, int] = {}
        for groups in block["kernels"]:
            kernel = Kernel(len(result.kernels) + 1, [])
            for g in groups:
                kernel_of[g] = kernel.number
                group = block["groups"][g]
                kernel.nests.append(Nest(self.text(group["over"]), [places[s] for s in group["stages"]]))
            result.kernels.append(kernel)
        storages = [self.text(storage["name"]) for storage in block["storages"]]
        refusals = [self.refusal(item, kernel_of, storages, places) for item in block["refusals"]]
        result.refusals += refusals
        for item in block["storages"]:
            if item["kind"] not in ("argument", "outer"):
                result.storages.append(self.storage(item, refusals))
        for item in block["reads"]:
            read = Read(storages[item["storage"]], places[item["reader"]], item["recomputed"], item["why"])
            result.reads.append(read)
        result.removed += [place for place, stage in zip(places, block["stages"]) if stage["removed"]]
        for when in ("before", "after"):
            self.add_bytes(result, when, block[f"bytes_{when}"])

    def name_symbols(self, result: Explanation, symbols: list[dict]) -> None:
        """Names that no other block has given to another number."""
        self.symbols = {}
        for symbol in symbols:
            self.symbols[symbol["name"]] = name = f"n{len(result.symbols) + 1}"
            result.symbols[name] = Place(**symbol["place"])

    def refusal(self, item: dict, kernel_of: dict[int, int], storages: list[str], places: list[Place]) -> Refusal:
        def access(side: dict) -> Access:
            return Access(side["kind"], storages[side["storage"]], self.text(side["cell"]), places[side["stage"]])

        pairs = [(access(first), access(second)) for first, second in item["accesses"]]
        through = Place(**item["through"]) if "through" in item else None
        numbers = sorted((kernel_of.get(item["first"], 0), kernel_of.get(item["second"], 0)))
        return Refusal(*numbers, item["obstacle"], item["why"], pairs, through)

    def storage(self, item: dict[str, Any], refusals: list[Refusal]) -> Storage:
        keys = ("name", "kind", "fate", "cells", "why")
        refusal = refusals[item["refusal"]] if "refusal" in item else None
        return Storage(
            type=self.text(item["type"]),
            place=Place(**item["place"]),
            copy_for=item["copy"],
            refusal=refusal,
            **{key: item[key] for key in keys},
        )

    def add_bytes(self, result: Explanation, when: str, formula: str) -> None:
        so_far, number = getattr(result, f"bytes_{when}"), self.number(formula)
        sum_so_far = getattr(result, f"moved_{when}")
        setattr(result, f"bytes_{when}", self.text(formula) if so_far == "0" else f"{so_far} + {self.text(formula)}")
        setattr(result, f"moved_{when}", None if None in (sum_so_far, number) else sum_so_far + number)


def explain_version(name: str, traced: Traced, compiled: Any) -> Explanation:
    """The account of a compiled version."""
    result = Explanation(name)
    reader = _Reader(traced)
    blocks = json.loads(compiled.text("fusion"))
    for block in blocks:
        reader.add(result, block)
    result.is_off = not blocks and bool(compiled.kernels)
    return result


def explain(function: Any, /, *args: Any, **kwargs: Any) -> Explanation:
    """What is fused when `function` is compiled for these arguments, and what is not, and why. Runs nothing.

    `print(elena.explain(f, x, y))` is the account; `.kernels`, `.temporaries`, `.refusals`, `.copies` are its parts."""
    from .jit import Function, jit

    compiled = function if isinstance(function, Function) else jit(function)
    lowered = compiled.lower(*args, **kwargs)
    return explain_version(lowered.name, lowered.traced, lowered.compiled)


def wanted() -> bool:
    """Does ELENA_EXPLAIN ask for an account of each compilation?"""
    return os.environ.get("ELENA_EXPLAIN", "0") not in ("", "0")


def print_version(name: str, traced: Traced, compiled: Any) -> None:
    print(explain_version(name, traced, compiled), file=sys.stderr)
