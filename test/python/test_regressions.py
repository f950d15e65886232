"""Programs that were once compiled wrongly, each named after its fault. Sources: random programs against NumPy."""

import collections
import copy
import types

import elena
import numpy as np
import pytest
from compare import check_same

NAN, INF = float("nan"), float("inf")
INTEGERS = ["int8", "uint8", "int16", "int32", "int64", "uint64"]


def array(values, dtype=None):
    return np.array(values, dtype)


def check(fn, *argument_lists, **options):
    """One compiled function, called with all argument lists."""
    compiled = elena.jit(fn)
    for arguments in argument_lists:
        check_same(fn, compiled, lambda: arguments, **options)
    return compiled


# ---- indexing ----------------------------------------------------------------------------------------------


def test_index_by_0d_array_copies():
    def fn(x, i):
        return x[i], x[i, None], x[None, i], x[:, i], x[i, ...], x[i, i]

    x = np.arange(24.0).reshape(2, 3, 4)
    indices = [array(1), array(-1), array(2), array(1, np.uint8), array(1, np.uint64)]
    check(fn, *[(view, i) for view in (x, x.transpose(1, 2, 0), x[::-1]) for i in indices])


def test_uint64_index_beyond_int64_is_out_of_bounds():
    def fn(x, i):
        return x[i]

    check(fn, *[(np.arange(5.0), array(i, np.uint64)) for i in (2, 2**63 + 1, 2**64 - 1)])


def test_gather_follows_order_of_index_arrays():
    def fn(x, i, j):
        return x[i], x[i, j], x[:, i], x[..., i]

    i = array([[0, 1, 2], [1, 1, 0]])
    cube = np.arange(27.0).reshape(3, 3, 3)
    pairs = [(i.T, i.T), (i.T, i.T.copy()), (i.T.astype(np.int8), i.T), (i[:, ::-1].T, i[::-1].T)]
    pairs += [(np.broadcast_to(i[0], (2, 3)).T, i.T)]
    check(fn, *[(x, *pair) for x in (cube, cube[0].T, cube.transpose(1, 2, 0)) for pair in pairs])


def test_gather_order_with_a_rest_of_size_1():
    def fn(x, i):
        return x[..., i]

    i = array([[0, -1], [-1, 0], [0, 0]])
    check(fn, (np.zeros((1, 2)), i.T), (np.zeros((5, 1, 5))[:1, :, :1], i.T * 0), (np.zeros((5, 1, 5)), i.T))


def test_take_along_axis_follows_order_of_indices():
    def fn(x, i):
        return np.take_along_axis(x, i, 0)

    x, i = np.ones((3, 3)), np.zeros((3, 3), np.int64)
    check(fn, (x, i.T), (x.T, i), (x.T, i.T))


def test_take_by_0d_array():
    def fn(x, i):
        return np.take(x, i, axis=0)

    check(fn, (array(3), array(0)), (array(3), array([0, -1])), (array([3, 4]), array(1)), (array([3]), array(2)))


def test_repeat_of_0d_array_along_axis():
    check(lambda x: np.repeat(x, 2, axis=0), (array(3),), (array([3, 4]),))


def test_flip_of_0d_array_is_a_scalar():
    check(lambda x: np.flip(x), (array(3),), (array(2.5),))


def test_empty_mask_passes():
    def fn(x, mask):
        found = x[mask]
        x[mask] = 1
        return found

    def mask(*shape):
        return np.zeros(shape, bool)

    shapes = [((8,), (0,)), ((8, 2), (0,)), ((8, 2), (0, 2)), ((8, 2), (0, 3)), ((8, 2), (8, 0)), ((0,), (3,))]
    check(fn, *[(np.zeros(x), mask(*m)) for x, m in shapes])


def test_masked_assignment_of_one_value():
    def fn(x, mask, n):
        x[mask] = x[n : n + 1]

    masks = [array([1, 0, 1, 0, 1, 1], bool), np.zeros(6, bool)]
    check(fn, *[(np.arange(6.0), mask, n) for mask in masks for n in (2, 9)])


