"""Compare a compiled function with the NumPy function it came from, on every buffer.

`check_same` is what the tests use; the rest are its parts, tested in test_compare.py.
"""

import ctypes
import importlib.util
import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

TreePath = str  # where in a tree of results or arguments: "result[0]['boxes']"
ALIGNMENT = 64


@dataclass
class Storage:
    """A run of memory that arrays are views of: its address and its bytes, uint8[n]."""

    start: int
    data: np.ndarray

    @property
    def stop(self) -> int:
        return self.start + self.data.size


@dataclass
class Arguments:
    """Arguments of one call and the storages their arrays live in, lowest address first."""

    tree: tuple
    storages: list[Storage]


@dataclass(frozen=True)
class Tolerance:
    """Allowed difference: `ulp` units in the last place of max(|value|, ulp_scale)."""

    ulp: int = 0
    ulp_scale: float = 0.0
    ignore_zero_sign: bool = False


EXACT = Tolerance()


def check_same(
    fn: Callable,
    compiled: Callable,
    make_args: Callable[[], tuple],
    *,
    ulp: int = 0,
    ulp_scale: float = 0.0,
    ignore_zero_sign: bool = False,
    fresh_strides: bool = True,
    untouched_on_raise: bool = True,
) -> Any:
    """Call `fn` and `compiled` on identical arguments; raise AssertionError where anything differs.

    Compared are the results (structure, ndarray or NumPy scalar, dtype, shape, strides,
    writeable flag, values), all memory behind the arguments (bases and bytes between the
    views included), and what shares memory with what, at which offset.

    fresh_strides: compare the strides of results that are new arrays too (of results that
        are views of an argument they always are).
    untouched_on_raise: where `fn` raises, `compiled` must have written nothing (checks at
        the entry). False for a bound that depends on data: then what `fn` had written
        before it raised must have been written.

    Returns the result of `compiled`.
    """
    tolerance = Tolerance(ulp, ulp_scale, ignore_zero_sign)
    given = make_args()
    before, expected_args, actual_args = (clone_arguments(given) for _ in range(3))
    expected, expected_error = outcome(fn, expected_args.tree)
    actual, actual_error = outcome(compiled, actual_args.tree)

    if expected_error is not None:
        assert_same_error(expected_error, actual_error)
        reference_args = before if untouched_on_raise else expected_args
        assert_same_memory(reference_args, actual_args, tolerance)
        return None
    if actual_error is not None:
        raise AssertionError(f"raised {actual_error!r}, NumPy did not") from actual_error

    assert_same_results(expected, actual, tolerance)
    assert_same_sharing(expected, expected_args, actual, actual_args, fresh_strides)
    assert_same_memory(expected_args, actual_args, tolerance)
    return actual


