"""The theory of fusion as a program: tiny stages over tiny storages, and what they mean.

A program is a list of stages over 1-D storages of a few cells. A stage reads all that it reads, then writes in C order; what it
writes is a fold of what it has read, in which any mix-up shows. `fusion_machine` runs the plans that Elena makes of such programs in
adversarial orders; `test_fusion_model` compares.

Not modelled: bytes, sizes that are known at run time only, masks, gathers and scatters, stages with several outputs.
"""

import functools
import itertools
import math
from dataclasses import dataclass, field
from typing import NamedTuple

PRIME = 2147483647  # values are residues


def box(sizes):
    """All points, in C order."""
    return itertools.product(*map(range, sizes))


def step(accumulator, value):
    return (accumulator * 1000003 + value) % PRIME


class Ref(NamedTuple):
    storage: str
    offset: int
    strides: tuple

    def cell(self, index):
        return self.storage, self.offset + sum(i * s for i, s in zip(index, self.strides, strict=True))

    def cells(self, sizes):
        return {self.cell(index) for index in box(sizes)}


@dataclass
class Stage:
    """kind: fill, copy, map, or reduce, whose read has the dimensions `reduced` behind those of the stage."""

    kind: str
    sizes: tuple
    reads: list
    write: Ref
    reduced: tuple
    tag: int

    def __post_init__(self):
        #: Of each point: the cells that it reads, and the one that it writes.
        self.accesses = {index: (self.reads_at(index), self.write.cell(index)) for index in box(self.sizes)}

    def value(self, index, load):
        values = [load(ref.cell(index + inner)) for inner in box(self.reduced) for ref in self.reads]
        return values[0] if self.kind == "copy" else functools.reduce(step, values, self.tag)

    def reads_at(self, index):
        return {ref.cell(index + inner) for inner in box(self.reduced) for ref in self.reads}


@dataclass
class Program:
    """storages: name -> size. `x` and `y` are the caller's, `o` is new and returned; nobody else sees the others."""

    storages: dict
    stages: list
    lines: dict = field(default_factory=dict)  # of the text: stage by line

    @property
    def seen(self):
        """The cells that the caller sees, of those that have a value."""
        written = {cell for stage in self.stages for cell in stage.write.cells(stage.sizes)}
        return {(s, k) for s, n in self.storages.items() for k in range(n) if s in "xy" or (s == "o" and (s, k) in written)}

    def fresh(self, rng):
        return {(s, k): rng.randrange(PRIME) for s, n in self.storages.items() for k in range(n)}

    def run(self, memory):
        """What the program means: the cells that are seen, afterwards."""
        memory = dict(memory)
        for stage in self.stages:
            values = [(stage.write.cell(index), stage.value(index, memory.get)) for index in box(stage.sizes)]
            memory.update(values)  # the last one wins
        return {cell: memory[cell] for cell in self.seen}


# ---- contraction ---------------------------------------------------------------------------------------------


def conflicts(a, b):
    """All (i, j) where a at i and b at j share a cell that one of them writes. For a = b: reads against writes, and two writes."""
    by_cell = {}
    for j, (reads, written) in b.accesses.items():
        for cell in reads:
            by_cell.setdefault(cell, []).append((j, False))
        by_cell.setdefault(written, []).append((j, True))
    for i, (reads, written) in a.accesses.items():
        yield from ((i, j) for j, _ in by_cell.get(written, ()))
        yield from ((i, j) for cell in reads for j, writes in by_cell.get(cell, ()) if writes)


def fits_one_loop(program):
    """Is there a T of one dimension in which all conflicting pairs agree? Then there is one loop for all stages.

    Each stage gives one of its dimensions, shifted; of size 1 only if it has no other. Loops of more dimensions are not asked for: any
    one of these would do.
    """
    stages = [stage for stage in program.stages if stage.accesses]
    if all(len(stage.accesses) == 1 for stage in stages):
        return False
    pairs = {(a, b): set(conflicts(stages[a], stages[b])) for a in range(len(stages)) for b in range(a, len(stages))}
    choices = [[d for d, size in enumerate(stage.sizes) if size > 1] or [0] for stage in stages]
    return any(has_shifts(len(stages), pairs, dims) for dims in itertools.product(*choices))


def has_shifts(count, pairs, dims):
    """Are there shifts with i[dims[a]] + shift[a] = j[dims[b]] + shift[b] for all conflicts?"""
    apart = {}
    for (a, b), points in pairs.items():
        found = {i[dims[a]] - j[dims[b]] for i, j in points}
        if len(found) > 1 or (a == b and found - {0}):
            return False
        if found and a != b:
            apart[a, b] = found.pop()
    shifts = {}
    for start in range(count):
        shifts.setdefault(start, 0)
        for _ in range(count):
            for (a, b), difference in apart.items():
                if a in shifts:
                    shifts.setdefault(b, shifts[a] + difference)
                elif b in shifts:
                    shifts[a] = shifts[b] - difference
    return all(shifts[b] - shifts[a] == difference for (a, b), difference in apart.items())


# ---- random programs -----------------------------------------------------------------------------------------


def random_ref(rng, storages, names, sizes, known=None):
    for _ in range(30):
        storage = rng.choice(names)
        dense = [math.prod(sizes[k + 1 :]) for k in range(len(sizes))]
        strides = dense if rng.random() < 0.5 else [rng.choice((-2, -1, 0, 1, 1, 2, 3)) for _ in sizes]
        strides = tuple(-s if rng.random() < 0.15 else s for s in strides)
        low = -sum(min(0, s * (n - 1)) for s, n in zip(strides, sizes, strict=True) if n)
        ref = Ref(storage, rng.choice((low, low, rng.randrange(storages[storage]))), strides)
        cells = ref.cells(sizes)
        if all(0 <= k < storages[storage] for _, k in cells) and (known is None or cells <= known):
            return ref
    return None


