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
    b0 = data((6, 12), 'int64', 5)
    x0 = b0[..., ::2]
    return [b0], (x0, )


def f(x0):
    v0 = x0[1:-1]
    v1 = 1
    v2 = np.zeros((6, 6), np.uint8)
    v3 = v1
    v0[1:] -= v2[:5:2, :]
    v4 = np.argmax(v0, axis=-2)
    np.flip(v2)[...] = (v2.T + v4[:])
    for i in range(1):
        x0[0] += (v2[0, :] + v4[:])
    return
