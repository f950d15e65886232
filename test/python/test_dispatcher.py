"""The C++ dispatcher against `_protocol.py`, and against the reference dispatcher in Python.

The entries are plain C (dispatcher_entries.c): no compiler, no tracer.
"""

import collections
import ctypes
import gc
import itertools
import pathlib
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from elena import _dispatch_reference, _native
from elena import _protocol as P
from elena.frontend.tracing import array_kind, flatten

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    library = tmp_path_factory.mktemp("entries") / "entries.so"
    source, include = HERE / "dispatcher_entries.c", HERE.parents[1] / "include"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-Wall", f"-I{include}", source, "-o", library], check=True)
    loaded = ctypes.CDLL(str(library))
    return lambda name: ctypes.cast(getattr(loaded, name), ctypes.c_void_p).value


@pytest.fixture(params=["native", "reference"])
def Dispatcher(request):
    if request.param == "reference":
        return _dispatch_reference.Dispatcher
    return _native.native.Dispatcher


def refuse(bound):
    flatten(bound, [f"p{k}" for k in range(len(bound))])
    raise TypeError("refused")


def array(ordinal=0, dtype="float32", **more):
    return P.Plan(P.PLAN_ARRAY, ordinal=ordinal, dtype=dtype, **more)


NONE = P.Plan(P.PLAN_CONSTANT)


class Compiler:
    """A `trace_and_compile` that returns given versions, and remembers what it was asked."""

    def __init__(self, *versions):
        self.versions = itertools.cycle(versions)
        self.asked = []

    def __call__(self, bound, alias):
        self.asked.append((bound, alias))
        version = next(self.versions)
        return version(bound, alias) if callable(version) else version


def make(Dispatcher, compiler, count=1):
    def normalize(*args, **kwargs):
        return (*args, *kwargs.values())

    return Dispatcher(compiler, normalize, refuse, count)


@pytest.fixture
def add_one(entries):
    return P.Version(entries("add_one"), "apart", array(), (1,))


# ---- keys ----------------------------------------------------------------------------------------------------


def compiles(Dispatcher, entries, *calls):
    """Number of versions that the calls (tuples of arguments) need."""
    compiler = Compiler(P.Version(entries("nothing"), "apart", NONE, ()))
    f = make(Dispatcher, compiler, -1)
    for call in calls:
        f(*call)
    assert f.calls == len(calls)
    return len(compiler.asked)


X = np.zeros((6, 8), np.float32)
READONLY = X.copy()
READONLY.flags.writeable = False


@pytest.mark.parametrize(
    "a, b",
    [
        (X, np.ones((7, 9), np.float32)),  # other sizes
        (np.ones((12, 12), np.float32)[::2, ::2], np.ones((30, 20), np.float32)[1::3, 1::3]),
        (X[:0], np.ones((7, 8), np.float32)[:0]),
        (3, 2**30),
        (0.5, -0.0),
        ("a", "".join(["a"])),
        ((1, "b"), (2, "b")),
        ([X], [X + 1]),
        ({"k": 1}, {"k": 2}),
        (np.float32(1), np.float32(2)),
        (np.int64(7), np.int64(7)),
        (np.dtype("f4"), np.dtype("f4")),
        (None, None),
        (len, len),
        (X.astype(np.int64), X.astype(np.longlong)),
        (collections.namedtuple, collections.namedtuple),
    ],
)
def test_same_key(Dispatcher, entries, a, b):
    assert compiles(Dispatcher, entries, (a,), (b,), (a,)) == 1


class Plain:
    pass


Point = collections.namedtuple("Point", "x y")
Other = collections.namedtuple("Other", "x y")


