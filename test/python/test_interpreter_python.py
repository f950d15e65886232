"""Ordinary Python is executed at compile time with Python's results."""

import abc
import collections
import dataclasses
import enum
import functools
import itertools
import math
import operator
import types

import pytest

from elena.frontend.source import binder_of, code_parameters
from elena.frontend.tracing import interpret_call


def interpret(fn, *args, **kwargs):
    return interpret_call(fn, binder_of(fn)(*args, **kwargs), code_parameters(fn.__code__))


# Functions of no arguments (or constants): interpreted, they must give what Python gives.
CASES = []


def case(fn):
    CASES.append(fn)
    return fn


@case
def arithmetic():
    a, b = 7, 3
    return a + b, a - b, a * b, a / b, a // b, a % b, a**b, -a, +b, ~a, a << b, a >> b, a & b, a | b, a ^ b, not a


@case
def comparisons():
    x = 5
    return 1 < x < 10, 1 < x > 10, x == 5 != 4, x in (1, 5), x not in [5], x is None, None is None, x is not None


@case
def short_circuit():
    calls = []

    def note(value):
        calls.append(value)
        return value

    a = note(0) and note(1)
    b = note(2) or note(3)
    c = note("") or note([]) or note("x")
    return a, b, c, calls


@case
def chained_stops_early():
    calls = []

    def note(value):
        calls.append(value)
        return value

    return note(3) < note(2) < note(1), calls


@case
def displays():
    a, b = [1, 2], {"x": 1}
    return [*a, 3, *a], (*a,), {*a, 5}, {**b, "y": 2}, {"k": [*range(3)]}


@case
def f_strings():
    x, width, name = 3.14159, 8, "pi"
    return f"{name}={x:.2f} {x:{width}.3f} {name!r:>6} {{}} {1 + 1=}", f"{[1, 2]}{'ab'}"


@case
def subscripts():
    a = list(range(10))
    return a[0], a[-1], a[2:5], a[::-1], a[1::3], "text"[1:3], (1, 2, 3)[-2:], {"k": 7}["k"]


@case
def comprehensions():
    x = "outer"
    squares = [x * x for x in range(5) if x % 2]
    pairs = {(i, j) for i in range(3) for j in range(i)}
    table = {k: [v for v in range(k)] for k in range(3)}
    total = sum(x for x in range(4))
    return squares, pairs, table, total, x


@case
def comprehension_scope_of_first_iterable():
    n = 3
    return [n for n in range(n)], n


@case
def walrus():
    values = [y for x in range(6) if (y := x * 2) > 4]
    if (n := len(values)) > 2:
        return values, n, y
    return None


@case
def lambdas_capture_late():
    functions = [lambda: i for i in range(3)]
    defaults = [lambda i=i: i for i in range(3)]
    return [f() for f in functions], [f() for f in defaults], (lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4)


@case
def closures_and_nonlocal():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step(), step(5), count


@case
def recursion():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    return fib(10)


@case
def decorators():
    def twice(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs), f(*args, **kwargs)

        return wrapper

    @twice
    def g(x, *, y=2):
        return x + y

    return g(1), g(1, y=5)


@case
def unpacking():
    a, (b, *c), *d = 1, (2, 3, 4), 5, 6
    first, *rest = "xyz"
    [p, q] = {"k": 1, "m": 2}
    return a, b, c, d, first, rest, p, q


@case
def swaps():
    a, b = 1, 2
    a, b = b, a
    x = [1, 2, 3]
    x[0], x[2] = x[2], x[0]
    return a, b, x


@case
def augmented():
    a = [1]
    b = a
    a += [2]
    d = {"n": 1}
    d["n"] += 4
    s = "x"
    s *= 3
    m = [[1, 2], [3]]
    m[0][1] -= 5
    return a, b, a is b, d, s, m


@case
def loops():
    out = []
    for i in range(10):
        if i == 2:
            continue
        if i == 6:
            break
        out.append(i)
    else:
        out.append("never")
    for _ in ():
        pass
    else:
        out.append("else")
    n = 5
    while n:
        n -= 1
        if n == 1:
            break
    else:
        out.append("never")
    while n < 3:
        n += 1
    else:
        out.append(n)
    return out


@case
def exceptions():
    out = []
    try:
        {}["missing"]
    except KeyError as error:
        out.append(repr(error))
    else:
        out.append("else")
    finally:
        out.append("finally")
    try:
        try:
            raise ValueError("inner")
        finally:
            out.append("cleanup")
    except (TypeError, ValueError) as error:
        out.append(str(error))
    try:
        try:
            int("x")
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError as error:
        out.append((str(error), type(error.__cause__).__name__))
    try:
        out.append(1)
    except Exception:
        out.append(2)
    else:
        out.append(3)
    try:
        try:
            raise IndexError("again")
        except IndexError:
            raise
    except LookupError as error:
        out.append(str(error))
    return out


