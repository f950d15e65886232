from viewbench.peers import out


def native_(a, b, mode="iou", eps=1e-6):
    overlaps = out(len(a), len(b))
    scratch = out(5, len(b) + 16)
    return (a, b, overlaps, scratch), (len(a), len(b), mode != "iou"), (eps,), overlaps


def numba_loops_(numba):
    import numpy as np

    def bbox_overlaps(a, b, mode, eps=1e-6):
        n, m = a.shape[0], b.shape[0]
        out = np.empty((n, m), np.float32)
        columns = np.empty((5, m), np.float32)
        zero, least = np.float32(0), np.float32(eps)
        for j in range(m):
            for k in range(4):
                columns[k, j] = b[j, k]
            columns[4, j] = (b[j, 2] - b[j, 0]) * (b[j, 3] - b[j, 1])
        giou = mode != "iou"
        for i in numba.prange(n):
            x1, y1, x2, y2 = a[i, 0], a[i, 1], a[i, 2], a[i, 3]
            area = (x2 - x1) * (y2 - y1)
            for j in range(m):
                bx1, by1, bx2, by2 = columns[0, j], columns[1, j], columns[2, j], columns[3, j]
                width = max(min(x2, bx2) - max(x1, bx1), zero)
                height = max(min(y2, by2) - max(y1, by1), zero)
                overlap = width * height
                union = max(area + columns[4, j] - overlap, least)
                iou = overlap / union
                if giou:
                    outer_w = max(max(x2, bx2) - min(x1, bx1), zero)
                    outer_h = max(max(y2, by2) - min(y1, by1), zero)
                    enclosed = max(outer_w * outer_h, least)
                    iou = iou - (enclosed - union) / enclosed
                out[i, j] = iou
        return out

    return bbox_overlaps


def jax_(jnp):
    def bbox_overlaps(a, b, mode, eps=1e-6):
        area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
        area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
        lt = jnp.maximum(a[:, None, :2], b[None, :, :2])
        rb = jnp.minimum(a[:, None, 2:], b[None, :, 2:])
        wh = jnp.maximum(rb - lt, 0)
        overlap = wh[..., 0] * wh[..., 1]
        union = jnp.maximum(area_a[:, None] + area_b[None, :] - overlap, eps)
        if mode == "iou":
            return overlap / union
        lt = jnp.minimum(a[:, None, :2], b[None, :, :2])
        rb = jnp.maximum(a[:, None, 2:], b[None, :, 2:])
        wh = jnp.maximum(rb - lt, 0)
        enclosed = jnp.maximum(wh[..., 0] * wh[..., 1], eps)
        return overlap / union - (enclosed - union) / enclosed

    return bbox_overlaps


def torch_(torch):
    def bbox_overlaps(a, b, mode, eps=1e-6):
        area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
        area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
        lt = torch.maximum(a[:, None, :2], b[None, :, :2])
        rb = torch.minimum(a[:, None, 2:], b[None, :, 2:])
        wh = (rb - lt).clamp(min=0)
        overlap = wh[..., 0] * wh[..., 1]
        union = (area_a[:, None] + area_b[None, :] - overlap).clamp(min=eps)
        ious = overlap / union
        if mode == "iou":
            return ious
        lt = torch.minimum(a[:, None, :2], b[None, :, :2])
        rb = torch.maximum(a[:, None, 2:], b[None, :, 2:])
        wh = (rb - lt).clamp(min=0)
        enclosed = (wh[..., 0] * wh[..., 1]).clamp(min=eps)
        return ious - (enclosed - union) / enclosed

    return bbox_overlaps
