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
    b0 = data((3, 6), 'int64', 0)
    x0 = b0
    return [b0], (x0, )


def f(x0):
    v0 = x0[1:-1]
    v2 = np.zeros((6, 6), np.uint8)
    for i in range(2):
        x0 += v2[0, :]
        v2[[-1, 0, 0, 4]] = np.broadcast_to(v0, (1, 4, 6))[0, :, ::-1]
    return
