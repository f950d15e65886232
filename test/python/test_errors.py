"""Bad input: NumPy's exception, and every buffer as it was (DESIGN 3)."""

import re

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


# Numbers in messages are those of the call, not of the one that was compiled ----------------


def adds_selected(x, y):
    return x[x > 3] + y


def assigns_selected(x, y):
    y[...] = x[x > 3]


def writes_selected(x, y):
    x[x > 3] = y


def reshapes_selected(x, y):
    return x[x > 3].reshape(len(y), -1)


def masks_selected(x, y):
    return x[x > 3][y > 2]


def joins_selected(x, y):
    return np.concatenate([x[None][:, x > 3], y[None]])


def multiplies_selected(x, y):
    return np.matmul(x[x > 3], y[:, None])


def contracts_selected(x, y):
    return np.dot(x[x > 3], y)


def indexes_selected(x, y):
    return x[x > 3][len(y)]


def adds_in_a_branch(x, y):
    if x[0] == 0:
        x[4:] += y


def indexes_in_a_branch(x, y):
    if x[0] == 0:
        x[len(y) + 9] = 1


def adds_in_a_loop(x, y):
    for i in range(len(x)):
        x[: i + 20] += y


def asserts_in_words(x, y):
    assert int(x[0]) == 1, f"{len(x)} is {{0}} {len(y) > 10}"


@functions(
    adds_selected, assigns_selected, writes_selected, reshapes_selected, masks_selected, joins_selected,
    multiplies_selected, contracts_selected, indexes_selected, adds_in_a_branch, indexes_in_a_branch, adds_in_a_loop,
    asserts_in_words,
)  # fmt: skip
def test_messages_show_the_sizes_of_the_call(fn):
    compiled = elena.jit(fn)
    for n, m in [(12, 8), (15, 6), (21, 7), (30, 19)]:
        error = message_of(fn, np.arange(float(n)), np.arange(float(m)))
        if error is not None:
            actual = message_of(compiled, np.arange(float(n)), np.arange(float(m)))
            assert digits(actual.split(" (test_")[0]) == digits(error)


def message_of(fn, *args):
    try:
        fn(*args)
    except (ValueError, IndexError, AssertionError) as error:
        return str(error)
    return None


def digits(message):
    first = message.splitlines()[0]  # pytest adds lines to those of assertions
    return re.findall(r"-?[0-9]+", first.replace("newaxis", "-1"))


def test_sizes_that_nobody_knows_are_question_marks():
    def f(x, y):
        return x[x[:, 0] > 3] + y  # wrong whatever is selected

    with pytest.raises(ValueError, match=r"shapes \(\?,7\) \(6,6\) "):
        elena.jit(f)(np.zeros((10, 7)), np.zeros((6, 6)))


def test_messages_show_at_most_eight_numbers():
    def f(x, y):
        return x[x[:, 0, 0, 0, 0] > 3] + y

    x, y = np.arange(6.0 * 7 * 8 * 9 * 10).reshape(6, 7, 8, 9, 10), np.zeros((11, 1, 8, 9, 10))
    with pytest.raises(ValueError, match=r"shapes \(5,7,8,9,10\) \(11,1,8,9,\?\) "):
        elena.jit(f)(x, y)


def test_an_error_that_is_handled_has_no_number_of_one_call():
    def f(x, y):
        try:
            return x + y
        except ValueError as error:
            return str(error)

    compiled = elena.jit(f)
    for n in (6, 7):
        assert "shapes (?,) (?,)" in compiled(np.ones(n), np.ones(n + 1))


def test_a_raised_number_that_is_handled_is_that_of_the_call():
    def f(x, y):
        try:
            raise ValueError(f"{len(x)} elements")
        except ValueError as error:
            return str(error), x + 1

    compiled = elena.jit(f)
    for n in (6, 7):
        check_same(f, compiled, lambda: (np.ones(n), np.ones(n)))

    def g(x, y):
        for i in range(len(x)):
            try:
                raise ValueError(f"{len(x)} elements")
            except ValueError as error:
                y[i] = len(str(error))

    compiled = elena.jit(g)
    for n in (50, 101):
        check_same(g, compiled, lambda: (np.ones(n), np.ones(n)))


def float_in_a_message(x, s):
    if x[0] == 0:
        raise ValueError(f"no: {s}")


def outcome_in_a_message(x, s):
    if x[0] == 0:
        raise ValueError(f"no: {x[1] > 0}")


def selected_size_in_a_message(x, s):
    raise ValueError(f"no: {x[x > 0].shape}")


@functions(float_in_a_message, outcome_in_a_message, selected_size_in_a_message)
def test_numbers_without_digits_in_a_message_are_refused(fn):
    """They were those of the call that was compiled."""
    with pytest.raises(elena.UnsupportedError, match="in the message of an exception"):
        elena.jit(fn)(np.ones(8), 0.5)


@pytest.mark.parametrize("n, m", [(11, 7), (15, 11), (20, 16)])
def test_sizes_that_depend_on_data_are_compared_by_the_program(n, m):
    """They were compared by what was guessed of them."""
    x, y = np.arange(5.0 * n).reshape(5, n), np.arange(6.0 * m).reshape(m, 6)
    check(lambda x, y: x[:, x[0] > 3] @ y, x, y)
    check(lambda x, y: np.dot(x[:, x[0] > 3], y), x, y)
    check(lambda x, y: np.sum(x[:, x[0] > 3], axis=0, out=y), x, y[:, 0].copy())
    check(lambda x, y: np.add(x[0][x[0] > 3], 1, out=y), x, y[:, 0].copy())
    check(lambda x, y: np.matmul(x[:, x[0] > 3].T, x, out=y), x, np.zeros((m, n)))
    check(lambda x, y: np.concatenate([x[:, x[0] > 3], x[:, x[0] > 3]], out=y), x, np.zeros((10, m)))
    check(lambda x, y: x[0][x[0] > 3][y > 9], x, y[:, 0].copy())
    check(lambda x, y: x[0][x[0] > 3][y > 9], x, y[:0, 0].copy())
    check(lambda x, y: np.broadcast_to(x[0][x[0] > 3], (2, len(y))) + 1, x, y)


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
