"""Every function of the surface once, compiled, on several layouts: NumPy's results and buffers."""

import elena
import numpy as np
import pytest
from test_text import SURFACE

assert elena._native.native is not None, "the native module has not been built: run scripts/setup.sh"

LAYOUTS = {
    "c": lambda x: x,
    "t": lambda x: x.T,
    "strided": lambda x: x[::-1, ::2],
}


def same(mine, theirs, path="result"):
    assert type(mine) is type(theirs), path
    if isinstance(theirs, dict):
        assert list(mine) == list(theirs)
        mine, theirs = list(mine.values()), list(theirs.values())
    if isinstance(theirs, (tuple, list)):
        assert len(mine) == len(theirs), path
        for k, (a, b) in enumerate(zip(mine, theirs)):
            same(a, b, f"{path}[{k}]")
        return
    if not isinstance(theirs, (np.ndarray, np.generic)):
        assert mine == theirs, path
        return
    assert mine.dtype == theirs.dtype and mine.shape == theirs.shape, path
    if theirs.dtype.kind == "f":
        np.testing.assert_allclose(mine, theirs, rtol=2e-6, atol=1e-6, err_msg=path)
    else:
        np.testing.assert_array_equal(mine, theirs, err_msg=path)
    if isinstance(theirs, np.ndarray) and theirs.size:
        pairs = zip(theirs.shape, mine.strides, theirs.strides)
        assert all(n == 1 or a == b for n, a, b in pairs), (path, mine.strides, theirs.strides)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", SURFACE)
def test_surface(name, layout, dtype):
    if name == "as_strided" and layout == "strided":
        pytest.skip("as_strided with the strides of a contiguous array leaves this one, which is refused")
    rng = np.random.default_rng(1)
    base = (rng.integers(-4, 5, (6, 14)) if layout == "strided" else rng.integers(-4, 5, (6, 6))).astype(
        dtype
    )
    other = np.abs(rng.permutation(base.ravel()).reshape(base.shape)) + 1
    place, function = LAYOUTS[layout], SURFACE[name]
    x, y, a, b = base.copy(), other.copy(), base.copy(), other.copy()
    try:
        expected = function(np, place(x), place(y))
    except Exception as error:
        with pytest.raises(type(error) if not isinstance(error, TypeError) else TypeError):
            elena.jit(function)(np, place(a), place(b))
        return
    same(elena.jit(function)(np, place(a), place(b)), expected)
    np.testing.assert_array_equal(a, x)
    np.testing.assert_array_equal(b, y)
