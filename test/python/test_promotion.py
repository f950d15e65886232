"""Result dtypes and values of arithmetic and comparisons over all dtype pairs (NEP 50)."""

import itertools

import elena
import numpy as np
import pytest
from compare import check_same, module_from_source, outcome

DTYPES = ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]
INTEGERS = DTYPES[:9]

ARITHMETIC = ["+", "*", "/", "//", "%", "-"]
COMPARISONS = ["<", "<=", "==", "!=", ">", ">="]
TRANSCENDENTAL_ULP = 4  # each side is within 2 ulp of the correctly rounded result

every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def extremes(dtype):
    """Values of a dtype at which arithmetic is easily wrong: zeros, ends of the range, NaN."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind == "f":
        values = [0.0, -0.0, 1.5, -2.25, 7.0, 1e-40, 1e30, -np.inf, np.inf, np.nan]
        return np.array(values, dtype)
    info = np.iinfo(dtype)
    negative = [info.min, info.min + 1, -7, -1] if info.min < 0 else []
    return np.array([*negative, 0, 1, 2, 3, 100, info.max - 1, info.max], dtype)


def small(dtype):
    """float: [0, 1, 0.5, 2, 3, 5]; integers without the fraction: bases and exponents of any power."""
    dtype = np.dtype(dtype)
    return np.array([0, 1, 0.5 if dtype.kind == "f" else 4, 2, 3, 5]).astype(dtype)


def all_pairs(a, b):
    """Two vectors such that each element of a meets each of b."""
    return np.repeat(a, b.size), np.tile(b, a.size)


def one_against_all(dtype, values, others=DTYPES):
    """A column of `values(dtype)`, and a list of vectors, one for each other dtype."""
    return values(dtype)[:, None], [values(other) for other in others]


def function_of(tmp_path, parameters, expressions):
    """def f(parameters): return {expression: value, ...}"""
    entries = "".join(f"        {text!r}: {text},\n" for text in expressions)
    return module_from_source(tmp_path, f"def f({parameters}):\n    return {{\n{entries}    }}\n").f


def check(fn, *args, **options):
    check_same(fn, elena.jit(fn), lambda: args, **options)


# Two arrays ----------------------------------------------------------------------------------


@pytest.mark.parametrize("left, right", list(itertools.product(DTYPES, DTYPES)))
def test_arithmetic_and_comparisons(tmp_path, left, right):
    arithmetic = ARITHMETIC[:-1] if left == right == "bool" else ARITHMETIC
    fn = function_of(tmp_path, "a, b", [f"a {op} b" for op in arithmetic + COMPARISONS])
    check(fn, *all_pairs(extremes(left), extremes(right)))


def powers(a, others):
    return [a**b for b in others]


@every_dtype
def test_powers(dtype):
    exact = dtype in INTEGERS
    check(powers, *one_against_all(dtype, small, INTEGERS), ulp=0 if exact else TRANSCENDENTAL_ULP)
    check(powers, *one_against_all(dtype, small, ["f4", "f8"]), ulp=TRANSCENDENTAL_ULP)


def selections(a, others):
    return [(np.minimum(a, b), np.maximum(a, b), np.where(a > b, a, b), np.clip(a, b, b)) for b in others]


@every_dtype
def test_selections(dtype):
    check(selections, *one_against_all(dtype, extremes), ignore_zero_sign=True)  # 0.0 and -0.0 are equal


def joined(a, others):
    return [np.concatenate([a[:, 0], b]) for b in others], [np.stack([a[:2, 0], b[:2]]) for b in others]


@every_dtype
def test_concatenations(dtype):
    check(joined, *one_against_all(dtype, extremes))


def bitwise(a, others):
    return [(a & b, a | b, a ^ b) for b in others]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_bitwise(dtype):
    """uint64 and a signed type have no common integer type."""
    others = [other for other in INTEGERS if np.result_type(dtype, other).kind != "f"]
    check(bitwise, *one_against_all(dtype, extremes, others))


@pytest.mark.parametrize("left, right", [("u8", "i1"), ("i8", "u8"), ("f4", "i4"), ("bool", "f8")])
def test_bitwise_of_types_without_a_common_integer_raises(left, right):
    check(bitwise, *one_against_all(left, extremes, [right]))


# An array and a scalar -----------------------------------------------------------------------

PYTHON_INTS = ["a + 1", "1 + a", "a * 2", "3 * a", "a / 3", "3 / a", "a // 2", "7 // a", "a % 3", "7 % a"]
PYTHON_FLOATS = ["a + 1.5", "1.5 - a", "a * 0.1", "a / 0.3", "a // 1.5", "a % 1.5"]
PYTHON_BOOLS = ["a + True", "a * False", "True / a", "a == True", "a < True"]
PYTHON_COMPARISONS = ["a < 1", "1 < a", "a == 0", "a >= -1", "a == 300", "a < 2.5", "a != 0.1"]
NOT_OF_BOOLS = ["a - 1", "1 - a", "-a", "+a"]
PYTHON_POWERS = [f"a ** {exponent}" for exponent in ("2", "3", "0", "1", "0.5", "2.0", "True")]
POWERS_OF_PYTHON = ["2 ** a", "1.5 ** a", "True ** a"]


@every_dtype
def test_python_scalars_in_the_source(tmp_path, dtype):
    expressions = PYTHON_INTS + PYTHON_FLOATS + PYTHON_BOOLS + PYTHON_COMPARISONS
    expressions = expressions + (NOT_OF_BOOLS if dtype != "bool" else [])
    check(function_of(tmp_path, "a", expressions), extremes(dtype))


@every_dtype
def test_powers_with_python_scalars(tmp_path, dtype):
    fn = function_of(tmp_path, "a", PYTHON_POWERS + POWERS_OF_PYTHON)
    check(fn, small(dtype), ulp=TRANSCENDENTAL_ULP)


def with_scalar(a, s):
    return a + s, s * a, a / s, a // s, a % s, a < s, a == s, np.maximum(a, s)


@every_dtype
def test_python_scalars_as_arguments(dtype):
    compiled = elena.jit(with_scalar)
    for scalar in (3, 0, True, 2.5, float("nan")):
        check_same(with_scalar, compiled, lambda scalar=scalar: (extremes(dtype), scalar))


def with_scalars(a, scalars):
    return [(a + s, s * a, a / s, a // s, a < s) for s in scalars]


@every_dtype
def test_numpy_scalars_as_arguments(dtype):
    """NumPy's scalars, and arrays without dimensions, count as arrays of their dtype."""
    scalars = [np.dtype(other).type(1) for other in DTYPES]
    check(with_scalars, extremes(dtype), scalars)
    check(with_scalars, extremes(dtype), [np.array(scalar) for scalar in scalars])


