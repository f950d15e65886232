import math

from viewbench.peers import out


def native_(loc, priors, variances=(0.1, 0.2)):
    boxes = out(*loc.shape)
    return (loc, priors, boxes), (len(loc),), variances, boxes


def numba_loops_(numba):
    import numpy as np

    def ssd_decode(loc, priors, variances):
        count = loc.shape[0]
        boxes = np.empty((count, 4), np.float32)
        v0, v1, half = np.float32(variances[0]), np.float32(variances[1]), np.float32(0.5)
        for i in numba.prange(count):
            for k in range(2):
                center = priors[i, k] + loc[i, k] * v0 * priors[i, k + 2]
                side = priors[i, k + 2] * math.exp(loc[i, k + 2] * v1)
                boxes[i, k] = center - side * half
                boxes[i, k + 2] = side + boxes[i, k]
        return boxes

    return ssd_decode


def jax_(jnp):
    def ssd_decode(loc, priors, variances):
        center = priors[:, :2] + loc[:, :2] * variances[0] * priors[:, 2:]
        side = priors[:, 2:] * jnp.exp(loc[:, 2:] * variances[1])
        low = center - side / 2
        return jnp.concatenate([low, side + low], axis=1)

    return ssd_decode


def torch_(torch):
    def ssd_decode(loc, priors, variances):
        boxes = torch.cat(
            [
                priors[:, :2] + loc[:, :2] * variances[0] * priors[:, 2:],
                priors[:, 2:] * torch.exp(loc[:, 2:] * variances[1]),
            ],
            dim=1,
        )
        boxes[:, :2] -= boxes[:, 2:] / 2
        boxes[:, 2:] += boxes[:, :2]
        return boxes

    return ssd_decode
