"""Random fused groups against NumPy: rows of arrays and of private storage, written and read at shifted ranges.

Row t of every array is touched at the point t only, so the stages may as well run one after the other: that is what
the NumPy side does."""

import numpy as np
import pytest
from run_module import run_module

ARRAYS = "abc"
PRIVATE = "p"


class Program:
    """The text of a random module, and the arrays before and after it."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.rows = int(self.random.choice([1, 5, 40, 300]))
        self.columns = int(self.random.choice([1, 2, 3, 4, 9, 16, 20]))
        self.spread = self.chance(0.3)  # the columns are a dimension of the space too
        shape = self.rows, self.columns
        self.before = {name: self.random.integers(-4, 5, shape).astype(np.float32) for name in ARRAYS}
        self.after = {name: array.copy() for name, array in self.before.items()}
        self.after[PRIVATE] = np.ones(shape, np.float32)
        self.views, self.stages = [], []
        self.add_stage(PRIVATE, (), 0, None, "%one")
        for _ in range(self.random.integers(2, 7)):
            self.add_random_stage()

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def view(self, name: str, start: int, size: str) -> str:
        source, strides = f"%{name}", f"[{self.columns}, 1]"
        offset, type = start * self.columns, self.type
        if name == PRIVATE:
            offset, strides, type = 0, "[0, 0]" if self.spread else "[0, 1]", self.private
        self.views.append(
            f"%v{len(self.views)} = tensorref.strided_view {source} offset {offset} sizes [{size}, {self.columns}] "
            f"strides {strides} : {type} to {self.type}"
        )
        return f"%v{len(self.views) - 1}"

    def add_random_stage(self) -> None:
        start, size = 0, None
        if self.chance(0.6):
            start = int(self.random.integers(0, self.rows))
            size = int(self.random.integers(0, self.rows - start + 1))
        out, x, y = map(str, self.random.choice(list(ARRAYS + PRIVATE), 3))
        rows = slice(start, None if size is None else start + size)
        masked = self.chance(0.3)
        self.add_stage(out, (x, y), start, size, "%w, %m" if masked else "%w")
        old = self.after[out][rows]
        new = self.after[x][rows] * np.float32(0.5) + self.after[y][rows]
        self.after[out][rows] = np.where(self.after[x][rows] > 0.5, new, old) if masked else new

    def add_stage(self, out: str, reads: tuple, start: int, size: int | None, yielded: str) -> None:
        rows = "%n" if size is None else f"%s{len(self.stages)}"
        number = "" if size is None else f"{rows} = arith.constant {size} : index\n"
        refs = [self.view(name, start, rows) for name in (*reads, out)]
        types = ", ".join([self.type] * len(reads))
        inputs = f"ins({', '.join(refs[:-1])} : {types}) " if reads else ""
        masked, order = "masked " * ("," in yielded), "sequential " * self.chance(0.15)
        body = "^bb0(%x: f32, %y: f32):\n%z = arith.mulf %x, %half : f32\n%w = arith.addf %z, %y : f32\n" * bool(reads)
        body += "%m = arith.cmpf ogt, %x, %half : f32\n" if masked else ""
        self.views[-len(refs)] = number + self.views[-len(refs)]
        self.stages.append(
            f"tensorref.stage box [{rows}, {self.columns}] iterators [parallel, parallel] {inputs}"
            f"outs({refs[-1]} : {self.type}) {masked}{order}along [0 + {start}{', 1' * self.spread}] {{\n"
            f"{body}tensorref.yield {yielded} : f32{', i1' * bool(masked)}\n}}"
        )

    @property
    def type(self) -> str:
        return f"!tensorref.ref<?x{self.columns}xf32>"

    @property
    def private(self) -> str:
        return "!tensorref.ref<f32>" if self.spread else f"!tensorref.ref<{self.columns}xf32>"

    def text(self) -> str:
        return "\n".join(
            [
                f"func.func @f({', '.join(f'%{name}: {self.type}' for name in ARRAYS)}) attributes {{elena.entry}} {{",
                f"%n = tensorref.dim %a, 0 : {self.type}",
                "%half = arith.constant 0.5 : f32",
                "%one = arith.constant 1.0 : f32",
                f"tensorref.group over [%n{f', {self.columns}' * self.spread}] {{",
                f"%{PRIVATE} = tensorref.alloc [{self.columns if not self.spread else ''}] : {self.private}",
                *self.views,
                *self.stages,
                "}\nreturn\n}",
            ]
        )


@pytest.mark.parametrize("seed", range(60))
def test_random_groups(seed):
    program = Program(seed)
    for target in ("cpu", "cuda"):
        arrays = {name: array.copy() for name, array in program.before.items()}
        run_module(program.text(), *arrays.values(), target=target, seed=seed)
        for name in ARRAYS:
            np.testing.assert_array_equal(arrays[name], program.after[name], err_msg=program.text())
