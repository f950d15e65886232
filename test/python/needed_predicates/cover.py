import numpy as np


def data(shape, dtype, seed):
    """Small integers as `dtype`."""
    index = np.arange(int(np.prod(shape)))
    values = (index * (2 * seed + 5) + index // 7 + 3 * seed) % 13
    if dtype == "bool":
        values = values % 3 != 0
    elif not dtype.startswith("uint"):
        values = values - 4
    return values.astype(dtype).reshape(shape)


def make_args():
    b0 = data((1, 2), 'float64', 0)
    x0 = b0
    b1 = data((3, 3, 5), 'float64', 0)
    x1 = b1
    return [b0, b1], (x0, x1, )


def f(x0, x1):
    v0 = np.diagonal(x1, 1)
    v4 = (v0[:, 1:2] - x1[:, ::3, :][0, :, :3])
    np.minimum(1, x0[:, 1:2], out=x1[:-1, :])
    np.max(x1, axis=2, out=v4[:5:2, :])
    return v4
