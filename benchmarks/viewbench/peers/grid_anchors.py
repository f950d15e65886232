from viewbench.peers import out


def native_(base_anchors, featmap_size, stride):
    height, width = featmap_size
    anchors = out(height * width * len(base_anchors), 4)
    return (base_anchors, anchors), (len(base_anchors), height, width, stride), (), anchors


def numba_loops_(numba):
    import numpy as np

    def grid_anchors(base_anchors, featmap_size, stride):
        count = base_anchors.shape[0]
        height, width = featmap_size
        anchors = np.empty((height * width * count, 4), np.float32)
        for y in numba.prange(height):
            shift_y = np.float32(y) * np.float32(stride)
            for x in range(width):
                shift_x = np.float32(x) * np.float32(stride)
                row = (y * width + x) * count
                for k in range(count):
                    anchors[row + k, 0] = base_anchors[k, 0] + shift_x
                    anchors[row + k, 1] = base_anchors[k, 1] + shift_y
                    anchors[row + k, 2] = base_anchors[k, 2] + shift_x
                    anchors[row + k, 3] = base_anchors[k, 3] + shift_y
        return anchors

    return grid_anchors


def jax_(jnp):
    def grid_anchors(base_anchors, featmap_size, stride):
        height, width = featmap_size
        x, y = jnp.meshgrid(jnp.arange(width, dtype=jnp.float32) * stride, jnp.arange(height, dtype=jnp.float32) * stride)
        x, y = x.reshape(-1), y.reshape(-1)
        shifts = jnp.stack([x, y, x, y], axis=-1)
        return (base_anchors[None] + shifts[:, None]).reshape(-1, 4)

    return grid_anchors


def torch_(torch):
    def grid_anchors(base_anchors, featmap_size, stride):
        height, width = featmap_size
        shift_x = torch.arange(width, dtype=torch.float32) * stride
        shift_y = torch.arange(height, dtype=torch.float32) * stride
        y, x = torch.meshgrid(shift_y, shift_x, indexing="ij")
        x, y = x.reshape(-1), y.reshape(-1)
        shifts = torch.stack([x, y, x, y], dim=-1)
        return (base_anchors[None] + shifts[:, None]).reshape(-1, 4)

    return grid_anchors
