import numpy as np

from viewbench.peers import out


def native_(src, mean, scale):
    image = out(*src.shape)
    return (src, mean, scale, image), (src.shape[0] * src.shape[1], src.dtype == np.uint8), (), image


def numba_loops_(numba):
    def normalize_bgr(src, mean, scale):
        height, width = src.shape[:2]
        image = np.empty((height, width, 3), np.float32)
        m0, m1, m2 = mean[0], mean[1], mean[2]
        s0, s1, s2 = scale[0], scale[1], scale[2]
        for y in numba.prange(height):
            for x in range(width):
                image[y, x, 0] = (np.float32(src[y, x, 2]) - m0) * s0
                image[y, x, 1] = (np.float32(src[y, x, 1]) - m1) * s1
                image[y, x, 2] = (np.float32(src[y, x, 0]) - m2) * s2
        return image

    return normalize_bgr


def jax_(jnp):
    def normalize_bgr(src, mean, scale):
        return (src[..., ::-1].astype(jnp.float32) - mean) * scale

    return normalize_bgr


def torch_(torch):
    def normalize_bgr(src, mean, scale):
        image = src.to(torch.float32, copy=True)
        image[..., 0] = src[..., 2]
        image[..., 2] = src[..., 0]
        return (image - mean) * scale

    return normalize_bgr