@case
def finally_wins():
    def f():
        try:
            return 1
        finally:
            return 2

    def g():
        for _ in range(3):
            try:
                continue
            finally:
                break
        return "done"

    return f(), g()


@case
def builtin_functions():
    return (
        list(enumerate("ab", 1)),
        list(zip([1, 2, 3], "ab")),
        sorted([3, 1, 2], key=lambda v: -v),
        list(map(lambda a, b: a + b, [1, 2], [3, 4])),
        list(filter(None, [0, 1, 2])),
        list(reversed([1, 2])),
        any(x > 1 for x in (1, 2)),
        all([]),
        sum([1, 2], 10),
        min(3, 1),
        max([1, 5], key=lambda v: -v),
        isinstance(1, (int, str)),
        len("abc"),
        divmod(7, 2),
        abs(-3),
        round(2.675, 2),
        str(12),
        repr("x"),
        type(1) is int,
        dict(a=1),
        dict([("b", 2)]),
        set([1, 1]),
        next(iter([9])),
        hasattr("x", "upper"),
        getattr("x", "nothing", 5),
        tuple("ab"),
        callable(len),
        format(3.0, ".1f"),
        ord("a"),
    )


@case
def libraries():
    return (
        math.sqrt(4.0),
        math.pi,
        math.ceil(2.1),
        operator.add(1, 2),
        operator.itemgetter(1)([4, 5]),
        functools.reduce(lambda a, b: a * b, [1, 2, 3], 1),
        functools.partial(max, 3)(1),
        list(itertools.product("ab", [1, 2])),
        list(itertools.chain([1], [2])),
        list(itertools.accumulate([1, 2, 3])),
        collections.OrderedDict(a=1),
    )


@case
def string_methods():
    return (
        "a,b".split(","),
        "x".upper(),
        "{}-{k}".format(1, k=2),
        "%d:%s" % (3, "s"),
        " ".join(["a", "b"]),
        "ab".find("b"),
    )


@case
def deleting():
    d = {"a": 1, "b": 2}
    del d["a"]
    x = [1, 2, 3]
    del x[0], x[-1]
    y = 1
    del y
    try:
        y
    except UnboundLocalError:
        return d, x
    return None


@case
def conditional_expression():
    return [("even" if i % 2 == 0 else "odd") for i in range(3)]


@case
def imports():
    import math as m
    from itertools import chain
    from itertools import count as counting

    return m.floor(2.5), list(chain([1], [2])), next(counting(4))


@case
def generators_are_lazy():
    seen = []

    def note(v):
        seen.append(v)
        return v

    stream = (note(v) for v in range(5))
    first = next(stream)
    return first, seen, list(stream), seen


@case
def matching():
    def kind(value):
        match value:
            case 0 | 1:
                return "small"
            case [a, *rest]:
                return a, rest
            case {"k": v, **others}:
                return v, others
            case str(text) if len(text) > 2:
                return text
            case None:
                return "none"
            case _:
                return "other"

    return [kind(v) for v in (1, [1, 2, 3], {"k": 1, "z": 2}, "long", "s", None)]


Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass
class Box:
    low: int
    high: int = 10
    tags: list = dataclasses.field(default_factory=list)

    @property
    def width(self):
        return self.high - self.low

    def grown(self, by):
        return dataclasses.replace(self, high=self.high + by)


class Mode(enum.Enum):
    FAST = 1
    SLOW = 2


class Base:
    scale = 2

    def __init__(self, value):
        self.value = value
        self.__secret = value * 2

    def run(self):
        return self.value * self.scale

    def secret(self):
        return self.__secret

    @staticmethod
    def helper(a):
        return a + 1

    @classmethod
    def make(cls, v):
        return cls(v)


class Derived(Base):
    def run(self):
        return super().run() + 1

    def __len__(self):
        return self.value

    def __iter__(self):
        return iter([self.value, 1])

    def __call__(self, a):
        return a + self.value

    def __getitem__(self, k):
        return k * self.value


@case
def classes():
    p = Point(1, y=2)
    b = Box(3)
    b.tags.append("t")
    n = types.SimpleNamespace(a=1)
    n.a += 1
    d = Derived(4)
    d.value += 1
    return (
        p, p.x, p._replace(x=5), b.width, b.grown(2).high, b.tags, n.a, Mode.FAST is Mode["FAST"], Mode(2).name,
        d.run(), d.secret(), len(d), list(d), d(1), d[3], Derived.helper(1), Derived.make(2).value, bool(Derived(0)),
    )  # fmt: skip