def test_masked_assignment_of_a_wrong_number_of_values():
    def fn(x, mask, values):
        x[mask] = values

    mask = array([True, False, True])
    check(fn, *[(np.arange(3), mask, np.arange(n)) for n in (2, 3, 5, 9)])
    check(fn, *[(np.arange(3), mask, np.zeros(shape)) for shape in ((1, 1), (1, 2), (1, 1, 5))])


def test_broadcast_of_one_selected_value_into_a_view():
    def fn(x, y):
        x[:] = y[y > 0]

    values = [[-1, 1, -1], [1, 1, 1], [1, 1, 0], [0, 0, 0]]
    check(fn, *[(np.zeros(shape, int), array(y)) for y in values for shape in ((3,), (1,), (2, 3))])


def test_broadcast_into_selected_values():
    def fn(x, y, z):
        selected = x[y > 0]
        selected[:] = z
        return selected

    values = [[-1, 1, -1], [1, 1, 1], [1, 1, 0], [0, 0, 0]]
    others = [array([1]), array([1, 2, 3]), array(2), np.arange(6)]
    check(fn, *[(np.zeros(3, int), array(y), z) for y in values for z in others])


# ---- numbers into integer arrays ---------------------------------------------------------------------------

NUMBERS = [1.5, -1.0, -0.5, NAN, INF, -INF, 300.0, 1e19, 2.0**63, 2.0**64, -(2.0**63), -(2.0**63) - 2048, 255.5, -129.0]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_float_that_does_not_fit_into_integers(dtype):
    def assigned(x, t):
        x[...] = t

    def filled(x, t):
        x.fill(t)

    def masked(x, mask, t):
        x[mask] = t

    for fn in (assigned, filled):
        check(fn, *[(np.zeros(3, dtype), t) for t in NUMBERS])
    check(masked, *[(np.zeros(3, dtype), array([True, False, True]), t) for t in NUMBERS])


@pytest.mark.parametrize("dtype", INTEGERS)
def test_numpy_scalar_that_does_not_fit_into_integers(dtype):
    def element(x, y):
        x[0] = y[1]

    def total(x, y):
        x[...] = y.sum()

    values = [array([0, t]) for t in NUMBERS] + [array([0, t]) for t in (1, -1, 300, 2**40)]
    values += [array([0, 2**63 + 1], np.uint64), array([0, 200], np.uint8), array([False, True])]
    for fn in (element, total):
        check(fn, *[(np.zeros(3, dtype), value) for value in values])


@pytest.mark.parametrize("dtype", INTEGERS)
def test_loaded_integer_that_does_not_fit(dtype):
    def assigned(x, y):
        x[0] = int(y[0])

    def added(x, y):
        return x + int(y[0])

    for fn in (assigned, added):
        check(fn, *[(np.zeros(3, dtype), array([t])) for t in (1, -1, 300, 2**40) if dtype != "uint64" or t >= 0])


def test_known_float_that_does_not_fit():
    def negative(x):
        x[1] = -1.0

    def large(x, mask):
        x[mask] = 300.0

    check(negative, *[(np.zeros(3, dtype),) for dtype in INTEGERS])
    check(large, *[(np.zeros(3, dtype), array([True, False, True])) for dtype in INTEGERS])


def test_full_wraps_floats_and_numpy_scalars():
    def fn(x, t):
        return np.full_like(x, t), np.full(2, t, x.dtype)

    def scalars(x, y):
        return np.full_like(x, y[0]), np.full(3, y.sum(), x.dtype)

    values = (1.5, NAN, 300, -1, True, np.float64(300.0), np.int64(300))
    check(fn, *[(np.zeros(2, dtype), t) for dtype in ("int8", "uint8", "int64", "float32", "bool") for t in values])
    check(scalars, *[(np.zeros(2, dtype), array([v, v])) for dtype in ("int8", "uint8") for v in (300, -1, 1.5)])


