"""Bad input: NumPy's exception, and every buffer as it was (DESIGN 3)."""

import elena
import numpy as np
import pytest
from compare import check_same


def check(fn, *args, **options):
    check_same(fn, elena.jit(fn), lambda: args, **options)


def functions(*table):
    return pytest.mark.parametrize("fn", table, ids=lambda fn: fn.__name__)


# Known from shapes, dtypes and bounds: raised before anything is written ---------------------


def assigns_wrong_shape(x, y, n):
    x += 1
    x[2:] = y[:3]


def assigns_too_many_rows_at_run_time(x, y, n):
    x += 1
    x[:n] = y[:3]


def puts_an_array_into_an_element(x, y, n):
    x[0] = y[1]
    x[0, 1] = y[1, :1]


def broadcasts_wrong_shape(x, y, n):
    x *= 2
    return x + y[:, :3]


def updates_to_a_larger_shape(x, y, n):
    y[...] = 0
    x[0] += y


def out_of_wrong_shape(x, y, n):
    x += 1
    np.add(x, y, out=x[:5])


def index_beyond_the_end(x, y, n):
    x[0] = 0
    x[99] = 1


def index_beyond_the_end_at_run_time(x, y, n):
    x[0] = 0
    return x[n + 50, 0]


def index_before_the_start(x, y, n):
    x[0] = 0
    return x[-7]


def index_list_beyond_the_end(x, y, n):
    x[0] = 0
    return x[[0, 6]]


def too_many_indices(x, y, n):
    x[0] = 0
    return x[0, 0, 0]


def reshapes_to_another_size(x, y, n):
    x[0] = 0
    return x.reshape(5, 9)


def reshapes_with_an_indivisible_rest(x, y, n):
    x[0] = 0
    return x.reshape(n, -1)


def concatenates_other_extents(x, y, n):
    x[0] = 0
    return np.concatenate([x, y[:, :3]])


def stacks_other_shapes(x, y, n):
    x[0] = 0
    return np.stack([x, y[:3]])


def reduces_along_no_axis(x, y, n):
    x[0] = 0
    return x.sum(axis=2)


def transposes_twice_the_same_axis(x, y, n):
    x[0] = 0
    return x.transpose(0, 0)


def squeezes_a_long_axis(x, y, n):
    x[0] = 0
    return np.squeeze(x, axis=0)


def broadcasts_to_less(x, y, n):
    x[0] = 0
    return np.broadcast_to(x, (3, 8))


def mask_of_another_shape(x, y, n):
    x[0] = 0
    return x[y[:5, :] > 0]


def minimum_of_no_element(x, y, n):
    y[0] = 0
    return x[:0].min()


def float_into_integer_update(x, y, n):
    k = np.arange(8)
    x[0] = 0
    k += 0.5
    return k


def float_output_into_integer(x, y, n):
    k = np.arange(8)
    x[0] = 0
    return np.add(x[0], 1, out=k)


def subtracts_bools(x, y, n):
    x[0] = 0
    return (x > 0) - (y > 0)


def shifts_floats(x, y, n):
    x[0] = 0
    return x << 1


def asserts_on_the_shape(x, y, n):
    x[0] = 0
    assert x.shape[0] == y.shape[1], "no"


def raises_on_the_number_of_dimensions(x, y, n):
    x[0] = 0
    if x.ndim != 3:
        raise ValueError(f"expected 3 dimensions, got {x.ndim}")


@functions(
    assigns_wrong_shape,
    assigns_too_many_rows_at_run_time,
    broadcasts_wrong_shape,
    puts_an_array_into_an_element,
    updates_to_a_larger_shape,
    out_of_wrong_shape,
    index_beyond_the_end,
    index_beyond_the_end_at_run_time,
    index_before_the_start,
    index_list_beyond_the_end,
    too_many_indices,
    reshapes_to_another_size,
    reshapes_with_an_indivisible_rest,
    concatenates_other_extents,
    stacks_other_shapes,
    reduces_along_no_axis,
    transposes_twice_the_same_axis,
    squeezes_a_long_axis,
    broadcasts_to_less,
    mask_of_another_shape,
    minimum_of_no_element,
    float_into_integer_update,
    float_output_into_integer,
    subtracts_bools,
    shifts_floats,
    asserts_on_the_shape,
    raises_on_the_number_of_dimensions,
)
def test_raises_and_leaves_buffers_untouched(fn):
    x = np.arange(48, dtype=np.float32).reshape(6, 8)
    with pytest.raises(Exception), np.errstate(all="ignore"):
        fn(x.copy(), x.copy(), 5)  # each of them is wrong
    check(fn, x, x + 1, 5)


