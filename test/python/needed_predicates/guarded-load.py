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
    b0 = data((1,), 'int64', 0)
    x0 = b0
    b1 = data((3,), 'int64', 0)
    x1 = np.flip(b1)
    b2 = data((3,), 'int64', 0)
    x2 = b2
    return [b0, b1, b2], (x0, x1, x2, )


def f(x0, x1, x2):
    x2[...] = x1
    v1 = x2
    x2[:-2:-1] = 1
    x2[(x2 > 3)] = 1
    return