DO_NOT_FIT = [
    ("i1", 128),
    ("i1", -129),
    ("u1", 256),
    ("u1", -1),
    ("i2", 40000),
    ("u4", -5),
    ("u4", 2**32),
    ("i4", 2**31),
    ("i8", 2**63),
    ("u8", -1),
]


@pytest.mark.parametrize("dtype, number", DO_NOT_FIT)
@pytest.mark.parametrize("operation", ["a + ({})", "({}) * a", "np.minimum(a, {})"])
def test_integers_in_the_source_that_do_not_fit_raise(tmp_path, dtype, number, operation):
    check(function_of(tmp_path, "a", [operation.format(number)]), extremes(dtype))


def add_scalar(a, s):
    return a + s


def compare_scalar(a, s):
    return a < s, a <= s, a == s, a != s, s < a, s <= a


@pytest.mark.parametrize("dtype, number", DO_NOT_FIT)
def test_integer_arguments_that_do_not_fit(dtype, number):
    """Arithmetic raises OverflowError, comparisons compare the numbers."""
    check(add_scalar, extremes(dtype), number)
    check(compare_scalar, extremes(dtype), number)


def test_integer_arguments_that_fit_and_others_in_turn():
    compiled = elena.jit(add_scalar)
    for number in [1, 127, 128, -128, -129, 0, 2**40]:
        check_same(add_scalar, compiled, lambda number=number: (extremes("i1"), number))


# In place: the result is cast to the target, if that is a "same kind" cast -------------------


def add_in_place(a, others):
    for b in others:
        a += b


def divide_in_place(a, others):
    for b in others:
        a /= b


def assign(a, others):
    for k, b in enumerate(others):
        a[k] = b[3:]


@pytest.mark.parametrize("fn", [add_in_place, divide_in_place], ids=lambda fn: fn.__name__)
@every_dtype
def test_in_place(fn, dtype):
    good, bad = [], []
    for other in DTYPES:
        _, error = outcome(fn, (small(dtype), [small(other)]))
        (bad if error else good).append(small(other))
    check(fn, small(dtype), good)
    for b in bad[:1] + bad[-1:]:
        check(fn, small(dtype), [b])


@every_dtype
def test_assignment_casts_to_any_dtype(dtype):
    check(assign, np.zeros((len(DTYPES), 3), dtype), [small(other) for other in DTYPES])


UPDATES = ["a += 1", "a *= 2", "a -= 1.5", "a /= 2", "a //= 2", "a %= 3", "a **= 2", "a += True", "a |= 1"]


@every_dtype
def test_in_place_by_python_scalars(tmp_path, dtype):
    alone = [module_from_source(tmp_path, f"def f(a):\n    {update}\n").f for update in UPDATES]
    raises = [outcome(fn, (small(dtype),))[1] is not None for fn in alone]
    good = "\n    ".join(update for update, error in zip(UPDATES, raises) if not error)
    check(module_from_source(tmp_path, f"def f(a):\n    {good}\n").f, small(dtype))
    for fn in itertools.compress(alone, raises):
        check(fn, small(dtype))


# Functions of one array ----------------------------------------------------------------------

EXACT = ["abs", "square", "sign", "floor", "ceil", "isnan", "isinf", "sqrt", "logical_not"]
ROUNDED = ["exp", "log", "sin", "cos", "tanh"]


@pytest.mark.parametrize("dtype", DTYPES[1:])
def test_exact_functions(tmp_path, dtype):
    names = [name for name in EXACT if name != "sqrt" or dtype not in ("i1", "u1")]
    check(function_of(tmp_path, "a", [f"np.{name}(a)" for name in names]), extremes(dtype))


@pytest.mark.parametrize("dtype", ["i2", "i4", "i8", "u2", "u4", "f4", "f8"])
def test_transcendental_functions(tmp_path, dtype):
    fn = function_of(tmp_path, "a", [f"np.{name}(a)" for name in ROUNDED])
    check(fn, extremes(dtype), ulp=TRANSCENDENTAL_ULP)


@pytest.mark.parametrize("name", ["exp", "sqrt"])
@pytest.mark.parametrize("dtype", ["bool", "i1", "u1"])
def test_functions_of_bytes_give_float16_or_are_refused(tmp_path, dtype, name):
    fn = function_of(tmp_path, "a", [f"np.{name}(a)"])
    _, error = outcome(elena.jit(fn), (small(dtype),))
    if error is not None:
        assert "float16" in str(error)
    else:
        check(fn, small(dtype), ulp=TRANSCENDENTAL_ULP)