@pytest.mark.parametrize("casting", ["same_kind", "unsafe"])
def test_copyto_of_a_number_checks_the_cast(casting):
    def fn(x, value):
        np.copyto(x, value, casting=casting)

    values = (1, 300, -1, 1.5, 300.5, True, np.int64(3), np.float64(2), array(3), array([1.0, 2]), NAN)
    check(fn, *[(np.zeros(2, dtype), v) for dtype in ("bool", "int8", "uint8", "float32") for v in values])


def test_pad_with_numbers_that_do_not_fit():
    def fn(x, value):
        return np.pad(x, 2, constant_values=value)

    values = (1, 300, 1.5, 300.5, True, np.float64(2), NAN)
    check(fn, *[(np.ones(2, dtype), v) for dtype in ("bool", "int8", "uint8", "float32") for v in values])


# ---- Python numbers with NumPy's scalars -------------------------------------------------------------------


def test_integer_with_a_numpy_scalar_is_numpys():
    def fn(n):
        return n + np.uint8(200), np.uint8(200) - n, n * np.uint8(2), n - np.True_, np.int8(3) / n

    check(fn, (3,), (-5,), (50,), (100,), (300,), (0,))


def test_float_with_a_numpy_scalar_is_numpys():
    def fn(t):
        return np.float32(2) / t, t * np.float64(2), np.float64(3) // t, t - np.int64(3), np.float32(1) < t

    check(fn, (3.0,), (0.0,), (-1.5,), (NAN,))


def test_int64_scalar_makes_int64_and_is_still_a_size():
    def fn(x, n):
        k = x.shape[0] - n
        return x[:k], x * k, x.reshape(k + n, -1)

    compiled = check(fn, *[(np.ones((size, 8), np.int8), np.int64(2)) for size in (7, 9, 30)])
    assert compiled.stats()["compiles"] == 1


