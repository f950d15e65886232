from viewbench.peers import out


def native_(featmap_sizes, strides):
    points = out(sum(height * width for height, width in featmap_sizes), 2)
    levels = [number for (height, width), stride in zip(featmap_sizes, strides) for number in (height, width, stride)]
    return (points,), (len(strides), *levels), (), points


def numba_loops_(numba):
    import numpy as np

    def mlvl_points(featmap_sizes, strides):
        count = 0
        for height, width in featmap_sizes:
            count += height * width
        points = np.empty((count, 2), np.float32)
        half, start = np.float32(0.5), 0
        for level in range(len(strides)):
            height, width = featmap_sizes[level]
            stride = np.float32(strides[level])
            for y in numba.prange(height):
                for x in range(width):
                    points[start + y * width + x, 0] = (np.float32(x) + half) * stride
                    points[start + y * width + x, 1] = (np.float32(y) + half) * stride
            start += height * width
        return points

    return mlvl_points


def jax_(jnp):
    def mlvl_points(featmap_sizes, strides):
        levels = []
        for (height, width), stride in zip(featmap_sizes, strides):
            x = (jnp.arange(width, dtype=jnp.float32) + 0.5) * stride
            y = (jnp.arange(height, dtype=jnp.float32) + 0.5) * stride
            levels.append(jnp.stack([jnp.tile(x, height), jnp.repeat(y, width)], axis=1))
        return jnp.concatenate(levels, axis=0)

    return mlvl_points


def torch_(torch):
    def mlvl_points(featmap_sizes, strides):
        levels = []
        for (height, width), stride in zip(featmap_sizes, strides):
            x = (torch.arange(width, dtype=torch.float32) + 0.5) * stride
            y = (torch.arange(height, dtype=torch.float32) + 0.5) * stride
            shifts = torch.zeros((height * width, 2))
            shifts[:, 0] = x.repeat(height)
            shifts[:, 1] = y.repeat_interleave(width)
            levels.append(shifts)
        return torch.cat(levels)

    return mlvl_points