def outcome(fn: Callable, args: tuple) -> tuple[Any, Exception | None]:
    """(result, None), or (None, the exception); NumPy's warnings are silent."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return fn(*args), None
        except Exception as error:
            return None, error


# Arguments -----------------------------------------------------------------------------------


def leaves(tree: Any, path: TreePath) -> Iterator[tuple[TreePath, Any]]:
    """(path, leaf) of nested tuples, lists and dicts, in order."""
    if isinstance(tree, (tuple, list)):
        for k, item in enumerate(tree):
            yield from leaves(item, f"{path}[{k}]")
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from leaves(item, f"{path}[{key!r}]")
    else:
        yield path, tree


def array_leaves(tree: Any, path: TreePath) -> list[tuple[TreePath, np.ndarray]]:
    return [(p, leaf) for p, leaf in leaves(tree, path) if isinstance(leaf, np.ndarray)]


def clone_arguments(tree: tuple) -> Arguments:
    """Copy a tree of arguments with all that its arrays are views of.

    Aliasing, overlap, strides, alignment (modulo 64 bytes), the writeable flag and the
    elements of a base that no argument shows are the same in the copy.
    """
    arrays = [array for _, array in array_leaves(tree, "argument")]
    for array in arrays:
        if type(array) is not np.ndarray or array.dtype.hasobject:
            raise TypeError(f"cannot clone {type(array).__name__} of dtype {array.dtype}")
    originals = [Storage(low, memory(low, high)) for low, high in storage_extents(arrays)]
    clones = [clone_storage(storage) for storage in originals]
    views = {id(array): clone_view(array, originals, clones) for array in arrays}
    return Arguments(map_arrays(tree, lambda array: views[id(array)]), clones)


def map_arrays(tree: Any, fn: Callable[[np.ndarray], Any]) -> Any:
    """The same tree of tuples, lists and dicts with `fn` applied to every array."""
    if isinstance(tree, np.ndarray):
        return fn(tree)
    if isinstance(tree, (tuple, list)):
        return type(tree)(map_arrays(item, fn) for item in tree)
    if isinstance(tree, dict):
        return {key: map_arrays(item, fn) for key, item in tree.items()}
    return tree


def outermost_base(array: np.ndarray) -> np.ndarray:
    """The last ndarray of the chain array.base.base..."""
    base, outermost = array, array
    while (base := getattr(base, "base", None)) is not None:
        if isinstance(base, np.ndarray):
            outermost = base
    return outermost


def storage_extents(arrays: list[np.ndarray]) -> list[tuple[int, int]]:
    """Disjoint address ranges [low, high) that cover the bases of all arrays, ascending."""
    bases = [outermost_base(array) for array in arrays]
    extents = sorted(np.lib.array_utils.byte_bounds(base) for base in bases if base.size)
    merged: list[tuple[int, int]] = []
    for low, high in extents:
        if merged and low < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def memory(low: int, high: int) -> np.ndarray:
    """The bytes at addresses [low, high), uint8[high - low]."""
    return np.ctypeslib.as_array((ctypes.c_uint8 * (high - low)).from_address(low))


def clone_storage(storage: Storage) -> Storage:
    buffer = np.empty(storage.data.size + ALIGNMENT, np.uint8)
    skip = (storage.start - buffer.ctypes.data) % ALIGNMENT
    data = buffer[skip : skip + storage.data.size]
    data[:] = storage.data
    return Storage(data.ctypes.data, data)


def clone_view(array: np.ndarray, originals: list[Storage], clones: list[Storage]) -> np.ndarray:
    index = storage_of(array, originals)
    if index is None:  # no element, and a base without elements
        view = np.empty(array.shape, array.dtype)
    else:
        offset = array.ctypes.data - originals[index].start
        view = np.ndarray(array.shape, array.dtype, clones[index].data, offset, array.strides)
    view.flags.writeable = array.flags.writeable
    return view


def storage_of(array: np.ndarray, storages: list[Storage]) -> int | None:
    """Index of the storage that `array` (or, where it has no element, its base) lies in."""
    visible = array if array.size else outermost_base(array)
    for index, storage in enumerate(storages):
        if visible.size and storage.start <= visible.ctypes.data < storage.stop:
            return index
    return None


# Comparisons ---------------------------------------------------------------------------------


def assert_same_error(expected: Exception, actual: Exception | None) -> None:
    """The same exception type; for one of NumPy's own, the built-in it derives from also will do."""
    assert actual is not None, f"returned, NumPy raised {expected!r}"
    accepted = {type(expected), *nearest_builtins(type(expected))}
    if type(actual) not in accepted:
        raise AssertionError(f"raised {actual!r}, NumPy raised {expected!r}") from actual


def nearest_builtins(error: type) -> set[type]:
    if error.__module__ == "builtins":
        return {error}
    return set().union(*(nearest_builtins(base) for base in error.__bases__))