@pytest.mark.parametrize(
    "a, b",
    [
        (X, X.astype(np.float64)),
        (X.astype(np.int32), X.astype(np.uint32)),
        (X, X[0]),
        (X, X[:4]),
        (X[:3], X[:4]),
        (X[:1], X[:2]),
        (X[:0], X[:1]),
        (X, READONLY),
        (X, X[:, ::2]),
        (X, X.T),
        (X[:, :6], X),
        (np.broadcast_to(X[0], (6, 8)), X),
        (np.lib.stride_tricks.sliding_window_view(np.zeros(20), 6), np.zeros((15, 6))[:, ::-1]),
        (3, 3.0),
        (3, True),
        (1, np.int64(1)),
        (np.int64(1), np.int32(1)),
        (True, False),
        (None, False),
        ("a", "b"),
        ("a", b"a"),
        (np.float32(1), np.array(1, np.float32)),
        (np.float32(1), np.float64(1)),
        ((1,), [1]),
        ((1, 2), (1, (2,))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1: 2}, {True: 2}),
        (Point(1, 2), (1, 2)),
        (Point(1, 2), Other(1, 2)),
        (Plain(), Plain()),
        (np.dtype("f4"), np.dtype("f8")),
        (2**70, 2**71),
        (abs, len),
    ],
)
def test_other_key(Dispatcher, entries, a, b):
    assert compiles(Dispatcher, entries, (a,), (b,), (a,), (b,)) == 2


def test_keys_agree_with_the_reference(entries):
    """Random arrays: the C++ key distinguishes exactly what ArrayKind distinguishes."""
    rng = np.random.default_rng(5)
    arrays = []
    for _ in range(300):
        base = np.zeros(tuple(rng.integers(0, 7, rng.integers(0, 7))), rng.choice(["f4", "i1", "f8", "?"]))
        for _ in range(rng.integers(0, 3)):
            if base.ndim:
                axis = rng.integers(base.ndim)
                step = int(rng.choice([1, 2, -1]))
                base = base[(slice(None),) * axis + (slice(None, None, step),)]
                base = np.moveaxis(base, axis, rng.integers(base.ndim)) if rng.integers(2) else base
        if rng.integers(4) == 0:
            base = np.broadcast_to(base, (3, *base.shape))
        arrays.append(base)
    kinds = {array_kind(x) for x in arrays}
    assert 50 < len(kinds) < 300
    calls = [(x,) for x in arrays]
    assert compiles(_native.native.Dispatcher, entries, *calls, *calls) == len(kinds)


def test_capture_kinds_agree(entries):
    """keyOfArrayKind packs a Python ArrayKind as the dispatcher packs the array itself."""
    for x in (X, X.T, X[:, None, ::2, None], np.zeros((1,) * 12), np.array(3.0), X[:0], READONLY):
        cell = (lambda: x).__closure__[0]
        capture = P.Capture(P.FETCH_CELL, cell, None, array_kind(x))
        version = P.Version(entries("nothing"), "apart", NONE, (), captures=[capture])
        f = make(_native.native.Dispatcher, Compiler(version), 0)
        assert f() is None


# ---- results -------------------------------------------------------------------------------------------------


def test_new_array(Dispatcher, add_one):
    f = make(Dispatcher, Compiler(add_one))
    x = np.arange(20, dtype=np.float32)[::2]
    y = f(x)
    assert type(y) is np.ndarray and y.dtype == np.float32
    assert y.flags.writeable and y.flags.c_contiguous and y.flags.aligned
    np.testing.assert_array_equal(y, x + 1)
    assert not np.shares_memory(x, y)


def test_new_array_owns_its_memory(entries, add_one):
    f = make(_native.native.Dispatcher, Compiler(add_one))
    y = f(np.zeros(5, np.float32))
    assert y.flags.owndata and y.base is None
    assert y.ctypes.data % 64 == 0
    y.resize(100)
    assert y.shape == (100,) and y[:5].tolist() == [1] * 5
    y.resize(3)
    assert y.tolist() == [1] * 3


@pytest.mark.parametrize("size", [0, 1, 5, 1000, 10**6, 3 * 10**6])
def test_sizes(Dispatcher, add_one, size):
    f = make(Dispatcher, Compiler(add_one))
    x = np.arange(size, dtype=np.float32)
    np.testing.assert_array_equal(f(x), x + 1)


