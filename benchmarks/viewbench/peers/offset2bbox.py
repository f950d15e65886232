import math

from viewbench.peers import out

BOUND = math.log(1000 / 16)


def native_(boxes, offset):
    pred = out(*offset.shape)
    return (boxes, offset, pred), (len(boxes), offset.shape[1] // 4), (BOUND,), pred


def numba_loops_(numba):
    import numpy as np

    def offset2bbox(boxes, offset):
        count, classes = offset.shape[0], offset.shape[1] // 4
        pred = np.empty((count, 4 * classes), np.float32)
        one, half, bound = np.float32(1), np.float32(0.5), np.float32(BOUND)
        for i in numba.prange(count):
            width = boxes[i, 2] - boxes[i, 0] + one
            height = boxes[i, 3] - boxes[i, 1] + one
            x = boxes[i, 0] + half * width
            y = boxes[i, 1] + half * height
            for k in range(0, 4 * classes, 4):
                new_x = offset[i, k] * width + x
                new_y = offset[i, k + 1] * height + y
                half_w = math.exp(min(offset[i, k + 2], bound)) * width * half
                half_h = math.exp(min(offset[i, k + 3], bound)) * height * half
                pred[i, k] = new_x - half_w
                pred[i, k + 1] = new_y - half_h
                pred[i, k + 2] = new_x + half_w - one
                pred[i, k + 3] = new_y + half_h - one
        return pred

    return offset2bbox


def jax_(jnp):
    def offset2bbox(boxes, offset):
        size = boxes[:, 2:] - boxes[:, :2] + 1
        center = boxes[:, :2] + 0.5 * size
        offset = offset.reshape(offset.shape[0], -1, 4)
        new = offset[..., :2] * size[:, None] + center[:, None]
        half = jnp.exp(jnp.minimum(offset[..., 2:], BOUND)) * size[:, None] / 2
        return jnp.concatenate([new - half, new + half - 1], axis=-1).reshape(offset.shape[0], -1)

    return offset2bbox


def torch_(torch):
    def offset2bbox(boxes, offset):
        widths = boxes[:, 2] - boxes[:, 0] + 1
        heights = boxes[:, 3] - boxes[:, 1] + 1
        ctr_x = boxes[:, 0] + 0.5 * widths
        ctr_y = boxes[:, 1] + 0.5 * heights
        pred_ctr_x = offset[:, 0::4] * widths[:, None] + ctr_x[:, None]
        pred_ctr_y = offset[:, 1::4] * heights[:, None] + ctr_y[:, None]
        pred_w = torch.exp(offset[:, 2::4].clamp(max=BOUND)) * widths[:, None]
        pred_h = torch.exp(offset[:, 3::4].clamp(max=BOUND)) * heights[:, None]
        pred = torch.zeros_like(offset)
        pred[:, 0::4] = pred_ctr_x - pred_w / 2
        pred[:, 1::4] = pred_ctr_y - pred_h / 2
        pred[:, 2::4] = pred_ctr_x + pred_w / 2 - 1
        pred[:, 3::4] = pred_ctr_y + pred_h / 2 - 1
        return pred

    return offset2bbox
