from viewbench.peers import out


def native_(priors, tblr, normalizer=4.0, normalize_by_wh=True, max_shape=None):
    boxes = out(*priors.shape)
    sizes = len(priors), normalize_by_wh, max_shape is not None
    return (priors, tblr, boxes), sizes, (normalizer, *(max_shape or (0, 0))), boxes


def numba_loops_(numba):
    import numpy as np

    def tblr2bboxes(priors, tblr, normalizer, normalize_by_wh, max_shape):
        count = priors.shape[0]
        boxes = np.empty((count, 4), np.float32)
        zero, half, by = np.float32(0), np.float32(0.5), np.float32(normalizer)
        high, wide = np.float32(max_shape[0]), np.float32(max_shape[1])
        for i in numba.prange(count):
            x = (priors[i, 0] + priors[i, 2]) * half
            y = (priors[i, 1] + priors[i, 3]) * half
            width, height = np.float32(1), np.float32(1)
            if normalize_by_wh:
                width = priors[i, 2] - priors[i, 0]
                height = priors[i, 3] - priors[i, 1]
            boxes[i, 0] = min(max(x - tblr[i, 2] * by * width, zero), wide)
            boxes[i, 1] = min(max(y - tblr[i, 0] * by * height, zero), high)
            boxes[i, 2] = min(max(x + tblr[i, 3] * by * width, zero), wide)
            boxes[i, 3] = min(max(y + tblr[i, 1] * by * height, zero), high)
        return boxes

    return tblr2bboxes


def jax_(jnp):
    def tblr2bboxes(priors, tblr, normalizer, normalize_by_wh, max_shape):
        loc = tblr * normalizer
        centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
        vertical, horizontal = loc[:, :2], loc[:, 2:]
        if normalize_by_wh:
            wh = priors[:, 2:4] - priors[:, 0:2]
            vertical, horizontal = vertical * wh[:, 1:2], horizontal * wh[:, 0:1]
        low = centers - jnp.concatenate([horizontal[:, :1], vertical[:, :1]], axis=1)
        high = centers + jnp.concatenate([horizontal[:, 1:], vertical[:, 1:]], axis=1)
        most = jnp.array([max_shape[1], max_shape[0]] * 2, jnp.float32)
        return jnp.clip(jnp.concatenate([low, high], axis=1), 0, most)

    return tblr2bboxes


def torch_(torch):
    def tblr2bboxes(priors, tblr, normalizer, normalize_by_wh, max_shape):
        loc = tblr * normalizer
        centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
        if normalize_by_wh:
            wh = priors[:, 2:4] - priors[:, 0:2]
            loc[:, :2] *= wh[:, 1:2]
            loc[:, 2:] *= wh[:, 0:1]
        low = centers - loc[:, 0::2].flip(1)
        high = centers + loc[:, 1::2].flip(1)
        boxes = torch.cat([low, high], dim=1)
        boxes[:, 0::2].clamp_(0, max_shape[1])
        boxes[:, 1::2].clamp_(0, max_shape[0])
        return boxes

    return tblr2bboxes
