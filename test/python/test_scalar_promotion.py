"""Numbers read from arrays, which the host needs: computed without kernels, and still as NumPy does."""

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source
from elena.testing.emulator import run_on_emulator
from elena.testing.interpreted import interpreted


def check(fn, *args, fuse=True):
    compiled = elena.jit(fn, fuse=fuse)
    check_same(fn, compiled, lambda: args)
    check_same(fn, interpreted(fn, seed=1), lambda: args)
    return compiled


def kernels(fn, *args):
    return len(elena.jit(fn).lower(*args).kernels)


def floats(n=6):
    return (np.arange(n, dtype=np.float32) * 0.7 + 1.3).astype(np.float32)


# ---- what is gained ----------------------------------------------------------------------------------------


def crop(x, box):
    x1, x2 = box
    left, right = max(int(np.floor(x1)), 0), min(int(np.ceil(x2)) + 1, len(x))
    return (x[left:right] - x1) / (x2 - x1)


def test_one_kernel_for_bounds_from_data():
    args = floats(9), np.array([1.25, 4.5], np.float32)
    check(crop, *args)
    assert kernels(crop, *args) == 1
    assert not elena.jit(crop).lower(*args).temporaries


def test_only_with_fusion_and_as_a_move_of_its_own():
    args = floats(9), np.array([1.25, 4.5], np.float32)
    for fuse in (False, "noviews", "-promote"):
        check(crop, *args, fuse=fuse)
        assert len(elena.jit(crop, fuse=fuse).lower(*args).temporaries) > 0


def test_explain_names_the_lines():
    told = elena.explain(crop, floats(9), np.array([1.25, 4.5], np.float32))
    assert "x1, x2 = box" in {place.text for place in told.scalars}
    assert "numbers that the host computes" in str(told)


def test_the_emulated_gpu_takes_the_numbers():
    def each_type(x, flags, k):
        y = np.zeros(6, np.float32)
        if flags[1]:
            y += k[0]
        y[int(k[1]) :] += x[1] * x[2]
        return y + flags[1], y * np.float32(k[1])

    flags, k = np.array([False, True]), np.array([7, 2], np.int8)
    check_same(each_type, lambda *args: run_on_emulator(each_type, *args), lambda: (floats(), flags, k))


def test_what_only_kernels_read_stays_with_them():
    def scaled(x):
        return x * x[2]

    assert "tensorref.load" not in elena.jit(scaled).lower(floats()).as_text("group")
    check(scaled, floats())


# ---- when a cell is read -----------------------------------------------------------------------------------


def test_read_before_it_is_overwritten():
    def fn(x):
        a = x[1]
        x[1] = 5
        b = x[1]
        x[:] = a
        return x[: int(a)] + b

    check(fn, floats())


def test_swap_through_numbers():
    def fn(x, n):
        for i in range(n):
            a, b = x[i], x[i + 1]
            if a < b:
                x[i], x[i + 1] = b, a
        return x

    for n in (0, 1, 5):
        check(fn, floats(), n)


def test_arguments_that_overlap():
    def fn(x, y):
        a = x[1]
        y[:] = 9
        b = x[1]
        return y[: int(a)] + b

    storage = floats(8)
    check(fn, storage[1:], storage[:-1])


def test_cell_of_a_temporary_of_the_block():
    def fn(x):
        t = x * 2
        return t[int(t[0]) :] + x[: int(t[1])].sum()

    check(fn, floats())


# ---- writes of the 0-d array itself ------------------------------------------------------------------------


def test_0d_array_written_step_by_step():
    def fn(x):
        s = np.zeros((), np.float32)
        s[...] = x[0]
        first = int(s)
        s += x[1]
        s[()] = s * s
        return x[first:] * s, x[: int(s)]

    check(fn, floats())


def test_0d_array_written_through_views():
    def fn(x):
        s = np.zeros((), np.float32)
        s[None][0] = x[2]
        s.reshape(1, 1)[:, 0] += 1
        return x[: int(s)] + s

    check(fn, floats())


def test_0d_array_written_in_branches_and_loops():
    def fn(x, n):
        s = np.zeros((), np.float32)
        if n > 2:
            s[...] = x[1]
        for i in range(n):
            s += x[i]
            x[i] = s
        return x[: int(s)] * s

    for n in (0, 2, 4):
        check(fn, floats(), n)


def test_number_read_inside_of_loops():
    def fn(x, y, n):
        scale = x[0] * x[1]
        first = int(scale)
        for i in range(n):
            y[first:] += scale
            if i > 1:
                y[: int(x[2])] -= scale
            x[2] = scale
        return y

    for n in (0, 1, 4):
        check(fn, floats(), floats(), n)


