"""The rules of docs/Dialects/TensorRef.md about storages, accesses, groups and checks, through elena.jit.

A test is named after its rule; NumPy is the oracle (compare.check_same compares every buffer).
"""

import elena
import numpy as np
import pytest
from compare import check_same
from operations_table import evaluate, examples

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]


def f32(*shape):
    return np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape) - 3


def check(fn, *make_args, **options):
    """Each of `make_args` makes the arguments of one call."""
    compiled = elena.jit(fn)
    for make in make_args:
        check_same(fn, compiled, make, **options)


# Storages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_STORAGE_REF_1_element_types(dtype):
    check(lambda x: (x[::-1], x.copy()), lambda: (np.array([0, 1, 2, 3]).astype(dtype),))


def test_STORAGE_REF_2_the_same_object_comes_back():
    x = f32(3)
    assert elena.jit(lambda x: x)(x) is x
    assert elena.jit(lambda x: np.asarray(x))(x) is x


def test_STORAGE_ALLOC_1_row_major_also_without_elements():
    check(lambda n, m: np.zeros((n, m, 2), np.float32), lambda: (3, 4), lambda: (0, 4), lambda: (4, 0))


def test_STORAGE_ALLOC_2_k_order():
    check(lambda x, y: (x.T + 1, x.T + y, np.copy(x.T), x.T.copy(), x[:, ::-1] * 2), lambda: (f32(3, 4), f32(4, 3)))


def test_STORAGE_ARGUMENT_1_writes_are_seen_by_the_caller():
    def fn(x):
        x[1:, ::2] = 7
        x.T[0] += 1

    check(fn, lambda: (f32(3, 4),))


def overlapping(distance):
    def make():
        base = f32(40)
        return base[:20], base[distance : distance + 20]

    return make


@pytest.mark.parametrize("distance", [0, 1, 7, 20])
def test_STORAGE_ARGUMENT_2_arguments_may_overlap(distance):
    def fn(x, y):
        x[:] = y * 2
        y += x[::-1]

    check(fn, overlapping(distance))


def test_STORAGE_RESULT_1_views_share_copies_do_not():
    check(lambda x: (x[1:], x.T, x.reshape(-1), x.T.reshape(-1), x[[0, 1]], x.copy()), lambda: (f32(3, 4),))


# Accesses ------------------------------------------------------------------------------------


def shift_down(x):
    x[1:] = x[:-1]


def shift_up(x):
    x[:-1] = x[1:]


def shift_by_out(x):
    np.add(x[1:], x[:-1], out=x[1:])


def add_transposed(x):
    x += x.T


def reverse(x):
    x[:] = x[::-1]


@pytest.mark.parametrize("fn", [shift_down, shift_up, shift_by_out, add_transposed, reverse])
def test_ACCESS_MAP_1_reads_all_before_it_writes(fn):
    check(fn, lambda: (f32(7, 7),))


def test_ACCESS_MAP_2_operands_broadcast_by_views():
    check(lambda x, y: x + y[:, None] * 2, lambda: (f32(3, 4), f32(3)), lambda: (f32(1, 4), f32(5)))


