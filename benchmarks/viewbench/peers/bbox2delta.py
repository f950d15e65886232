import math

from viewbench.peers import out


def native_(proposals, gt, means=(0.0, 0.0, 0.0, 0.0), stds=(0.1, 0.1, 0.2, 0.2)):
    deltas = out(*proposals.shape)
    return (proposals, gt, deltas), (len(proposals),), (*means, *stds), deltas


def numba_loops_(numba):
    import numpy as np

    def bbox2delta(proposals, gt, means, stds):
        count = proposals.shape[0]
        deltas = np.empty((count, 4), np.float32)
        half = np.float32(0.5)
        m0, m1, m2, m3 = np.float32(means[0]), np.float32(means[1]), np.float32(means[2]), np.float32(means[3])
        s0, s1, s2, s3 = np.float32(stds[0]), np.float32(stds[1]), np.float32(stds[2]), np.float32(stds[3])
        for i in numba.prange(count):
            pw = proposals[i, 2] - proposals[i, 0]
            ph = proposals[i, 3] - proposals[i, 1]
            gw = gt[i, 2] - gt[i, 0]
            gh = gt[i, 3] - gt[i, 1]
            dx = ((gt[i, 0] + gt[i, 2]) * half - (proposals[i, 0] + proposals[i, 2]) * half) / pw
            dy = ((gt[i, 1] + gt[i, 3]) * half - (proposals[i, 1] + proposals[i, 3]) * half) / ph
            deltas[i, 0] = (dx - m0) / s0
            deltas[i, 1] = (dy - m1) / s1
            deltas[i, 2] = (math.log(gw / pw) - m2) / s2
            deltas[i, 3] = (math.log(gh / ph) - m3) / s3
        return deltas

    return bbox2delta


def jax_(jnp):
    def bbox2delta(proposals, gt, means, stds):
        p = (proposals[:, :2] + proposals[:, 2:]) * 0.5
        g = (gt[:, :2] + gt[:, 2:]) * 0.5
        p_size = proposals[:, 2:] - proposals[:, :2]
        g_size = gt[:, 2:] - gt[:, :2]
        deltas = jnp.concatenate([(g - p) / p_size, jnp.log(g_size / p_size)], axis=-1)
        return (deltas - jnp.array(means, jnp.float32)) / jnp.array(stds, jnp.float32)

    return bbox2delta


def torch_(torch):
    def bbox2delta(proposals, gt, means, stds):
        px = (proposals[..., 0] + proposals[..., 2]) * 0.5
        py = (proposals[..., 1] + proposals[..., 3]) * 0.5
        pw = proposals[..., 2] - proposals[..., 0]
        ph = proposals[..., 3] - proposals[..., 1]
        gx = (gt[..., 0] + gt[..., 2]) * 0.5
        gy = (gt[..., 1] + gt[..., 3]) * 0.5
        gw = gt[..., 2] - gt[..., 0]
        gh = gt[..., 3] - gt[..., 1]
        deltas = torch.stack([(gx - px) / pw, (gy - py) / ph, torch.log(gw / pw), torch.log(gh / ph)], dim=-1)
        return deltas.sub_(deltas.new_tensor(means)).div_(deltas.new_tensor(stds))

    return bbox2delta
