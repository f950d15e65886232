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
    b1 = data((1, 7), 'int64', 0)
    x1 = b1
    b2 = data((1, 1), 'int64', 0)
    x2 = b2
    return [b1, b2], (x1, x2, )


def f(x1, x2):
    v0 = np.argmax(x1, axis=-2)
    for i in range(2):
        v0[i + 1] = 1
    v0[-2::-1] = v0[:6]
    x2[...] = v0[2:4][0:1]
    return
