"""Sine positional encoding of a padded image. Source: DETR.

Views: newaxis, strided slice, slice, reshape, stack, concatenate, transpose.
In-place writes: none. Control flow: none.
"""

import math

import numpy as np

from viewbench.case import Case

IDEAL_KERNELS = 3  # two scans and one map


def sine_pos(mask, num_feats=128, temperature=10000, scale=2 * math.pi, eps=1e-6):
    """mask: bool[B, H, W], true where padded -> f32[B, 2*num_feats, H, W], a transposed view."""
    not_mask = ~mask
    y_embed = np.cumsum(not_mask, axis=1, dtype=np.float32)
    x_embed = np.cumsum(not_mask, axis=2, dtype=np.float32)
    y_embed = y_embed / (y_embed[:, -1:, :] + eps) * scale
    x_embed = x_embed / (x_embed[:, :, -1:] + eps) * scale

    dim_t = np.arange(num_feats, dtype=np.float32)
    dim_t = temperature ** (2 * (dim_t // 2) / num_feats)
    pos_x = x_embed[:, :, :, None] / dim_t
    pos_y = y_embed[:, :, :, None] / dim_t

    batch, height, width = mask.shape
    pos_x = np.stack([np.sin(pos_x[..., 0::2]), np.cos(pos_x[..., 1::2])], axis=4)
    pos_y = np.stack([np.sin(pos_y[..., 0::2]), np.cos(pos_y[..., 1::2])], axis=4)
    pos_x = pos_x.reshape(batch, height, width, num_feats)
    pos_y = pos_y.reshape(batch, height, width, num_feats)
    return np.concatenate([pos_y, pos_x], axis=3).transpose(0, 3, 1, 2)


def reference(mask, num_feats=128, temperature=10000, scale=2 * math.pi, eps=1e-6):
    batch, height, width = mask.shape
    out = np.empty((batch, 2 * num_feats, height, width), np.float32)
    for b, y, x in np.ndindex(mask.shape):
        column, row = ~mask[b, :, x], ~mask[b, y, :]
        fractions = (column[: y + 1].sum() / (column.sum() + eps), row[: x + 1].sum() / (row.sum() + eps))
        for half, fraction in enumerate(fractions):
            for pair in range(num_feats // 2):
                angle = fraction * scale / temperature ** (2 * pair / num_feats)
                channel = half * num_feats + 2 * pair
                out[b, channel : channel + 2, y, x] = math.sin(angle), math.cos(angle)
    return out


def ideal_bytes(mask, num_feats=128, *options):
    """4 written per element; the mask and the two scans are small beside it."""
    return 4 * mask.size * 2 * num_feats + mask.nbytes


def make_args(size, rng):
    batch, height, width = size["shape"]
    mask = np.zeros((batch, height, width), bool)
    for image in range(batch):
        mask[image, height - image * height // 8 :, :] = True
        mask[image, :, width - (image + 1) * width // 8 :] = True
    mask[:, : height // 2, : width // 2] = False
    return mask, size["feats"]


CASES = (
    Case(
        name="sine_pos",
        function=sine_pos,
        make_args=make_args,
        reference=reference,
        sizes={
            "S": dict(shape=(1, 13, 21), feats=128),
            "R": dict(shape=(2, 25, 42), feats=128),
            "L": dict(shape=(2, 100, 168), feats=128),
        },
        same_kind=(dict(shape=(2, 25, 42), feats=64), dict(shape=(2, 30, 37), feats=64)),
        kernels=IDEAL_KERNELS,
        ideal_bytes=ideal_bytes,
        empty=dict(shape=(1, 13, 0), feats=128),
        ulp=8,
        ulp_scale=2 * math.pi,
        ulp_reason="sin and cos of an angle up to 2 pi that carries the error of a power (4 ulp)",
    ),
)
