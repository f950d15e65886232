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
    b0 = data((5, 12), 'int64', 0)
    x0 = b0[..., ::2]
    return [b0], (x0, )


def f(x0):
    v1 = np.array(x0)
    v2 = np.zeros((6, 6), np.uint8)
    v3 = v1[1:, 2:]
    x0[1:] -= 1
    v4 = np.argmax(x0, axis=-2)
    v2[...] = np.minimum(v4[2:3], v3[0:1, 1:2])
    for i in range(1):
        x0 += (v2[0, :] + v4[:])
    return
