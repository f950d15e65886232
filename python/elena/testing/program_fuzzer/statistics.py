"""What programs are made of, and how many reach what the fuzzer is for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .arguments import AliasArgument, ArrayArgument
from .program import Program
from .watch import watch


@dataclass
class Statistics:
    programs: int = 0
    calls: int = 0
    statements: Counter[int] = field(default_factory=Counter)
    dtypes: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)  # programs with such a pair of accesses
    features: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    fused: Counter[str] = field(default_factory=Counter)

    def add(self, program: Program) -> None:
        self.programs += 1
        self.calls += len(program.calls)
        self.statements[program.statements()] += 1
        self.dtypes.update(program.dtypes())
        self.relations.update(watch(program).relations())
        source = program.function_source()
        self.features.update(feature for feature, marks in FEATURES.items() if any(mark in source for mark in marks))
        arguments = program.calls[0].items
        extents = {n for item in arguments if isinstance(item, ArrayArgument) for n in item.shape}
        self.features.update(f"extent {n}" for n in (0, 1) if n in extents)
        if any(isinstance(item, AliasArgument) for item in arguments):
            self.features["aliased args"] += 1

    def fraction(self, counter: Counter, key: str) -> float:
        return counter[key] / max(1, self.programs)

    def text(self) -> str:
        sizes = sorted(self.statements.elements())
        lines = [
            f"programs             {self.programs}, {self.calls} calls",
            f"statements           {sizes[0]} to {sizes[-1]}, median {sizes[len(sizes) // 2]}" if sizes else "",
        ]
        lines += [f"accesses {relation:11} {self._percent(self.relations[relation])}" for relation in RELATIONS]
        lines += [f"with {feature:15} {self._percent(count)}" for feature, count in sorted(self.features.items())]
        lines += [f"dtype {dtype:14} {self._percent(count)}" for dtype, count in sorted(self.dtypes.items())]
        lines += [f"outcome {kind:12} {count}" for kind, count in sorted(self.outcomes.items())]
        if total := self.fused.total() - self.fused["unknown"]:
            lines.append(f"something fused      {100 * self.fused['yes'] / total:.1f} % of {total}")
        return "\n".join(filter(None, lines))

    def _percent(self, count: int) -> str:
        return f"{100 * count / max(1, self.programs):5.1f} %"


#: Of two accesses, one a write, that share cells.
RELATIONS = ("partial", "contained", "equal")

#: What the text of a program shows.
FEATURES = {
    "loop": ["for "],
    "if": ["if "],
    "out=": ["out="],
    "reduction": ["axis=", ".sum(", ".max(", ".min("],
    "mask": ["where=", "np.where(", "] = True"],
    "step": [":-1", "::2", "::3", ":2]"],
    "transpose": [".T", "transpose", "swapaxes"],
    "reshape": ["reshape", "ravel"],
    "broadcast_to": ["broadcast_to"],
    "joined": ["concatenate", "stack"],
}
