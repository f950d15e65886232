"""Is a peer's result NumPy's? Results and all arguments after the call, before anything is timed."""

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "test" / "python"))
import compare  # noqa: E402

# Peers that may contract to FMA or compute in another order: relative to the value, and to the largest of its array.
ROUNDING = 1e-4


class Wrong(AssertionError):
    """A result or an argument differs from NumPy's."""


def expected_outcome(case, args: tuple) -> tuple[Any, tuple, bool]:
    """Result and arguments of NumPy on a copy of `args`; and whether a second call leaves the same arguments."""
    cloned = compare.clone_arguments(args).tree
    result = quiet(case.function, cloned)
    result = compare.clone_arguments((result,)).tree[0]  # it may be a view of an argument
    if not case.writes:
        return result, cloned, True
    once = compare.clone_arguments(cloned).tree
    quiet(case.function, cloned)
    same = all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for (_, a), (_, b) in zip(compare.array_leaves(once, ""), compare.array_leaves(cloned, ""))
    )
    return result, once, same


def quiet(function, args: tuple) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*args)


def check_whole(case, function, args: tuple) -> None:
    """As the tests compare: memory behind the arguments, layout and sharing of results."""
    try:
        compare.check_same(
            case.function,
            function,
            lambda: args,
            ulp=case.ulp,
            ulp_scale=case.ulp_scale,
            ignore_zero_sign=case.ulp_scale > 0,
        )
    except AssertionError as error:
        if error.__cause__ is not None:  # it raised
            raise error.__cause__ from None
        raise Wrong(str(error)) from None


def compare_outcomes(case, expected: tuple, actual: tuple, exact: bool) -> list[str]:
    """Raises Wrong where result or arguments differ; returns remarks (a wider type than NumPy's)."""
    remarks: list[str] = []
    for tree, other, path in zip(expected, actual, ("result", "argument")):
        compare_trees(case, tree, other, path, exact, remarks)
    return list(dict.fromkeys(remarks))


def compare_trees(case, expected: Any, actual: Any, path: str, exact: bool, remarks: list[str]) -> None:
    if isinstance(expected, (list, tuple)):
        if not isinstance(actual, (list, tuple)) or len(expected) != len(actual):
            raise Wrong(f"{path}: {kind(actual)}, NumPy {kind(expected)}")
        for k, (e, a) in enumerate(zip(expected, actual)):
            compare_trees(case, e, a, f"{path}[{k}]", exact, remarks)
    elif isinstance(expected, dict):
        if not isinstance(actual, dict) or list(expected) != list(actual):
            raise Wrong(f"{path}: {kind(actual)}, NumPy {kind(expected)}")
        for key in expected:
            compare_trees(case, expected[key], actual[key], f"{path}[{key!r}]", exact, remarks)
    elif isinstance(expected, (np.ndarray, np.generic)):
        compare_arrays(case, np.asarray(expected), np.asarray(actual), path, exact, remarks)
    elif path.startswith("result") and expected != actual:
        raise Wrong(f"{path}: {actual!r}, NumPy {expected!r}")


def kind(value: Any) -> str:
    return f"{type(value).__name__}{f' of {len(value)}' if hasattr(value, '__len__') else ''}"


def compare_arrays(case, e: np.ndarray, a: np.ndarray, path: str, exact: bool, remarks: list[str]) -> None:
    if e.shape != a.shape:
        raise Wrong(f"{path}: shape {a.shape}, NumPy {e.shape}")
    if e.dtype != a.dtype:
        if exact or e.dtype.kind != a.dtype.kind:
            raise Wrong(f"{path}: dtype {a.dtype}, NumPy {e.dtype}")
        remarks.append(f"{a.dtype} where NumPy has {e.dtype}")
        a = a.astype(e.dtype)
    if exact or e.dtype.kind not in "fc":
        tolerance = compare.Tolerance(case.ulp, case.ulp_scale, case.ulp_scale > 0)
        try:
            compare.assert_same_values(e, a, tolerance, path)
        except AssertionError as error:
            raise Wrong(str(error)) from None
        return
    if np.array_equal(e, a):
        return
    finite = np.isfinite(e)
    scale = float(np.abs(e[finite]).max()) if finite.any() else 0.0
    bad = ~np.isclose(a, e, rtol=ROUNDING, atol=ROUNDING * scale, equal_nan=True)
    if bad.any():
        at = tuple(int(k) for k in np.argwhere(bad)[0])
        raise Wrong(f"{path}{list(at) or ''}: {a[at]!r}, NumPy {e[at]!r}; {bad.sum()} of {bad.size} elements differ")