def test_ACCESS_MAP_3_the_last_write_to_a_cell_wins():
    def fn(x, y):
        np.lib.stride_tricks.as_strided(x, (3, 4), (4, 4))[...] = y

    check(fn, lambda: (np.zeros(6, np.float32), f32(3, 4)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_ACCESS_MAP_4_arithmetic_is_numpys():
    integers = [-(2**31), -7, -1, 0, 3, 2**31 - 1]
    pairs = np.array([(a, b) for a in integers for b in integers], np.int32).T
    check(lambda a, b: (a + b, a * b, a // b, a % b), lambda: tuple(pairs.copy()))
    floats = np.array([np.nan, -np.inf, -0.0, 0.0, 1.5], np.float32)
    check(
        lambda a, b: (np.minimum(a, b), np.maximum(a, b), a // b, a % b, a < b),
        lambda: (np.repeat(floats, 5), np.tile(floats, 5)),
        ignore_zero_sign=True,
    )


def test_ACCESS_FILL_1_converts_the_value_first():
    def fn(x, i):
        x[1:] = 0.1
        i[:] = 3

    check(fn, lambda: (f32(3, 4), np.zeros(5, np.int8)))


def test_ACCESS_COPY_1_overlap_is_harmless():
    def fn(x):
        x[2:6] = x[1:5]
        x[0] = x[:, 0]

    check(fn, lambda: (f32(7, 7),))


def test_ACCESS_IOTA_1_in_the_element_type():
    check(lambda n: (np.arange(n), np.arange(2, n, 3), np.arange(n, dtype=np.float32)), lambda: (10,), lambda: (0,))


def test_ACCESS_ELEMENTS_1_in_c_order():
    check(lambda x, a: np.array([[a, 1.0, 2.0], [3.0, a, 5.0]], np.float32) + x, lambda: (f32(2, 3), 0.25))


def test_ACCESS_REDUCE_1_writes_once_after_all_reads():
    def fn(x):
        np.add.reduce(x, 0, out=x[0])
        return x.sum(1, keepdims=True)

    check(fn, lambda: (f32(5, 6),))


def test_ACCESS_REDUCE_2_sums_are_accurate():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 10_000)).astype(np.float32) * np.float32(1e4)
    got, exact = elena.jit(lambda x: x.sum(1))(x), x.astype(np.float64).sum(1)
    assert got.dtype == np.float32
    assert np.all(abs(got - exact) <= np.maximum(abs(x.sum(1) - exact), np.spacing(abs(exact.astype(np.float32)))))
    check(lambda x: (x.sum(), x.prod()), lambda: (np.full(9, 2**61, np.int64),))  # wraps


def test_ACCESS_REDUCE_3_nan_propagates():
    check(lambda x: (x.min(1), x.max(1)), lambda: (np.array([[1, np.nan, -2], [3, 2, 1]], np.float32),))


def test_ACCESS_REDUCE_4_the_first_extreme():
    x = np.array([[1, 3, 3], [np.nan, 9, np.nan], [-1, -1, 4]], np.float32)
    check(lambda x: (np.argmax(x, 1), np.argmin(x, 1), np.argmax(x, 0), np.argmin(x)), lambda: (x.copy(),))


def test_ACCESS_REDUCE_5_of_nothing():
    check(lambda x: (x.sum(0), x.prod(0), (x > 0).any(0), (x > 0).all(0)), lambda: (f32(0, 3),))

    def fn(x, y):
        y += 1
        return x.min(0)

    check(fn, lambda: (f32(0, 3), f32(2)))


def test_ACCESS_SCAN_1_in_order():
    check(lambda x: (np.cumsum(x, 0), np.cumsum(x, 1), np.cumsum(x)), lambda: (f32(5, 6) / 3,), lambda: (f32(0, 2),))


def test_ACCESS_MASK_1_only_where_the_mask_is_true():
    def fn(x, m):
        x[m] = 0
        x[x > 9] += 1
        np.add(x, 10, out=x, where=~m)

    check(fn, lambda: (f32(4, 5), f32(4, 5) % 2 == 0))


def test_ACCESS_GATHER_1_negative_indices_and_a_copy():
    def fn(x, i):
        y, z = x[i], x[:, [0, -1]]
        x += 100
        return y, z

    check(fn, lambda: (f32(4, 5), np.array([[0, -1], [3, -4]])))


def test_ACCESS_SCATTER_1_the_last_of_equal_indices_wins():
    def fn(x, i, v):
        x[i] = v

    check(fn, lambda: (f32(4, 3), np.array([0, 2, 0, -2]), f32(4, 3) * 10))


def test_ACCESS_SCATTER_1_an_index_array_of_rank_2_runs_in_c_order():
    def fn(x, i, v):
        x[i] = v

    index = np.array([[0, 1], [1, 2]])  # x[1] is written at [0, 1], then at [1, 0]
    check(fn, lambda: (f32(4), index.copy(), np.array([[10, 20], [30, 40]], np.float32)))
    check(fn, lambda: (f32(4, 3), index.copy(), f32(2, 2, 3) * 10))


def test_ACCESS_LOAD_1_a_value_does_not_change():
    def fn(x):
        v = x[1, 2]
        x += 1
        return v, x.sum()

    check(fn, lambda: (f32(3, 4),))


# Groups --------------------------------------------------------------------------------------


def test_GROUP_STAGE_1_one_op_is_one_stage_is_one_kernel():
    lowered = elena.jit(lambda x: x + 1).lower(f32(3, 4), target="cpu")
    assert len(lowered.kernels) == 1
    assert lowered.as_text("group").count("tensorref.stage ") == 1


def test_GROUP_STAGE_2_views_move_no_data():
    def fn(x, y):
        x.T[1:, ::-1] += y[:, None]

    x, y = f32(3, 4), f32(3)
    lowered = elena.jit(fn).lower(x, y, target="cpu")
    assert len(lowered.kernels) == 1 and not lowered.temporaries
    check(fn, lambda: (f32(3, 4), f32(3)))


# Checks --------------------------------------------------------------------------------------


def test_CHECK_GUARD_1_wrong_shapes_leave_everything_untouched():
    def fn(x, y):
        x[:] = 0
        x += y

    check(fn, lambda: (f32(3), f32(3)), lambda: (f32(3), f32(4)))


def test_CHECK_GUARD_2_another_size_compiles_nothing():
    fn = elena.jit(lambda x, n: x[:n] * 2)
    fn(f32(9), 4)
    before = fn.stats()["compiles"]
    for size, n in ((20, 7), (9, -3), (100, 1000)):
        x = f32(size)
        np.testing.assert_array_equal(fn(x, n), x[:n] * 2)
    assert fn.stats()["compiles"] == before


def test_CHECK_APART_1_one_function_with_and_without_overlap():
    def fn(x, y):
        x[1:] = y[:-1] + 1

    check(fn, lambda: (f32(20), f32(20)), overlapping(0), overlapping(3), lambda: (f32(20), f32(20)))


def test_CHECK_SAME_1_one_function_for_one_array_and_for_two():
    def fn(x, y):
        x += y * 2
        x[1:] *= y[:-1]

    def twice():
        x = f32(20)
        return x, x

    check(fn, twice, lambda: (f32(20), f32(20)), overlapping(3), twice)


def test_CHECK_ASSERT_1_data_is_checked_before_the_ops_first_write():
    def fn(x, i):
        x[0] = 42
        x[i] = 7

    check(fn, lambda: (f32(4), np.array([1, -1])), lambda: (f32(4), np.array([1, 4])), untouched_on_raise=False)


# The table of operations ---------------------------------------------------------------------


def views():
    return [code for code, said in examples() if said[0].isdigit() and not code.startswith("np.copy")]


@pytest.mark.parametrize("expression", views())
def test_the_views_of_the_table(expression, tmp_path):
    source = tmp_path / "case.py"
    source.write_text(
        "import numpy as np\nfrom numpy.lib.stride_tricks import as_strided, sliding_window_view\n\n\n"
        f"def fn(x, c):\n    return {expression}\n"
    )
    names = {}
    exec(compile(source.read_text(), str(source), "exec"), names)
    check_same(names["fn"], elena.jit(names["fn"]), lambda: tuple(evaluate("x")[0].values()))
