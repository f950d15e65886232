"""What a loop or branch of run time cannot do: refused with the line, a caret and what to write instead."""

import numpy as np
import pytest
from runtime_loops import floats

import elena

# ---- refused -----------------------------------------------------------------------------------------------


def appends(x, n):
    out = []
    for i in range(n):
        out.append(x[i])
    return np.stack(out)


def fills_a_dict(x, n):
    out = {}
    for i in range(n):
        out["last"] = x[i]
    return out


def shape_changes(x, n):
    for _ in range(n):
        x = x[1:] + x[:-1]
    return x


def dtype_changes(x, n):
    y = np.zeros(x.shape[0], int)
    for i in range(n):
        y = y + x
    return y


def returns_in_a_loop(x, n):
    for i in range(n):
        if x[i] > 0:
            return i
    return -1


def reads_a_loop_variable(x, n):
    for i in range(n):
        t = x[i] + 1
    return t


def reads_before_it_is_set(x, n):
    for i in range(n):
        if i > 0:
            x[i] = t  # noqa: F821
        t = x[i] * 2  # noqa: F841
    return x


def number_becomes_array(x, n):
    total = 0
    for i in range(n):
        total = total + x[i]
    return total


def view_is_carried(x, n):
    previous = np.zeros(x.shape[1])
    for i in range(n):
        x[i] -= previous
        previous = x[i]
    return x


def turned_around(x, n):
    """With an even n the result shares memory with x as it is, with an odd one it is x turned around."""
    y = x
    for _ in range(n):
        y = y[::-1]
    y += y
    return y


def replaced_and_written(x, n):
    for i in range(n):
        x[i] = 0
        x = x + 1
    return x


def one_of_two_arrays(x, y):
    z = x if x[0] > 0 else y
    return z + 1


def branch_without_else(x):
    if x[0] > 0:
        y = x + 1
    return y


def int_or_float(x):
    k = 1 if x[0] > 0 else 0.5
    return x * k


def raises_its_own(x):
    class_of = LookupError
    if x[0] > 0:
        raise class_of("no")
    return x


def iterator_outside(x, n):
    numbers = iter([1, 2, 3])
    for i in range(n):
        x[i] = next(numbers)


def try_around(x, n):
    try:
        for i in range(n):
            if x[i] > 0:
                raise ValueError("large")
    except ValueError:
        x[0] = 0
    return x


def check_in_try(x, n):
    for i in range(n):
        try:
            x[i] = 1
        except IndexError:
            x[0] = 5
    return x


@pytest.mark.parametrize(
    "fn, line, words",
    [
        (appends, "out.append(x[i])", "list"),
        (fills_a_dict, 'out["last"] = x[i]', "dict"),
        (shape_changes, "x = x[1:] + x[:-1]", "shape changes"),
        (dtype_changes, "y = y + x", "float64"),
        (returns_in_a_loop, "return i", "'break'"),
        (reads_a_loop_variable, "return t", "before the loop"),
        (reads_before_it_is_set, "x[i] = t  # noqa: F821", "before the loop"),
        (number_becomes_array, "total = total + x[i]", "np.zeros"),
        (view_is_carried, "x[i] -= previous", "copy()"),
        (turned_around, "y = y[::-1]", "copy()"),
        (replaced_and_written, "x[i] = 0", "copy()"),
        (one_of_two_arrays, "z = x if x[0] > 0 else y", "np.where"),
        (branch_without_else, "return y", "before the 'if'"),
        (int_or_float, "k = 1 if x[0] > 0 else 0.5", "one type"),
        (raises_its_own, 'raise class_of("no")', "ValueError"),
        (iterator_outside, "x[i] = next(numbers)", "array"),
        (check_in_try, "x[i] = 1", "move the 'try'"),
        (try_around, 'raise ValueError("large")', "try"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_refused_with_line_and_hint(fn, line, words):
    x = floats(9, 9) if fn in (number_becomes_array, view_is_carried) else floats(9)
    second = floats(9) if fn is one_of_two_arrays else 5
    with pytest.raises(elena.UnsupportedError) as error:
        elena.jit(fn)(*(x, second)[: fn.__code__.co_argcount])
    _, text, caret, hint = str(error.value).splitlines()
    assert text.strip() == line and caret.strip() == "^"
    assert words in str(error.value) and hint.startswith("  hint: ")