def test_prod_of_a_shape_is_a_size():
    def fn(x):
        return x.reshape(x.shape[0], np.prod(x.shape[1:])), np.zeros(np.prod(x.shape)), x[: np.sum(x.shape) // 4]

    compiled = check(fn, *[(np.ones(shape),) for shape in ((7, 8, 9), (5, 8, 10), (12, 13, 14))])
    assert compiled.stats()["compiles"] == 1


def test_integer_operators_with_an_array_on_the_right():
    def fn(n, x):
        return n >> x, n << x, n & x, n | x, n ^ x, n**x, n < x, n == x

    check(fn, *[(n, array([1, 2, 3], dtype)) for n in (3, 0, 100) for dtype in ("int64", "int8", "uint8")])


def test_comparison_of_an_integer_with_a_small_numpy_scalar():
    def fn(n, x):
        return np.greater_equal(n, np.uint8(200)), np.less(n, x), x == n

    dtypes = ("uint8", "int8", "uint64", "int64", "bool", "float32")
    check(fn, *[(n, array([1, 0, 1], dtype)) for n in (-1, 300, 1, 2**62, -(2**62)) for dtype in dtypes])


# ---- single functions --------------------------------------------------------------------------------------


def test_clip_by_integers_beyond_the_dtype():
    def fn(x, n):
        return np.clip(x, n, 9), np.clip(x, -1, n), np.clip(x, n, None), x.clip(-1, 300), x.clip(n, n + 1)

    dtypes = ("uint8", "int8", "uint16", "int64", "uint64", "float32")
    check(fn, *[(array([1, 2, 100], dtype), n) for dtype in dtypes for n in (-129, -1, 5, 300, 2**40)])


def test_clip_by_numbers_keeps_the_sign_of_zero():
    def fn(x, low, high):
        return np.clip(x, low, high), np.clip(x, low, None), np.clip(x, None, high)

    x = array([0.0, -0.0, NAN, 1, -1, INF, -INF, 5e-324])
    bounds = [(a, b) for a in (0.0, -0.0, NAN, 1.0, -INF) for b in (0.0, -0.0, NAN, 1.0, -1.0, INF)]
    check(fn, *[(x.astype(dtype), *pair) for dtype in (np.float32, np.float64) for pair in bounds])
    check(fn, *[(x, array(low), array(high)) for low, high in bounds])


def test_where_wraps_integers_beyond_the_dtype():
    def fn(x, n):
        return np.where(x < 2, x, n), np.where(x < 2, n, x), np.where(x < 2, 300, x), np.where(x < 2, n, 1.5)

    dtypes = ("uint8", "int8", "uint16", "int64", "uint64", "float32")
    check(fn, *[(array([1, 2, 100], dtype), n) for dtype in dtypes for n in (-1, 5, 300, 2**40)])


def test_extreme_of_nothing_with_an_initial_value():
    def fn(x, n):
        return np.max(x, initial=n), np.min(x, initial=3, axis=0), np.max(x, axis=-1, keepdims=True, initial=n)

    shapes = ((3, 4), (0, 4), (3, 0), (0,))
    check(fn, *[(np.ones(s, t), n) for s in shapes for t in ("bool", "int64", "float32") for n in (0, 5, -1)])


def test_tile_a_negative_number_of_times():
    def fn(x, n):
        return np.tile(x, n), np.tile(x, (1, n))

    check(fn, *[(np.ones(size), n) for size in (3, 0) for n in (2, 0, -1, -5)])


def test_tile_once_keeps_the_order():
    def fn(x, n):
        return np.tile(x, (1, n)), np.tile(x, n)

    check(fn, *[(x, n) for x in (np.ones((5, 6)).T, np.ones((5, 6))) for n in (2, 1, 0)])


def test_power_of_bools_by_a_run_time_2():
    check(lambda x, n: x**n, *[(array([True, False]), n) for n in (2, 3, 0, 1)])


def test_negative_power_of_nothing():
    def fn(x, y, n):
        x[:n] **= y

    check(fn, *[(np.arange(5), array(-3), n) for n in (0, 2)], (np.arange(5), array(2), 3))


def test_selected_values_with_one_value():
    def fn(x, y, n):
        x[y > 3] += y[:n]

    check(fn, *[(np.arange(6), np.arange(k, k + 6), 1) for k in (0, -9, 9)], (np.arange(6), np.arange(4) + 9, 4))


def test_pad_allocates_in_fortran_order_for_fortran_arrays_only():
    five = np.broadcast_to(np.ones(5), (5, 5))
    others = [np.ones((5, 6)).T, np.ones((1, 6)).T, np.ones((5, 6, 7)).T, np.ones((8, 8))[::2, ::2], np.ones((0, 6)).T]
    check(lambda x: np.pad(x, 2), *[(x,) for x in (five, *others)])


def test_cumsum_into_an_element():
    def fn(x):
        np.cumsum(x, axis=0, out=x[1])

    check(fn, (np.ones(4),), (np.ones((4, 4)),))


# ---- large numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2**59, 2**60, 2**61 + 1, 2**62, 2**63 - 1, 2**63, 2**64])
def test_storage_of_more_bytes_than_can_be_counted(size):
    """Bytes were counted modulo 2**64: a crash."""
    with pytest.raises((MemoryError, ValueError, OverflowError)):
        elena.jit(lambda n: np.zeros(n))(size)


@pytest.mark.parametrize("size", [2**21, 2**22, 2**31 - 1])
def test_storage_of_sizes_whose_product_overflows(size):
    with pytest.raises(MemoryError):
        elena.jit(lambda n: np.zeros((n, n, n)))(size)
    with pytest.raises(MemoryError):
        elena.jit(lambda x, n: np.tile(x, (n, n)))(np.ones(2**20), size)


def test_slice_bounds_of_any_size():
    def fn(x, a, b):
        return x[a:b], x[b:a:-1], x[::-1][a:b], x[a - 1 : b + 1]

    far = (2**63 - 1, -(2**63), 2**62, -(2**62), 2**70, -(2**70), 2**31, 2)
    check(fn, *[(np.arange(6.0), a, b) for a in far for b in far if abs(a) < 2**63 - 1 and abs(b) < 2**63 - 1])


def test_integers_beyond_64_bits_are_refused_not_wrapped():
    def fn(n):
        return n**3 + 1

    compiled = check(fn, (3,), (1000,), (-(10**6),))
    assert compiled.stats()["compiles"] == 1
    for n in (2**30, -(2**30), 2**31 - 1):
        with pytest.raises(elena.UnsupportedError, match="64 bits"):
            compiled(n)
    check(fn, (2**40,))  # known at compile time


def test_loaded_integers_beyond_64_bits_are_refused_not_wrapped():
    def fn(x, n):
        return int(x[0]) * n

    compiled = check(fn, (array([3]), 7), (array([2**40]), -7))
    with pytest.raises(OverflowError, match="64 bits"):
        compiled(array([2**62]), 1000)


# ---- objects that change between calls ---------------------------------------------------------------------


class Items(list):
    pass


CHANGES = {
    "set": (lambda x, s: x * len(s), {1, 2}, lambda s: s.add(9)),
    "element of a set": (lambda x, s: x * (9 in s), {1, 2}, lambda s: (s.remove(1), s.add(9))),
    "OrderedDict": (lambda x, s: x * s["a"], collections.OrderedDict(a=1), lambda s: s.update(a=5)),
    "defaultdict": (lambda x, s: x * s["a"], collections.defaultdict(int, a=1), lambda s: s.update(a=5)),
    "subclass of list": (lambda x, s: x * sum(s), Items([1, 2]), lambda s: s.append(5)),
    "deque": (lambda x, s: x * s[0], collections.deque([1, 2]), lambda s: s.appendleft(5)),
    "absent attribute": (
        lambda x, s: x * getattr(s, "k", 1),
        types.SimpleNamespace(),
        lambda s: setattr(s, "k", 3),
    ),
    "hasattr": (lambda x, s: x * hasattr(s, "k"), types.SimpleNamespace(), lambda s: setattr(s, "k", 3)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_argument_that_changes_is_read_again(name):
    fn, argument, change = CHANGES[name]
    argument = copy.deepcopy(argument)
    compiled, x = elena.jit(fn), np.ones(2)
    assert np.array_equal(compiled(x, argument), fn(x, argument))
    assert np.array_equal(compiled(x, argument), fn(x, argument))
    assert compiled.stats()["compiles"] == 1
    change(argument)
    assert np.array_equal(compiled(x, argument), fn(x, argument))


NAMES = {1, 2}


def test_global_set_with_another_element_is_read_again():
    compiled = elena.jit(lambda x: x * (7 in NAMES))
    assert compiled(array([1.0])) == 0
    NAMES.remove(1)
    NAMES.add(7)
    assert compiled(array([1.0])) == 1


# ---- texts -------------------------------------------------------------------------------------------------


def test_entry_with_an_argument_that_is_no_word_is_refused():
    text = "func.func @f(%p: !llvm.ptr) attributes {elena.entry} { return }"
    with pytest.raises(RuntimeError, match="is an entry of refs"):
        elena._native.compile_text(text)


def test_view_of_itself_is_refused():
    line = "%0 = tensorref.flip %0 dims [0] : !tensorref.ref<2xf32> to !tensorref.ref<2xf32>"
    with pytest.raises(RuntimeError, match="is a view of itself"):
        elena._native.compile_text("func.func @f() attributes {elena.entry} { " + line + " return }")


def test_stage_that_reads_what_it_writes_is_compiled():
    stage = """tensorref.stage box [8] iterators [parallel]
        ins(%y : !tensorref.ref<8xf32>) outs(%y : !tensorref.ref<8xf32>) sequential {
        ^bb0(%e: f32): tensorref.yield %e : f32 }"""
    head = "func.func @f(%y: !tensorref.ref<8xf32>) attributes {elena.entry} { tensorref.group { "
    elena._native.compile_text(head + stage + " } return }")


# ---- sizes -------------------------------------------------------------------------------------------------


def test_reshape_by_any_negative_size():
    def fn(x, a, b):
        return x.reshape(a, b)

    sizes = (-5, -1, -2, 6, 0, 1, 2)
    check(fn, *[(np.arange(n), a, b) for n in (6, 0, 1) for a in sizes for b in sizes])
    check(lambda x: x.reshape(-5, 3), (np.arange(6),), (np.arange(30),))


def test_minimum_and_maximum_into_a_type_that_loses_values_are_refused():
    def f(x, out):
        np.max(x, axis=0, out=out)

    check(f, (np.array([[1, -4], [3, 0]], np.int16), np.zeros(2)))
    with pytest.raises(elena.UnsupportedError, match="cannot hold int64"):
        elena.jit(f)(np.array([[1, -4], [3, 0]]), np.zeros(2, np.uint8))


def test_a_broadcast_run_time_size_of_one_does_not_decide_the_layout():
    def f(x):
        row = x[6:7].astype(np.float32)
        product = row * x[:5:2]
        return product, product.ravel()

    check(f, (np.arange(42, dtype=np.uint8).reshape(6, 7).T,))


@pytest.mark.parametrize("decimals", [12, 25, 300, 309, -309])
def test_round_to_many_decimals(decimals):
    """10**decimals is a float, infinity at last, as in NumPy."""

    def f(x):
        return np.round(x, decimals)

    with np.errstate(all="ignore"):
        check_same(f, elena.jit(f), lambda: (np.array([1.5, 2e-300, 1.5e300]),))


def test_round_to_more_decimals_than_a_c_int_is_refused_at_once():
    """It computed 10**(2**63)."""
    with pytest.raises(OverflowError):
        elena.jit(lambda x: np.round(x, -(2**63)))(np.arange(6))


def test_slices_from_and_by_the_least_integer():
    least = -(2**63)

    def f(x):
        return x[least:], x[:least], x[::least], x[::-1][::least], np.roll(x, least)

    check_same(f, elena.jit(f), lambda: (np.arange(6),))


@pytest.mark.parametrize("stride", [2**62, -(2**63)])
def test_strides_that_span_more_than_an_integer(stride):
    """Their sum, and the absolute value of the least one, were computed with overflow (seen by UBSan)."""
    x = np.lib.stride_tricks.as_strided(np.zeros(1), (3, 3), (stride, stride))
    assert elena.jit(lambda x: len(x) + x.shape[1])(x) == 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_nan_of_a_remainder_is_that_of_the_c_library(dtype):
    """6 % 0 was a NaN of the other sign, which copysign and the bits of the result show (found by the fuzzer)."""

    def f(x, y):
        return x % y, np.fmod(x, y), np.copysign(1, np.fmod(x, y))

    x = np.array([6, -6, 0, np.nan, np.inf, -np.inf, 6, 6, -6], dtype)
    y = np.array([0, 0, 0, 0, 0, 3, np.inf, np.nan, -4], dtype)
    with np.errstate(all="ignore"):
        expected, found = f(x, y), elena.jit(f)(x, y)
    for a, b in zip(expected, found):
        assert a.tobytes() == b.tobytes(), (a, b)


@pytest.mark.parametrize("value", [0, 3])
def test_bits_of_a_number_that_a_guard_has_fixed(value):
    """AttributeError: 'NoneType' object has no attribute 'atom' (found by the fuzzer)."""

    def f(x, n):
        if n == value:
            x += 2
        x -= (n | 1) + (n & 6) + (n ^ 5)
        return x

    for n in (0, 3, 4):
        check_same(f, elena.jit(f), lambda n=n: (np.full((4, 4), 50, np.uint32), n))