def test_memory_is_reused_and_bounded(add_one):
    native = _native.native
    native.release_memory()
    f = make(native.Dispatcher, Compiler(add_one))
    x = np.zeros(2**20, np.float32)
    first = f(x).ctypes.data
    assert f(x).ctypes.data == first
    assert native.memory()["cached"] >= x.nbytes
    limit = native.memory()["limit"]
    try:
        native.set_memory_limit(0)
        f(x)
        assert native.memory()["cached"] == 0
    finally:
        native.set_memory_limit(limit)


def test_results_are_not_overwritten_by_later_calls(Dispatcher, add_one):
    f = make(Dispatcher, Compiler(add_one))
    results = [f(np.full(50, k, np.float32)) for k in range(100)]
    for k, y in enumerate(results):
        assert (y == k + 1).all()


def test_view_of_an_argument(Dispatcher, entries):
    version = P.Version(entries("reversed"), "apart", array(base=0), (1,))
    f = make(Dispatcher, Compiler(version))
    x = np.arange(6, dtype=np.float32)
    y = f(x)
    assert y.tolist() == [5, 4, 3, 2, 1, 0] and y.strides == (-4,)
    assert np.shares_memory(x, y)
    y[0] = 50
    assert x[5] == 50
    del x
    gc.collect()
    assert y[1] == 4


def test_base_is_the_owner(entries):
    version = P.Version(entries("reversed"), "apart", array(base=0), (1,))
    f = make(_native.native.Dispatcher, Compiler(version))
    x = np.arange(6, dtype=np.float32)
    assert f(x).base is x
    assert f(x[1:4]).base is x  # as NumPy: views of views refer to the owner


def test_read_only_view(Dispatcher, entries):
    version = P.Version(entries("reversed"), "apart", array(base=0, writeable=False), (1,))
    y = make(Dispatcher, Compiler(version))(READONLY[0])
    assert not y.flags.writeable


@pytest.fixture
def scalars(entries):
    plan = P.Plan(
        P.PLAN_DICT,
        keys=("full", "tail", "n", "v", "b", "sum", "again"),
        items=(
            array(0, "float64"),
            array(1, "float64"),
            P.Plan(P.PLAN_SCALAR, ordinal=2, scalar_kind="int"),
            P.Plan(P.PLAN_SCALAR, ordinal=3, scalar_kind="float"),
            P.Plan(P.PLAN_SCALAR, ordinal=4, scalar_kind="bool"),
            array(5, "float64", scalar=True),
            array(0, "float64"),
        ),
    )
    return P.Version(entries("scalars"), "apart", plan, (1, 1, -1, -1, -1, 0))


def test_many_results(Dispatcher, scalars):
    r = make(Dispatcher, Compiler(scalars), 2)(5, 0.5)
    assert list(r) == ["full", "tail", "n", "v", "b", "sum", "again"]
    assert r["full"].tolist() == [0.5] * 5 and r["tail"].tolist() == [0.5] * 4
    assert (r["n"], r["v"], r["b"]) == (6, 1.0, True)
    assert [type(r[k]) for k in ("n", "v", "b")] == [int, float, bool]
    assert type(r["sum"]) is np.float64 and r["sum"] == 2.5
    assert r["again"] is r["full"]
    r["tail"][:] = 7
    assert r["full"].tolist() == [0.5, 7, 7, 7, 7]
    tail = r.pop("tail")
    r.clear()
    gc.collect()
    assert tail.tolist() == [7] * 4


def test_structures(Dispatcher, entries):
    leaf = P.Plan(P.PLAN_LEAF, ordinal=0)
    inner = P.Plan(P.PLAN_LIST, items=(leaf, P.Plan(P.PLAN_CONSTANT, value="c")))
    same = P.Plan(P.PLAN_SAME, ordinal=1)
    point = P.Plan(P.PLAN_CALL, cls=Point, items=(leaf, same))
    path = P.Plan(P.PLAN_PATH, path=(1, "k"))
    plan = P.Plan(P.PLAN_TUPLE, items=(inner, same, point, path, P.Plan(P.PLAN_TUPLE)))
    f = make(Dispatcher, Compiler(P.Version(entries("nothing"), "apart", plan, ())), 2)
    x, inside = np.zeros(3), [1]
    result = f(x, {"k": inside})
    assert result[0] == [x, "c"] or (result[0][0] is x and result[0][1] == "c")
    assert result[1] is result[0]
    assert type(result[2]) is Point and result[2].x is x and result[2].y is result[0]
    assert result[3] is inside and result[4] == ()


