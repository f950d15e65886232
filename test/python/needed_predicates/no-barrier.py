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
    b0 = data((8, 3), 'float64', 0)
    x0 = b0
    m = 1
    return [b0], (x0, m, )


def f(x0, m):
    v3 = x0[:, 0:2]
    v5 = v3.reshape(2, 8)
    for i in range(m):
        x0 += 1
    v9 = 1
    v9 -= v5
    return v9
