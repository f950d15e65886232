import numpy as np


def make_args():
    x = ((np.arange(30) * 7) % 13 - 5).astype("float32").reshape(5, 6)
    return [x], (x, )


def f(x):
    b = x + 1
    b[x > 2] = 9
    return b.max(axis=1), b[:, :-1].min(axis=1)