def test_numpy_scalar_argument(Dispatcher, entries):
    version = P.Version(entries("twice"), "apart", array(scalar=True), (0,))
    y = make(Dispatcher, Compiler(version))(np.float32(1.5))
    assert type(y) is np.float32 and y == 3


# ---- versions ------------------------------------------------------------------------------------------------


def test_guards_choose_versions(Dispatcher, entries, add_one):
    small = P.Version(entries("add_one_small"), "apart", array(), (1,))
    compiler = Compiler(lambda bound, alias: small if bound[0].size <= 8 else add_one)
    f = make(Dispatcher, compiler)
    for size, misses, compiled in ((5, 0, 1), (8, 0, 1), (9, 1, 2), (100, 2, 2), (6, 2, 2)):
        x = np.zeros(size, np.float32)
        assert f(x).tolist() == [1] * size
        assert (f.guard_misses, len(compiler.asked)) == (misses, compiled)
    f.clear()
    f(np.zeros(5, np.float32))
    assert len(compiler.asked) == 3


def aliasing_versions(entries):
    """Of accumulate(x, y): the one for arguments that are apart refuses those with the same address."""

    def version(bound, alias):
        return P.Version(entries("accumulate" if alias == "apart" else "accumulate_overlap"), alias, NONE, ())

    return Compiler(version)


def test_overlap(Dispatcher, entries):
    compiler = aliasing_versions(entries)
    f = make(Dispatcher, compiler, 2)
    x, y = np.ones(5, np.float32), np.ones(6, np.float32)
    f(x, y[1:])
    assert y.tolist() == [1] + [2] * 5
    f(y, y[:5])
    assert y.tolist() == [2] + [4] * 4 + [2]
    f(y, y[:5])
    f(x, y[1:])
    assert [alias for _, alias in compiler.asked] == ["apart", "overlap"]
    assert f.guard_misses == 0
    # The first call of a key overlaps: "apart" is compiled first all the same.
    compiler.asked.clear()
    z = np.ones(10, np.float32)
    f(z[::2], z[:9:2])
    assert [alias for _, alias in compiler.asked] == ["apart", "same:0,0"]


def test_the_same_array_twice(Dispatcher, entries):
    compiler = aliasing_versions(entries)
    f = make(Dispatcher, compiler, 2)
    x, y = np.ones(5, np.float32), np.ones(6, np.float32)
    for _ in range(2):
        f(x, x)
        f(x, y[1:])
        f(y, y)
        f(y, y[:5])
    assert [alias for _, alias in compiler.asked] == ["apart", "same:0,0", "overlap"]
    assert x.tolist() == [4] * 5
    assert f.guard_misses == 0


def test_which_arrays_are_the_same(Dispatcher, entries):
    def version(bound, alias):
        return P.Version(entries("overlaps" if alias == "apart" else "nothing"), alias, NONE, ())

    x, y, scalar = np.ones(5, np.float32), np.ones(5, np.float32), np.float32(2)
    calls = {
        "same:0,0": [(x, x), (x, x[:], 3, None), ([x], 4.0, {"x": x})],
        "same:0,0,2": [(x, x, y), (x, x, scalar)],
        "same:0,1,1": [(x, y, y), (scalar, x, x)],
        "same:0,1,0,0": [(x, y, x[:], x)],
        "same:0,0,2,3": [(x, x, scalar, scalar)],
        "overlap": [(x, y), (x, x.view(np.int32)), (x, x[::-1]), (x, x[:4]), (x, x.reshape(5, 1)), (scalar, scalar)],
    }
    for alias, tuples in calls.items():
        for args in tuples:
            compiler = Compiler(version)
            make(Dispatcher, compiler, len(args))(*args)
            assert [asked for _, asked in compiler.asked] == ["apart", alias]


