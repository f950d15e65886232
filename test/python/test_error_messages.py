"""Numbers in the messages of errors are those of the call, not of the one that was compiled."""

import re

import elena
import numpy as np
import pytest
from compare import check_same


def check(fn, *args):
    check_same(fn, elena.jit(fn), lambda: args)


def functions(*table):
    return pytest.mark.parametrize("fn", table, ids=lambda fn: fn.__name__)


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


# ---- messages of exceptions that data raise ----------------------------------------------------------------


def shape_in_a_message(a):
    assert a.sum() > 0, a.shape


def shape_in_a_text(a):
    assert a.sum() > 0, f"{a.shape} and %s" % (a.shape,)


def two_arguments(a):
    if a[0] < 1:
        raise ValueError("bad", a.shape)


def number_of_the_loop(a):
    for i in range(len(a)):
        if a[i] < 1:
            raise IndexError("at", i, [i, "x"])


def quoted(a):
    for i in range(len(a)):
        if a[i] < 1:
            raise IndexError("at %d" % i, 1)


@pytest.mark.parametrize("function", [shape_in_a_message, shape_in_a_text, two_arguments, number_of_the_loop])
def test_numbers_in_tuples_of_a_message(function):
    compiled = elena.jit(function)
    for size in (30, 70):
        with pytest.raises(Exception) as expected:
            function(-np.ones(size))
        with pytest.raises(expected.type) as found:
            compiled(-np.ones(size))
        assert str(found.value) == str(expected.value).split("\n")[0]  # pytest adds lines to an assertion's


def test_a_number_in_a_quoted_text_is_refused():
    compiled = elena.jit(quoted)
    with pytest.raises((elena.UnsupportedError, IndexError)) as found:
        compiled(-np.ones(30))
    assert "\ue000" not in str(found.value) and "ue000" not in str(found.value)
