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


def tblr2bboxes_columns(priors, lrtb, normalizer=4.0, normalize_by_wh=True, max_shape=None):
    """Corners as (x2, y2, x1, y1), distances as (left, right, top, bottom): nothing is to be flipped."""
    loc = lrtb * normalizer
    centers = (priors[:, 2:4] + priors[:, 0:2]) / 2
    if normalize_by_wh:
        wh = priors[:, 0:2] - priors[:, 2:4]
        w, h = wh[:, 0:1], wh[:, 1:2]
        loc[:, 2:] *= h
        loc[:, :2] *= w
    top_left = centers - loc[:, 0::2]
    bottom_right = centers + loc[:, 1::2]
    bboxes = np.concatenate([bottom_right, top_left], axis=1)
    if max_shape is not None:
        height, width = max_shape
        np.clip(bboxes[:, 0::2], 0, width, out=bboxes[:, 0::2])
        np.clip(bboxes[:, 1::2], 0, height, out=bboxes[:, 1::2])
    return bboxes


def tsm_shift_columns(x, num_segments, shift_div=8):
    """The channels that come from the segment before are the first."""
    frames, channels, height, width = x.shape
    x = x.reshape(frames // num_segments, num_segments, channels, height, width)
    fold = channels // shift_div
    out = np.zeros_like(x)
    out[:, 1:, :fold] = x[:, :-1, :fold]
    out[:, :-1, fold : 2 * fold] = x[:, 1:, fold : 2 * fold]
    out[:, :, 2 * fold :] = x[:, :, 2 * fold :]
    return out.reshape(frames, channels, height, width)


def delta2bbox_batch(rois, deltas, means, stds, max_shape, wh_ratio_clip=16 / 1000):
    """rois: f32[B, N, 4]; deltas: f32[B, N, 4*C]."""
    batch, num_rois, columns = deltas.shape
    deltas = deltas.reshape(batch, -1, 4)
    denorm = deltas * np.array(stds, dtype=np.float32) + np.array(means, dtype=np.float32)
    rois = np.repeat(rois, columns // 4, axis=1)
    dxy = denorm[..., :2]
    dwh = denorm[..., 2:]
    pxy = (rois[..., :2] + rois[..., 2:]) * 0.5
    pwh = rois[..., 2:] - rois[..., :2]
    max_ratio = abs(math.log(wh_ratio_clip))
    dwh = np.clip(dwh, -max_ratio, max_ratio)
    gxy = pxy + pwh * dxy
    gwh = pwh * np.exp(dwh)
    bboxes = np.concatenate([gxy - gwh * 0.5, gxy + gwh * 0.5], axis=-1)
    height, width = max_shape
    np.clip(bboxes[..., 0::2], 0, width, out=bboxes[..., 0::2])
    np.clip(bboxes[..., 1::2], 0, height, out=bboxes[..., 1::2])
    return bboxes.reshape(batch, num_rois, columns)


def off_diag_loss_batch(c):
    """c: f32[B, n, n] -> f32[B]."""
    batch, n, _ = c.shape
    off = c.reshape(batch, -1)[:, :-1].reshape(batch, n - 1, n + 1)[:, :, 1:].reshape(batch, -1)
    off = off**2
    return off.sum(axis=-1)


def nms_prepare_batch(boxes, scores, score_thr=0.05):
    """boxes: f32[B, N, 4]; scores: f32[B, N, C+1]."""
    scores = scores[..., :-1]
    batch, num_boxes, num_classes = scores.shape
    shape = (batch, num_boxes, num_classes)
    candidates = np.broadcast_to(boxes[:, :, None], (*shape, 4)).reshape(batch, -1, 4)
    labels = np.broadcast_to(np.arange(num_classes), shape).reshape(batch, -1)
    keep = scores.reshape(batch, -1) > score_thr
    max_coordinate = boxes.max(axis=(1, 2))
    offsets = labels.astype(np.float32) * (max_coordinate[:, None] + 1)
    return candidates + offsets[..., None], labels, keep