def assert_same_results(expected: Any, actual: Any, tolerance: Tolerance, path: TreePath = "result") -> None:
    """Structure, type, dtype, shape, writeable flag and values."""
    if type(expected) is not type(actual):
        raise AssertionError(f"{path}: type {type(actual).__name__}, NumPy {type(expected).__name__}")
    if isinstance(expected, (tuple, list)):
        assert len(expected) == len(actual), f"{path}: length {len(actual)}, NumPy {len(expected)}"
        for k, (e, a) in enumerate(zip(expected, actual)):
            assert_same_results(e, a, tolerance, f"{path}[{k}]")
    elif isinstance(expected, dict):
        assert list(expected) == list(actual), f"{path}: keys {list(actual)}, NumPy {list(expected)}"
        for key in expected:
            assert_same_results(expected[key], actual[key], tolerance, f"{path}[{key!r}]")
    elif isinstance(expected, np.ndarray):
        # Whether a reshape of no elements is a (read-only) view or a copy depends on run-time sizes, and
        # nothing can be written to it in either case.
        attributes = ("dtype", "shape", "flags.writeable") if expected.size else ("dtype", "shape")
        for attribute in attributes:
            e, a = attrgetter(attribute)(expected), attrgetter(attribute)(actual)
            assert e == a, f"{path}: {attribute} {a}, NumPy {e}"
        assert_same_values(expected, actual, tolerance, path)
    elif isinstance(expected, (float, np.generic)):
        assert_same_values(np.asarray(expected), np.asarray(actual), tolerance, path)
    else:
        assert expected == actual, f"{path}: {actual!r}, NumPy {expected!r}"


def assert_same_values(
    expected: np.ndarray, actual: np.ndarray, tolerance: Tolerance, path: TreePath
) -> None:
    """Equal bits, or within the tolerance; any NaN equals any NaN. dtypes and shapes are equal."""
    if np.array_equal(bits(expected), bits(actual)):
        return
    if expected.dtype.kind == "f":
        good = within(expected, actual, tolerance)
    else:
        good = (bits(expected) == bits(actual)).all(axis=-1)
    if np.all(good):
        return
    index = tuple(int(k) for k in np.argwhere(~good)[0])
    message = f"{path}{list(index) or ''}: {actual[index]!r}, NumPy {expected[index]!r}"
    if expected.dtype.kind == "f":
        worst = ulp_difference(expected, actual)[~good].max()
        message += f" ({ulp_difference(expected[index], actual[index])} ulp; worst {worst} ulp)"
    raise AssertionError(f"{message}; {np.sum(~good)} of {good.size} elements differ")


def bits(array: np.ndarray) -> np.ndarray:
    """The bytes of every element, uint8[..., itemsize]."""
    contiguous = np.ascontiguousarray(array).reshape(array.shape)
    return contiguous[..., None].view(np.uint8)


