"""ViewBench functions with their columns in another order, or with an axis in front."""

import math

import numpy as np


def offset2bbox_columns(boxes, offset):
    """Corners as (y2, x2, y1, x1), offsets as (dh, dw, dy, dx)."""
    widths = boxes[:, 1] - boxes[:, 3] + 1
    heights = boxes[:, 0] - boxes[:, 2] + 1
    ctr_x = boxes[:, 3] + 0.5 * widths
    ctr_y = boxes[:, 2] + 0.5 * heights
    dx, dy = offset[:, 3::4], offset[:, 2::4]
    dw = np.minimum(offset[:, 1::4], math.log(1000 / 16))
    dh = np.minimum(offset[:, 0::4], math.log(1000 / 16))
    pred_ctr_x = dx * widths[:, None] + ctr_x[:, None]
    pred_ctr_y = dy * heights[:, None] + ctr_y[:, None]
    pred_w = np.exp(dw) * widths[:, None]
    pred_h = np.exp(dh) * heights[:, None]
    pred = np.zeros(offset.shape, dtype=offset.dtype)
    pred[:, 3::4] = pred_ctr_x - pred_w / 2
    pred[:, 2::4] = pred_ctr_y - pred_h / 2
    pred[:, 1::4] = pred_ctr_x + pred_w / 2 - 1
    pred[:, 0::4] = pred_ctr_y + pred_h / 2 - 1
    return pred


def offset2bbox_batch(boxes, offset):
    """boxes: f32[B, N, 4]; offset: f32[B, N, 4*C]."""
    widths = boxes[..., 2] - boxes[..., 0] + 1
    heights = boxes[..., 3] - boxes[..., 1] + 1
    ctr_x = boxes[..., 0] + 0.5 * widths
    ctr_y = boxes[..., 1] + 0.5 * heights
    dx, dy = offset[..., 0::4], offset[..., 1::4]
    dw = np.minimum(offset[..., 2::4], math.log(1000 / 16))
    dh = np.minimum(offset[..., 3::4], math.log(1000 / 16))
    pred_ctr_x = dx * widths[..., None] + ctr_x[..., None]
    pred_ctr_y = dy * heights[..., None] + ctr_y[..., None]
    pred_w = np.exp(dw) * widths[..., None]
    pred_h = np.exp(dh) * heights[..., None]
    pred = np.zeros(offset.shape, dtype=offset.dtype)
    pred[..., 0::4] = pred_ctr_x - pred_w / 2
    pred[..., 1::4] = pred_ctr_y - pred_h / 2
    pred[..., 2::4] = pred_ctr_x + pred_w / 2 - 1
    pred[..., 3::4] = pred_ctr_y + pred_h / 2 - 1
    return pred


def ssd_decode_columns(loc, priors, variances=(0.1, 0.2)):
    """(w, h, cx, cy) -> (x2, y2, x1, y1)."""
    boxes = np.concatenate(
        [
            priors[:, :2] * np.exp(loc[:, :2] * variances[1]),
            priors[:, 2:] + loc[:, 2:] * variances[0] * priors[:, :2],
        ],
        axis=1,
    )
    boxes[:, 2:] -= boxes[:, :2] / 2
    boxes[:, :2] += boxes[:, 2:]
    return boxes


def ssd_decode_batch(loc, priors, variances=(0.1, 0.2)):
    """f32[B, N, 4] both."""
    boxes = np.concatenate(
        [
            priors[..., :2] + loc[..., :2] * variances[0] * priors[..., 2:],
            priors[..., 2:] * np.exp(loc[..., 2:] * variances[1]),
        ],
        axis=-1,
    )
    boxes[..., :2] -= boxes[..., 2:] / 2
    boxes[..., 2:] += boxes[..., :2]
    return boxes


def bbox_overlaps_columns(a, b, eps=1e-6):
    """(x2, y2, x1, y1)."""
    area_a = (a[:, 0] - a[:, 2]) * (a[:, 1] - a[:, 3])
    area_b = (b[:, 0] - b[:, 2]) * (b[:, 1] - b[:, 3])
    lt = np.maximum(a[:, None, 2:], b[None, :, 2:])
    rb = np.minimum(a[:, None, :2], b[None, :, :2])
    wh = np.clip(rb - lt, 0, None)
    overlap = wh[..., 0] * wh[..., 1]
    union = np.maximum(area_a[:, None] + area_b[None, :] - overlap, eps)
    return overlap / union


def bbox_overlaps_batch(a, b, eps=1e-6):
    """a: f32[B, N, 4]; b: f32[B, M, 4] -> f32[B, N, M]."""
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    lt = np.maximum(a[:, :, None, :2], b[:, None, :, :2])
    rb = np.minimum(a[:, :, None, 2:], b[:, None, :, 2:])
    wh = np.clip(rb - lt, 0, None)
    overlap = wh[..., 0] * wh[..., 1]
    union = np.maximum(area_a[:, :, None] + area_b[:, None, :] - overlap, eps)
    return overlap / union


def grid_anchors_columns(base_anchors, featmap_size, stride):
    """Anchors as (y1, x1, y2, x2)."""
    feat_h, feat_w = featmap_size
    shift_x = np.arange(feat_w, dtype=np.float32) * stride
    shift_y = np.arange(feat_h, dtype=np.float32) * stride
    shift_xx, shift_yy = np.meshgrid(shift_x, shift_y)
    shift_xx = shift_xx.reshape(-1)
    shift_yy = shift_yy.reshape(-1)
    shifts = np.stack([shift_yy, shift_xx, shift_yy, shift_xx], axis=-1)
    anchors = base_anchors[None, :, :] + shifts[:, None, :]
    return anchors.reshape(-1, 4)


def grid_anchors_batch(base_anchors, featmap_size, stride):
    """base_anchors: f32[B, A, 4] -> f32[B, H*W*A, 4]."""
    feat_h, feat_w = featmap_size
    shift_x = np.arange(feat_w, dtype=np.float32) * stride
    shift_y = np.arange(feat_h, dtype=np.float32) * stride
    shift_xx, shift_yy = np.meshgrid(shift_x, shift_y)
    shift_xx = shift_xx.reshape(-1)
    shift_yy = shift_yy.reshape(-1)
    shifts = np.stack([shift_xx, shift_yy, shift_xx, shift_yy], axis=-1)
    anchors = base_anchors[:, None, :, :] + shifts[None, :, None, :]
    return anchors.reshape(base_anchors.shape[0], -1, 4)


def bbox2delta_columns(proposals, gt, means=(0.0, 0.0, 0.0, 0.0), stds=(0.2, 0.2, 0.1, 0.1)):
    """Corners as (x2, y2, x1, y1), deltas as (dw, dh, dx, dy)."""
    px = (proposals[..., 2] + proposals[..., 0]) * 0.5
    py = (proposals[..., 3] + proposals[..., 1]) * 0.5
    pw = proposals[..., 0] - proposals[..., 2]
    ph = proposals[..., 1] - proposals[..., 3]
    gx = (gt[..., 2] + gt[..., 0]) * 0.5
    gy = (gt[..., 3] + gt[..., 1]) * 0.5
    gw = gt[..., 0] - gt[..., 2]
    gh = gt[..., 1] - gt[..., 3]
    deltas = np.stack([np.log(gw / pw), np.log(gh / ph), (gx - px) / pw, (gy - py) / ph], axis=-1)
    deltas -= np.array(means, dtype=np.float32)[None, :]
    deltas /= np.array(stds, dtype=np.float32)[None, :]
    return deltas
