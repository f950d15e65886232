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
    b0 = data((3, 2, 4), 'bool', 7)
    x0 = b0[:-1]
    b1 = data((4,), 'bool', 3)
    x1 = np.flip(b1)
    b2 = data((4,), 'int64', 4) % 2
    x2 = b2
    n = 2
    m = 1
    return [b0, b1, b2], (x0, x1, x2, n, m, )


def f(x0, x1, x2, n, m):
    v0 = np.ones_like(x1)
    v1 = v0[m:]
    v2 = v1[1::2]
    v3 = v1[0:3:2]
    v4 = x2[:-1]
    x1[:-2] = (x2[:3:2] * v4[:2]).astype(np.int64)
    v5 = x1[::-2]
    v6 = 1
    v7 = x1
    v8 = v6
    v9 = 1
    v10 = v2
    v3[v5] = 1
    v11 = 1
    v12 = np.empty((1,), np.int32)
    v12[...] = 2
    v13 = v12
    return v4, v8, v10, v13, v11