# The same compiled version, with good input and bad ------------------------------------------


def adds_rows(x, y, n):
    x += 1
    x[:n] += y
    return x[n - 1]


def test_good_and_bad_input_in_turn():
    compiled = elena.jit(adds_rows)
    x = np.arange(48, dtype=np.float32).reshape(6, 8)
    for rows, n in [(3, 3), (3, 4), (2, 2), (9, 9), (6, 6), (2, 3), (1, 4), (5, -1)]:
        y = np.ones((rows, 8), np.float32)
        check_same(adds_rows, compiled, lambda: (x, y, n))


# Known only from data: raised before that operation's first write ----------------------------


def gather_by_data(x, indices):
    x[0] = 0
    return x[indices]


def scatter_by_data(x, indices):
    x[0] = 0
    x[indices] = 5


def update_by_data(x, indices):
    x += 1
    x[indices] -= 5


def take_pairs_by_data(x, indices):
    return x[indices, indices]


@functions(gather_by_data, scatter_by_data, update_by_data, take_pairs_by_data)
@pytest.mark.parametrize("indices", [[0, 5, -6], [6, 0], [0, 2, -7], [], [2**40], [-(2**63)]], ids=str)
def test_index_array_beyond_the_end(fn, indices):
    x = np.arange(48, dtype=np.float32).reshape(6, 8)
    check(fn, x, np.array(indices, np.int64), untouched_on_raise=False)


def power_of_integers(x, exponents):
    return x**exponents


def test_negative_integer_power():
    x = np.arange(1, 5)
    check(power_of_integers, x, np.array([2, 0, 1, 3]))
    check(power_of_integers, x, np.array([2, 0, -1, 3]))


# Read-only arguments -------------------------------------------------------------------------


def writes_first(x, y, n):
    x[:n] = 0
    return x + y


def writes_second(x, y, n):
    x += 1
    y += x


def writes_nothing(x, y, n):
    return x[n:] + y[n:]


def writes_no_element(x, y, n):
    x[n:] = 0


@functions(writes_first, writes_second, writes_nothing, writes_no_element)
@pytest.mark.parametrize("read_only", [0, 1])
def test_read_only_arguments(fn, read_only):
    args = [np.arange(8, dtype=np.float32), np.ones(8, np.float32), 8]
    args[read_only].flags.writeable = False
    check(fn, *args)


# Messages in the user's words ---------------------------------------------------------------


def undefined_name(x):
    return x + nowhere  # noqa: F821


def unknown_attribute(x):
    return x.soort()


def unknown_member_of_numpy(x):
    return np.sqroot(x)


def unbound_local(x):
    if x.ndim > 9:
        y = 1
    return x + y


@pytest.mark.parametrize(
    "fn, kind, line",
    [
        (undefined_name, NameError, 1),
        (unknown_attribute, AttributeError, 1),
        (unknown_member_of_numpy, AttributeError, 1),
        (unbound_local, UnboundLocalError, 3),
    ],
)
def test_errors_of_names_carry_the_place(fn, kind, line):
    with pytest.raises(kind, match=rf"\[test_errors.py:{fn.__code__.co_firstlineno + line}: ") as error:
        elena.jit(fn)(np.ones(3))
    assert type(error.value) is kind


@pytest.mark.parametrize("name", ["sliding_window_view", "broadcast_to"])
def test_read_only_views_name_what_made_them(name):
    make = {
        "sliding_window_view": lambda x: np.lib.stride_tricks.sliding_window_view(x, 3),
        "broadcast_to": lambda x: np.broadcast_to(x, (2, 5)),
    }[name]

    def f(x):
        make(x)[1:].T[0] = 1

    with pytest.raises(ValueError, match=f"assignment destination is read-only.*made read-only by {name}") as error:
        elena.jit(f)(np.ones(5))
    assert "argument" not in str(error.value)


@pytest.mark.parametrize(
    "fn, message",
    [
        (lambda x: x.sum(axs=0), r"^sum\(\) got an unexpected keyword argument 'axs'"),
        (lambda x: np.cumsum(x, axs=0), r"^cumsum\(\) got an unexpected keyword argument 'axs'"),
        (lambda x: x.reshape(5, foo=1), r"^reshape\(\) got an unexpected keyword argument 'foo'"),
        (lambda x: np.lib.stride_tricks.sliding_window_view(x, 2.5), "'float' object cannot be interpreted as an int"),
        (lambda x: np.zeros("a"), "'str' object cannot be interpreted as an int"),
    ],
)
def test_type_errors_name_numpys_functions(fn, message):
    with pytest.raises(TypeError, match=message):
        elena.jit(fn)(np.ones(5))
