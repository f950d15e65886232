from viewbench.peers import out


def native_(priors, gts, normalizer=4.0, normalize_by_wh=True):
    loc = out(*priors.shape)
    return (priors, gts, loc), (len(priors), normalize_by_wh), (normalizer,), loc


def numba_loops_(numba):
    import numpy as np

    def bboxes2tblr(priors, gts, normalizer, normalize_by_wh):
        count = priors.shape[0]
        loc = np.empty((count, 4), np.float32)
        half, by = np.float32(0.5), np.float32(normalizer)
        for i in numba.prange(count):
            x = (priors[i, 0] + priors[i, 2]) * half
            y = (priors[i, 1] + priors[i, 3]) * half
            width, height = np.float32(1), np.float32(1)
            if normalize_by_wh:
                width = priors[i, 2] - priors[i, 0]
                height = priors[i, 3] - priors[i, 1]
            loc[i, 0] = (y - gts[i, 1]) / height / by
            loc[i, 1] = (gts[i, 3] - y) / height / by
            loc[i, 2] = (x - gts[i, 0]) / width / by
            loc[i, 3] = (gts[i, 2] - x) / width / by
        return loc

    return bboxes2tblr


def jax_(jnp):
    def bboxes2tblr(priors, gts, normalizer, normalize_by_wh):
        centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
        x, y = centers[:, 0:1], centers[:, 1:2]
        vertical = jnp.concatenate([y - gts[:, 1:2], gts[:, 3:4] - y], axis=1)
        horizontal = jnp.concatenate([x - gts[:, 0:1], gts[:, 2:3] - x], axis=1)
        if normalize_by_wh:
            wh = priors[:, 2:4] - priors[:, 0:2]
            vertical, horizontal = vertical / wh[:, 1:2], horizontal / wh[:, 0:1]
        return jnp.concatenate([vertical, horizontal], axis=1) / normalizer

    return bboxes2tblr


def torch_(torch):
    def bboxes2tblr(priors, gts, normalizer, normalize_by_wh):
        centers = (priors[:, 0:2] + priors[:, 2:4]) / 2
        x, y = centers[:, 0:1], centers[:, 1:2]
        loc = torch.cat([y - gts[:, 1:2], gts[:, 3:4] - y, x - gts[:, 0:1], gts[:, 2:3] - x], dim=1)
        if normalize_by_wh:
            wh = priors[:, 2:4] - priors[:, 0:2]
            loc[:, :2] /= wh[:, 1:2]
            loc[:, 2:] /= wh[:, 0:1]
        return loc / normalizer

    return bboxes2tblr