@case
def global_reads():
    return SIZES, SIZES[1], TABLE["k"][0], len(TABLE), [s * 2 for s in SIZES]


SIZES = (8, 16)
TABLE = {"k": [1, 2]}


@pytest.mark.parametrize("fn", CASES, ids=lambda fn: fn.__name__)
def test_gives_what_python_gives(fn):
    expected = fn()
    assert interpret(fn) == expected


def test_arguments_bind_as_in_python():
    def f(a, /, b, c=3, *rest, d, e=5, **more):
        return a, b, c, rest, d, e, more

    def g():
        return f("1", "2", d="4"), f("1", "2", "3", "x", "y", d="4", z="5"), f("1", b="b", d="d", e="e")

    assert interpret(g) == g()


def test_wrong_arguments_give_pythons_message():
    def f(a, b):
        return a

    def g():
        return f("1")

    with pytest.raises(TypeError) as expected:
        g()
    with pytest.raises(TypeError) as actual:
        interpret(g)
    assert str(actual.value).startswith(str(expected.value))


def test_raise_and_assert_leave_as_they_are():
    class Special(Exception):
        def __init__(self, code):
            self.code = code
            super().__init__(f"code {code}")

    def f(kind):
        assert kind != "assert", f"kind is {kind}"
        raise Special(7)

    with pytest.raises(AssertionError) as error:
        interpret(f, "assert")
    assert str(error.value) == "kind is assert"
    with pytest.raises(Special) as error:
        interpret(f, "raise")
    assert error.value.code == 7 and str(error.value) == "code 7"


def test_unbound_names():
    def f():
        if not SIZES:
            x = 1
        return x

    with pytest.raises(UnboundLocalError, match="'x'"):
        interpret(f)

    def g():
        return no_such_name  # noqa: F821

    with pytest.raises(NameError, match="no_such_name"):
        interpret(g)


class TestSources:
    def test_lambda(self):
        assert interpret(lambda: 3) == 3

    def test_two_lambdas_on_a_line(self):
        a, b = (lambda: "first"), (lambda: "second")
        assert (interpret(a), interpret(b)) == ("first", "second")

    def test_lambda_inside_a_call_over_lines(self):
        def identity(f, _):
            return f

        f = identity(
            lambda x: (
                x + "!"
            ),
            1,
        )  # fmt: skip
        assert interpret(f, "a") == "a!"

    def test_exec_with_linecache(self):
        import linecache

        text = "def made(x):\n    return x * 2\n"
        linecache.cache["<made>"] = (len(text), None, text.splitlines(keepends=True), "<made>")
        space = {}
        exec(compile(text, "<made>", "exec"), space)
        assert interpret(space["made"], "ab") == "abab"

    def test_notebook_cells(self):
        import linecache
        import time

        def run_cell(number, text, space):
            name = f"/tmp/ipykernel_1/{number}.py"  # no such file: IPython keeps the text in linecache
            linecache.cache[name] = (len(text), time.time(), text.splitlines(keepends=True), name)
            exec(compile(text, name, "exec"), space)

        space = {}
        run_cell(2, "y = 'b'\ndef f(x):\n    return x + y\n", space)
        assert interpret(space["f"], "a") == "ab"
        run_cell(3, "def f(x):\n    return y + x\n", space)
        assert interpret(space["f"], "a") == "ba"

    def test_without_source(self):
        from elena import UnsupportedError

        space = {}
        exec("def f(x): return x", space)
        with pytest.raises(UnsupportedError, match="source of 'f' is not available"):
            interpret(space["f"], "x")

    def test_method_in_a_class_in_a_function(self):
        class A:
            def f(self, x):
                return x + self.y

            y = "y"

        assert interpret(A.f, A(), "x") == "xy"


class Shape(abc.ABC):
    def __init__(self):
        super().__init__()
        self.sides = self.count()

    @abc.abstractmethod
    def count(self): ...


class Square(Shape):
    def __init__(self, size):
        super().__init__()
        self.size = size

    def count(self):
        return 4


def test_constructors_of_derived_classes():
    def f():
        square = Square(3)
        return square.sides, square.size, square.__class__.__name__, isinstance(square, Shape)

    assert interpret(f) == f()


def test_starred_subscripts_and_slices():
    def f(table):
        a = list(range(10))
        s = slice(*(1, 8), 3)
        return a[s], table[(1, "x")], (lambda *v: v[-2:])(*a)

    assert interpret(f, {(1, "x"): "found"}) == f({(1, "x"): "found"})
