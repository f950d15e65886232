import math

from viewbench.peers import out


def native_(rois, deltas, means, stds, max_shape=None, wh_ratio_clip=16 / 1000):
    boxes = out(*deltas.shape)
    sizes = len(rois), deltas.shape[1] // 4, max_shape is not None
    return (rois, deltas, boxes), sizes, (*means, *stds, *(max_shape or (0, 0)), -math.log(wh_ratio_clip)), boxes


def numba_loops_(numba):
    import numpy as np

    def delta2bbox(rois, deltas, means, stds, max_shape, wh_ratio_clip=16 / 1000):
        count, classes = deltas.shape[0], deltas.shape[1] // 4
        boxes = np.empty((count, 4 * classes), np.float32)
        zero, half, bound = np.float32(0), np.float32(0.5), np.float32(-math.log(wh_ratio_clip))
        m0, m1, m2, m3 = np.float32(means[0]), np.float32(means[1]), np.float32(means[2]), np.float32(means[3])
        s0, s1, s2, s3 = np.float32(stds[0]), np.float32(stds[1]), np.float32(stds[2]), np.float32(stds[3])
        high, wide = np.float32(max_shape[0]), np.float32(max_shape[1])
        for i in numba.prange(count):
            x = (rois[i, 0] + rois[i, 2]) * half
            y = (rois[i, 1] + rois[i, 3]) * half
            width = rois[i, 2] - rois[i, 0]
            height = rois[i, 3] - rois[i, 1]
            for k in range(0, 4 * classes, 4):
                new_x = x + width * (deltas[i, k] * s0 + m0)
                new_y = y + height * (deltas[i, k + 1] * s1 + m1)
                half_w = width * math.exp(min(max(deltas[i, k + 2] * s2 + m2, -bound), bound)) * half
                half_h = height * math.exp(min(max(deltas[i, k + 3] * s3 + m3, -bound), bound)) * half
                boxes[i, k] = min(max(new_x - half_w, zero), wide)
                boxes[i, k + 1] = min(max(new_y - half_h, zero), high)
                boxes[i, k + 2] = min(max(new_x + half_w, zero), wide)
                boxes[i, k + 3] = min(max(new_y + half_h, zero), high)
        return boxes

    return delta2bbox


def jax_(jnp):
    def delta2bbox(rois, deltas, means, stds, max_shape, wh_ratio_clip=16 / 1000):
        bound = -math.log(wh_ratio_clip)
        count = deltas.shape[0]
        deltas = deltas.reshape(count, -1, 4) * jnp.array(stds, jnp.float32) + jnp.array(means, jnp.float32)
        center = ((rois[:, :2] + rois[:, 2:]) * 0.5)[:, None]
        size = (rois[:, 2:] - rois[:, :2])[:, None]
        new = center + size * deltas[..., :2]
        half = size * jnp.exp(jnp.clip(deltas[..., 2:], -bound, bound)) * 0.5
        most = jnp.array([max_shape[1], max_shape[0]], jnp.float32)
        boxes = jnp.concatenate([jnp.clip(new - half, 0, most), jnp.clip(new + half, 0, most)], axis=-1)
        return boxes.reshape(count, -1)

    return delta2bbox


def torch_(torch):
    def delta2bbox(rois, deltas, means, stds, max_shape, wh_ratio_clip=16 / 1000):
        bound = -math.log(wh_ratio_clip)
        count, classes = deltas.shape[0], deltas.shape[1] // 4
        denorm = deltas.reshape(-1, 4) * deltas.new_tensor(stds) + deltas.new_tensor(means)
        rois = rois.repeat_interleave(classes, dim=0)
        pxy = (rois[:, :2] + rois[:, 2:]) * 0.5
        pwh = rois[:, 2:] - rois[:, :2]
        gxy = pxy + pwh * denorm[:, :2]
        gwh = pwh * denorm[:, 2:].clamp(-bound, bound).exp()
        boxes = torch.cat([gxy - gwh * 0.5, gxy + gwh * 0.5], dim=-1)
        boxes[..., 0::2].clamp_(0, max_shape[1])
        boxes[..., 1::2].clamp_(0, max_shape[0])
        return boxes.reshape(count, 4 * classes)

    return delta2bbox
