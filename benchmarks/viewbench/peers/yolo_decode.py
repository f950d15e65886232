import math

from viewbench.peers import out


def native_(anchors, pred, stride):
    boxes = out(*anchors.shape)
    return (anchors, pred, stride, boxes), (len(anchors),), (), boxes


def numba_loops_(numba):
    import numpy as np

    def yolo_decode(anchors, pred, stride):
        count = anchors.shape[0]
        boxes = np.empty((count, 4), np.float32)
        half = np.float32(0.5)
        for i in numba.prange(count):
            for k in range(2):
                center = (pred[i, k] - half) * stride[i] + (anchors[i, k] + anchors[i, k + 2]) * half
                half_side = math.exp(pred[i, k + 2]) * (anchors[i, k + 2] - anchors[i, k]) * half
                boxes[i, k] = center - half_side
                boxes[i, k + 2] = center + half_side
        return boxes

    return yolo_decode


def jax_(jnp):
    def yolo_decode(anchors, pred, stride):
        center = (pred[:, :2] - 0.5) * stride[:, None] + (anchors[:, :2] + anchors[:, 2:]) * 0.5
        half = jnp.exp(pred[:, 2:]) * (anchors[:, 2:] - anchors[:, :2]) * 0.5
        return jnp.concatenate([center - half, center + half], axis=-1)

    return yolo_decode


def torch_(torch):
    def yolo_decode(anchors, pred, stride):
        center = (anchors[..., :2] + anchors[..., 2:]) * 0.5
        wh = anchors[..., 2:] - anchors[..., :2]
        center = (pred[..., :2] - 0.5) * stride[:, None] + center
        half = torch.exp(pred[..., 2:]) * wh * 0.5
        x, y, w, h = center[..., 0], center[..., 1], half[..., 0], half[..., 1]
        return torch.stack([x - w, y - h, x + w, y + h], dim=-1)

    return yolo_decode