def test_a_version_that_never_fits(Dispatcher, entries):
    version = P.Version(entries("add_one_small"), "apart", array(), (1,))
    with pytest.raises(RuntimeError, match="internal error"):
        make(Dispatcher, Compiler(version))(np.zeros(50, np.float32))


@pytest.mark.parametrize("status", ["check", "memory"])
def test_failures(Dispatcher, entries, status):
    checks = [("ValueError", "no"), ("IndexError", "index {0} is out of bounds for size {1}")]
    name = "failing" if status == "check" else "exhausted"
    f = make(Dispatcher, Compiler(P.Version(entries(name), "apart", NONE, (), checks=checks)))
    for _ in range(3):
        if status == "check":
            with pytest.raises(IndexError, match="index -5 is out of bounds for size 7"):
                f(-5)
        else:
            with pytest.raises(MemoryError):
                f(1)


def test_compile_errors_are_not_remembered(Dispatcher, add_one):
    def compile_(bound, alias):
        if not done:
            raise ValueError("shapes")
        return add_one

    done = []
    f = make(Dispatcher, compile_)
    x = np.zeros(5, np.float32)
    with pytest.raises(ValueError, match="shapes"):
        f(x)
    done.append(1)
    assert f(x).tolist() == [1] * 5


def test_keyword_arguments_go_through_normalize(Dispatcher, entries):
    compiler = Compiler(P.Version(entries("nothing"), "apart", NONE, ()))
    f = make(Dispatcher, compiler, 2)
    f(1, b=2)
    f(1, 2)
    assert [bound for bound, _ in compiler.asked] == [(1, 2)]

    def bad(*args, **kwargs):
        raise TypeError("f() missing 1 required positional argument")

    with pytest.raises(TypeError, match="missing 1 required"):
        Dispatcher(compiler, bad, refuse, 2)(1)


# ---- environment ---------------------------------------------------------------------------------------------


def test_environment_guards(Dispatcher, entries):
    class Holder:
        attribute = 1.5

    variables, items = {"size": 300}, [1, "x"]
    holder = Holder()
    value = object()
    cell = (lambda: value).__closure__[0]

    def guards(bound, alias):
        return P.Version(
            entries("nothing"),
            "apart",
            P.Plan(P.PLAN_CONSTANT, value=len(compiler.asked)),
            (),
            guards=[
                P.Guard(P.FETCH_GLOBAL, variables, "size", variables["size"]),
                P.Guard(P.FETCH_CELL, cell, None, cell.cell_contents),
                P.Guard(P.FETCH_ATTRIBUTE, None, "attribute", holder.attribute, leaf=0),
                P.Guard(P.FETCH_ITEM, items, 1, items[1]),
                P.Guard(P.FETCH_LENGTH, items, None, len(items)),
            ],
        )

    compiler = Compiler(guards)
    f = make(Dispatcher, compiler)
    assert f(holder) == f(holder) == 1
    variables["size"] = 150 * 2
    assert f(holder) == 1
    variables["size"] = 301
    assert f(holder) == 2
    variables["size"] = 300
    assert f(holder) == 1
    holder.attribute = -1.5
    assert f(holder) == 3
    items.append(4)
    assert f(holder) == 4
    items[1] = "y"
    assert f(holder) == 5
    cell.cell_contents = None
    assert f(holder) == 6
    del cell.cell_contents
    assert len(compiler.asked) == 6
    with pytest.raises((ValueError, NameError)):
        f(holder)
    assert len(compiler.asked) == 7


def test_captures(Dispatcher, entries):
    x, table = np.ones(5, np.float32), {"y": np.ones(5, np.float32)}
    capture = P.Capture(P.FETCH_GLOBAL, table, "y", array_kind(table["y"]))
    plan = P.Plan(P.PLAN_LEAF, ordinal=1)
    compiler = Compiler(P.Version(entries("accumulate"), "apart", plan, (), captures=[capture]))
    f = make(Dispatcher, compiler)
    assert f(x) is table["y"]
    table["y"] = np.zeros(9, np.float32)[:5]
    f(x)
    assert table["y"].tolist() == [1] * 5
    assert len(compiler.asked) == 1
    table["y"] = np.zeros(5, np.float64)
    with pytest.raises(RuntimeError):
        f(x)
    assert len(compiler.asked) == 2


