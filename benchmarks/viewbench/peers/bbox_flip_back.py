from viewbench.peers import out


def native_(bboxes, img_shape, direction, scale_factor):
    boxes = out(*bboxes.shape)
    sizes = bboxes.size // 4, direction != "vertical", direction != "horizontal"
    return (bboxes, scale_factor, boxes), sizes, img_shape, boxes


def numba_loops_(numba):
    import numpy as np

    def bbox_flip_back(bboxes, img_shape, direction, scale_factor):
        flipped = np.empty_like(bboxes)
        height, width = np.float32(img_shape[0]), np.float32(img_shape[1])
        in_x, in_y = direction != "vertical", direction != "horizontal"
        s0, s1, s2, s3 = scale_factor[0], scale_factor[1], scale_factor[2], scale_factor[3]
        for i in numba.prange(bboxes.shape[0]):
            for k in range(0, bboxes.shape[1], 4):
                x1, y1, x2, y2 = bboxes[i, k], bboxes[i, k + 1], bboxes[i, k + 2], bboxes[i, k + 3]
                if in_x:
                    x1, x2 = width - x2, width - x1
                if in_y:
                    y1, y2 = height - y2, height - y1
                flipped[i, k] = x1 / s0
                flipped[i, k + 1] = y1 / s1
                flipped[i, k + 2] = x2 / s2
                flipped[i, k + 3] = y2 / s3
        return flipped

    return bbox_flip_back


def jax_(jnp):
    def bbox_flip_back(bboxes, img_shape, direction, scale_factor):
        boxes = bboxes.reshape(-1, 4)
        x, y = boxes[:, 0::2], boxes[:, 1::2]
        if direction != "vertical":
            x = img_shape[1] - x[:, ::-1]
        if direction != "horizontal":
            y = img_shape[0] - y[:, ::-1]
        return (jnp.stack([x, y], axis=-1).reshape(-1, 4) / scale_factor).reshape(bboxes.shape)

    return bbox_flip_back


def torch_(torch):
    def bbox_flip_back(bboxes, img_shape, direction, scale_factor):
        height, width = img_shape
        flipped = bboxes.clone()
        if direction != "vertical":
            flipped[..., 0::4] = width - bboxes[..., 2::4]
            flipped[..., 2::4] = width - bboxes[..., 0::4]
        if direction != "horizontal":
            flipped[..., 1::4] = height - bboxes[..., 3::4]
            flipped[..., 3::4] = height - bboxes[..., 1::4]
        return (flipped.view(-1, 4) / scale_factor).view(bboxes.shape)

    return bbox_flip_back