def random_sizes(rng, stages):
    if stages and rng.random() < 0.6:
        return rng.choice(stages).sizes
    if rng.random() < 0.6:
        return (rng.choice((1, 2, 3, 3, 4, 6)),)
    return rng.randint(1, 3), rng.choice((1, 2, 2, 2, 3, 0) if rng.random() < 0.2 else (2, 2, 3))


def random_program(rng):
    """Rich in overlap: few small storages, boxes and refs taken again. No stage reads a cell that nobody wrote."""
    storages = {s: rng.randint(3, 6) for s in "xypqo"}
    names = "x" + rng.choice(("ppqo", "ypo", "pqqo", "pyqo", "po", "y", ""))
    stages, known = [], {(s, k) for s in "xy" for k in range(storages[s])}
    count = rng.choice((2, 2, 3, 3, 4))
    while len(stages) < count:
        sizes = random_sizes(rng, stages)
        kind = rng.choice(("fill", "copy", "copy", "map", "map", "map", "map", "reduce"))
        reduced = (rng.choice((2, 2, 3)),) if kind == "reduce" else ()
        old = [ref for s in stages for ref in (*s.reads, s.write) if s.sizes == sizes and len(ref.strides) == len(sizes)]

        def pick(extra, need, sizes=sizes, old=old):
            again = [r for r in old if not extra and (need is None or r.cells(sizes) <= need)]
            if again and rng.random() < 0.5:
                return rng.choice(again)
            return random_ref(rng, storages, names, sizes + extra, need)

        number = {"fill": 0, "map": rng.choice((1, 1, 2))}.get(kind, 1)
        reads = list(dict.fromkeys(ref for ref in (pick(reduced, known) for _ in range(number)) if ref))
        write = pick((), None)
        if write and len(reads) == number:
            stages.append(Stage(kind, sizes, reads, write, reduced, len(stages) + 2))
            known |= write.cells(sizes)
    touched = {ref.storage for s in stages for ref in (*s.reads, s.write)} | {"x"}
    return Program({s: n for s, n in storages.items() if s in touched}, stages)


# ---- as a text for elena-opt ---------------------------------------------------------------------------------


def type_of(sizes):
    return f"!tensorref.ref<{'x'.join(map(str, (*sizes, 'f32')))}>"


def is_injective(ref, sizes):
    return len(ref.cells(sizes)) == math.prod(sizes)


def body_of(stage):
    names = [f"%e{k}" for k in range(len(stage.reads))]
    lines = [f"  ^bb0({', '.join(f'{name}: f32' for name in names)}):"]
    result = names[0]
    if stage.kind == "map":
        cheap = stage.tag % 3  # what is expensive is not computed again
        lines += [f"    %k = arith.constant {stage.tag}.0 : f32", f"    %m = arith.mulf {names[0]}, %k : f32"]
        lines += ["    %h = math.exp %m : f32"] if not cheap else []
        result = "%h" if not cheap else "%m"
        if len(names) == 2:
            lines.append(f"    %r = arith.subf {result}, {names[1]} : f32")
            result = "%r"
    return [*lines, f"    tensorref.yield {result} : f32", "  }"]


def op_of(stage, refs, result, result_type):
    """The op, whose first line is the stage's."""
    sources = ", ".join(name for name, _ in refs)
    types = ", ".join(type_ for _, type_ in refs)
    if stage.kind == "fill":
        return [f"  tensorref.fill %k{stage.tag} into {result} : f32, {result_type}"]
    if stage.kind == "copy":
        return [f"  tensorref.copy {sources} to {result} : {types}, {result_type}"]
    kind = f"reduce sum dims [{len(stage.sizes)}]" if stage.kind == "reduce" else "map"
    return [f"  tensorref.{kind} ins({sources} : {types}) outs({result} : {result_type}) {{", *body_of(stage)]


def text_of(program, name, first_line):
    """The function, and which stage is at which line."""
    arguments = [s for s in program.storages if s in "xy"]
    returned = "o" if "o" in program.storages else None
    type_by = {s: type_of((n,)) for s, n in program.storages.items()}
    parameters = ", ".join(f"%{s}: {type_by[s]} {{tensorref.contiguous}}" for s in arguments)
    results = f" -> {type_by['o']}" if returned else ""
    lines = [f"func.func @{name}({parameters}){results} attributes {{elena.entry}} {{"]
    for stage in program.stages:
        if stage.kind == "fill":
            lines.append(f"  %k{stage.tag} = arith.constant {stage.tag}.0 : f32")
    for s in program.storages:
        if s not in arguments:
            lines.append(f"  %{s} = tensorref.alloc [{program.storages[s]}] : {type_by[s]}")

    def view(ref, sizes):
        value = f"%v{len(lines)}"
        flag = " injective" if is_injective(ref, sizes) else ""
        numbers = f"offset {ref.offset} sizes {list(sizes)} strides {list(ref.strides)}{flag}"
        lines.append(f"  {value} = tensorref.strided_view %{ref.storage} {numbers} : {type_by[ref.storage]} to {type_of(sizes)}")
        return value, type_of(sizes)

    stages = {}
    for stage in program.stages:
        refs = [view(ref, stage.sizes + stage.reduced) for ref in stage.reads]
        result = view(stage.write, stage.sizes)
        stages[first_line + len(lines)] = stage
        lines += op_of(stage, refs, *result)
    lines += [f"  return %o : {type_by['o']}" if returned else "  return", "}"]
    return lines, stages