# ---- refused arguments ---------------------------------------------------------------------------------------


class Sub(np.ndarray):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, None]),
        np.zeros(3, complex),
        np.zeros(3, np.float16),
        np.zeros(3, np.longdouble),
        np.zeros(3, "f4,i4"),
        np.zeros(3, "datetime64[s]"),
        np.zeros(3, "U4"),
        np.zeros(3, ">f4"),
        np.zeros(3, "V8"),
        np.zeros(3).view(Sub),
        np.ma.masked_array([1.0, 2.0]),
        np.float16(1),
        np.complex64(1),
        [[(np.zeros(3, complex),)]],
        {"a": np.zeros(3, complex)},
    ],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_refused(Dispatcher, entries, value):
    f = make(Dispatcher, Compiler(P.Version(entries("nothing"), "apart", NONE, ())))
    with pytest.raises(TypeError):
        f(value)


def test_odd_strides_are_refused(Dispatcher, entries):
    records = np.zeros(5, np.dtype([("a", "f8"), ("b", "i4")], align=False))
    assert records["b"].strides == (12,)
    f = make(Dispatcher, Compiler(P.Version(entries("nothing"), "apart", NONE, ())))
    f(records["b"])
    with pytest.raises(TypeError):
        f(records["a"])


def test_depth(Dispatcher, entries):
    f = make(Dispatcher, Compiler(P.Version(entries("nothing"), "apart", NONE, ())))
    value = 1
    for _ in range(P.MAX_DEPTH):
        value = [value]
    assert f(value) is None
    with pytest.raises(TypeError):
        f([value])


# ---- lifetimes, threads, subclasses ----------------------------------------------------------------------------


def test_reference_counts(entries, add_one):
    f = make(_native.native.Dispatcher, Compiler(add_one))
    x = np.zeros(5, np.float32)
    args = ([x],)
    g = make(_native.native.Dispatcher, Compiler(P.Version(entries("nothing"), "apart", NONE, ())))
    f(x), g(*args)
    before = sys.getrefcount(x), sys.getrefcount(add_one), sys.getrefcount(None)
    for _ in range(1000):
        f(x), g(*args)
    after = sys.getrefcount(x), sys.getrefcount(add_one), sys.getrefcount(None)
    assert all(abs(a - b) < 10 for a, b in zip(before, after))


def test_cycles_are_collected(entries, add_one):
    class Function(_native.native.Dispatcher):
        pass

    def compile_(bound, alias):
        assert f is not None
        return add_one

    f = Function(compile_, None, refuse, 1)
    f(np.zeros(5, np.float32))
    f.itself = f
    gone = weakref.ref(f)
    del f, compile_
    gc.collect()
    assert gone() is None


def test_subclass(Dispatcher, add_one):
    class Function(Dispatcher):
        def __init__(self, name):
            super().__init__(Compiler(add_one), None, refuse, 1)
            self.name = name

    f = Function("f")
    assert f.name == "f"
    assert f(np.zeros(5, np.float32)).tolist() == [1] * 5


def test_clear_during_a_call(entries, add_one):
    def compile_(bound, alias):
        f.clear()
        gc.collect()
        return add_one

    f = make(_native.native.Dispatcher, compile_)
    for _ in range(3):
        assert f(np.zeros(5, np.float32)).tolist() == [1] * 5


def test_recursion(entries, add_one):
    inner = make(_native.native.Dispatcher, Compiler(add_one))

    def compile_(bound, alias):
        if bound[0].size < 100:
            f(np.zeros(bound[0].size * 10, np.float32))
        inner(bound[0])
        return add_one

    f = make(_native.native.Dispatcher, compile_)
    assert f(np.zeros(5, np.float32)).tolist() == [1] * 5


def test_threads(add_one):
    f = make(_native.native.Dispatcher, Compiler(add_one))
    wrong = []

    def work(k):
        for i in range(200):
            x = np.full(50 + (i % 5) * 40000, k, np.float32)
            if not (f(x) == k + 1).all():
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert f.calls == 800