def test_masked_and_reduced_numbers():
    def fn(x, m):
        s = np.zeros((), np.float32)
        np.copyto(s, x[1], where=m[0])
        top = x.max()
        return x[: int(s)] + top, x[int(np.sqrt(top)) :] * s

    for flag in (True, False):
        check(fn, floats(), np.array([flag]))


# ---- types and rounding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "int32", "uint32", "int64", "float32", "float64"])
def test_types_are_kept(dtype):
    def fn(x, y):
        a, b = x[0], x[1]
        c = a + b
        d = np.multiply(c, b)
        n = int(d)
        return y[min(max(n, 0), 3) :] + c, y * d

    check(fn, np.array([101, 27]).astype(dtype), np.arange(5).astype(dtype))


def test_float32_is_rounded_after_each_step():
    def fn(x, y):
        a, b, c = x[0], x[1], x[2]
        exact = a * b + c  # zero, unless product and sum are rounded once
        n = 1 if exact == 0 else 2
        return y[n:] + exact, y * (a / b)

    a = np.float32(1 + 2**-12)
    check(fn, np.array([a, a, -np.float32(a * a)], np.float32), floats())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.0])
def test_special_values(value):
    def fn(x, y):
        a = np.maximum(x[0], x[1])
        b = np.minimum(x[0], x[1])
        if a > 0:
            y[0] = b
        return y + a, y * b

    check(fn, np.array([value, 1.5], np.float32), floats())


def test_no_integer_of_a_number_that_has_none():
    def fn(x):
        return x[: int(x[0])]

    compiled = check(fn, floats())
    for value in (np.nan, np.inf):
        with pytest.raises((ValueError, OverflowError)):
            compiled(np.array([value, 1], np.float32))


# ---- random programs ---------------------------------------------------------------------------------------


class Writer:
    """Programs of numbers `s0, s1, ...` that come from arrays, go into arrays and bound slices."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.lines = []
        self.numbers = 0

    def choose(self, *options):
        return options[self.rng.integers(len(options))]

    def number(self):
        return f"s{self.rng.integers(self.numbers)}" if self.numbers else "x[0]"

    def value(self):
        a, b, i = self.number(), self.number(), self.rng.integers(6)
        sources = (f"x[{i}]", f"k[{i}]", f"np.float32({a})", f"{a}.astype(np.float64)", "x.max()", f"(x * 2)[{i}]")
        computed = (f"{a} + {b}", f"{a} * np.float32(0.3)", f"np.floor({a})", f"np.maximum({a}, {b})", f"np.sqrt(np.abs({a}))")
        return self.choose(*sources[:2], *(sources + computed if self.numbers else ()))

    def bound(self):
        return f"min(max(int({self.number()}), 0), {self.rng.integers(1, 7)})"

    def statement(self, indent, depth):
        number, i = self.number(), self.rng.integers(6)
        kind = self.rng.integers(8 if depth < 2 else 6)
        if kind < 2:
            target, value = number if self.numbers > 3 else f"x[{i}]", self.value()
            if depth == 0 and self.choose(True, False):
                target, self.numbers = f"s{self.numbers}", self.numbers + 1
            self.lines.append(f"{indent}{target} = {value}")
        elif kind < 6:
            writes = (f"x[{i}] = {number}", f"y[{self.bound()}:] += {number}", f"x[1:] = x[:-1] + {number}")
            more = (f"y[:{self.bound()}] *= {self.value()}", f"k[{i}] = int({number}) % 7", "y += x")
            self.lines.append(indent + self.choose(*writes, *more))
        else:
            head = f"if {number} > {self.rng.integers(4)}:" if kind == 6 else f"for i{depth} in range(n):"
            self.lines.append(indent + head)
            for _ in range(self.rng.integers(1, 4)):
                self.statement(indent + "    ", depth + 1)

    def write(self):
        self.lines = ["def program(x, y, k, n):"]
        for _ in range(self.rng.integers(4, 14)):
            self.statement("    ", 0)
        self.lines.append(f"    return x + y, {self.number()}")
        return "\n".join(self.lines) + "\n"


@pytest.mark.parametrize("seed", range(40))
def test_random_programs(seed, tmp_path):
    program = module_from_source(tmp_path, Writer(seed).write()).program
    compiled = elena.jit(program)
    with np.errstate(all="ignore"):
        for n in (2, 0):
            args = floats() % 3, floats(), np.arange(6) % 4, n
            check_same(program, compiled, lambda args=args: args)
            check_same(program, interpreted(program, seed=seed), lambda args=args: args)