def within(expected: np.ndarray, actual: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    """Which elements are equal up to the tolerance, bool of the same shape."""
    with np.errstate(all="ignore"):
        scale_ulp = np.spacing(expected.dtype.type(tolerance.ulp_scale))
        near = np.abs(expected - actual) <= tolerance.ulp * scale_ulp
        good = (ulp_difference(expected, actual) <= tolerance.ulp) | near
    if tolerance.ignore_zero_sign:
        return good
    both_zero = (expected == 0) & (actual == 0)
    return good & ~(both_zero & (np.signbit(expected) != np.signbit(actual)))


def ulp_difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many floating-point numbers lie from a to b, uint64; 0 for -0 and 0, and for two NaNs.

    A NaN and a number are as far apart as can be.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.dtype.kind != "f":
        raise TypeError(f"ulp_difference of {a.dtype} and {b.dtype}")
    low, high = np.minimum(ordinal(a), ordinal(b)), np.maximum(ordinal(a), ordinal(b))
    with np.errstate(over="ignore"):  # modulo 2**64 the difference is right
        difference = high.astype(np.uint64) - low.astype(np.uint64)
    difference = np.where(np.isnan(a) ^ np.isnan(b), np.iinfo(np.uint64).max, difference)
    return np.where(np.isnan(a) & np.isnan(b), np.uint64(0), difference)


def ordinal(x: np.ndarray) -> np.ndarray:
    """int64 that grows by one from each floating-point number to the next, 0 for both zeros."""
    signed = np.ascontiguousarray(x).reshape(x.shape).view(f"i{x.dtype.itemsize}")
    magnitude = (signed & np.iinfo(signed.dtype).max).astype(np.int64)
    return np.where(signed < 0, -magnitude, magnitude)


def assert_same_memory(expected: Arguments, actual: Arguments, tolerance: Tolerance) -> None:
    """All bytes behind the arguments: elements they show up to the tolerance, others exactly."""
    expected_arrays = array_leaves(expected.tree, "argument")
    actual_arrays = array_leaves(actual.tree, "argument")
    for (path, e), (_, a) in zip(expected_arrays, actual_arrays, strict=True):
        assert_same_values(e, a, tolerance, path)
    arrays = [array for _, array in expected_arrays]
    for index, (e, a) in enumerate(zip(expected.storages, actual.storages, strict=True)):
        hidden = ~shown_bytes(e, arrays)
        changed = np.flatnonzero(hidden & (e.data != a.data))
        message = f"base of {owners(expected, index)}: {changed.size} bytes differ that no argument shows"
        assert not changed.size, f"{message}, the first at byte {changed[:1]}"


def shown_bytes(storage: Storage, arrays: list[np.ndarray]) -> np.ndarray:
    """Which bytes of a storage are elements of one of the arrays, bool[n]."""
    shown = np.zeros(storage.data.size, bool)
    for array in arrays:
        if array.size and storage_of(array, [storage]) == 0:
            offset = array.ctypes.data - storage.start
            shape, strides = (*array.shape, array.itemsize), (*array.strides, 1)
            np.ndarray(shape, bool, shown.data, offset, strides)[...] = True
    return shown


def assert_same_sharing(
    expected: Any, expected_args: Arguments, actual: Any, actual_args: Arguments, fresh_strides: bool
) -> None:
    """Which storage each result is a view of, at which byte; which results share memory."""
    expected_arrays, actual_arrays = array_leaves(expected, "result"), array_leaves(actual, "result")
    for (path, e), (_, a) in zip(expected_arrays, actual_arrays, strict=True):
        expected_place, actual_place = place(e, expected_args), place(a, actual_args)
        if expected_place != actual_place:
            raise AssertionError(f"{path}: {actual_place}, NumPy {expected_place}")
        if (fresh_strides or expected_place != FRESH) and strides_that_matter(e) != strides_that_matter(a):
            raise AssertionError(f"{path}: strides {a.strides}, NumPy {e.strides}, shape {e.shape}")
    for (k, (path, e)), (m, (other, f)) in itertools.combinations(enumerate(expected_arrays), 2):
        expected_distance = distance(e, f)
        actual_distance = distance(actual_arrays[k][1], actual_arrays[m][1])
        if expected_distance != actual_distance:
            raise AssertionError(f"{path} and {other}: {actual_distance}, NumPy {expected_distance}")


FRESH = "new memory"


def place(array: np.ndarray, args: Arguments) -> str:
    """Where the first element of a result lies. Storages are named by the arguments that show them."""
    index = storage_of(array, args.storages) if array.size else None
    if index is None:
        return FRESH
    byte = array.ctypes.data - args.storages[index].start
    return f"byte {byte} of the base of {owners(args, index)}"


def owners(args: Arguments, index: int) -> str:
    """The arguments that are views of a storage."""
    arrays = array_leaves(args.tree, "argument")
    return ", ".join(path for path, array in arrays if storage_of(array, args.storages) == index)


def distance(a: np.ndarray, b: np.ndarray) -> str:
    """Whether two results share memory, and how far apart their first elements are."""
    if not np.may_share_memory(a, b) or not np.shares_memory(a, b):
        return "share no memory"
    return f"share memory, {b.ctypes.data - a.ctypes.data} bytes apart"


def strides_that_matter(array: np.ndarray) -> tuple[int | None, ...]:
    """Strides, without those that no element depends on (extent 1, or no element at all)."""
    return tuple(s if n > 1 and array.size else None for s, n in zip(array.strides, array.shape))


# Functions from text -------------------------------------------------------------------------

module_numbers = itertools.count()


def module_from_source(directory: Path, source: str) -> ModuleType:
    """Import a module made of `source` from a file, for a compiler reads a function's source."""
    name = f"generated_{next(module_numbers)}"
    file = directory / f"{name}.py"
    file.write_text("import numpy as np\n\n" + source)
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
