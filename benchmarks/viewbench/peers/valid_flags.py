import numpy as np

from viewbench.peers import out


def native_(featmap_size, valid_size, num_base_anchors):
    height, width = featmap_size
    flags = out(height * width * num_base_anchors, dtype=bool)
    inside = min(valid_size[0], height), min(valid_size[1], width)
    return (flags,), (height, width, *inside, num_base_anchors), (), flags


def numba_loops_(numba):
    def valid_flags(featmap_size, valid_size, num_base_anchors):
        height, width = featmap_size
        row = width * num_base_anchors
        flags = np.empty(height * row, np.bool_)
        for y in numba.prange(height):
            ones = min(valid_size[1], width) * num_base_anchors if y < valid_size[0] else 0
            flags[y * row : y * row + ones] = True
            flags[y * row + ones : (y + 1) * row] = False
        return flags

    return valid_flags


def jax_(jnp):
    def valid_flags(featmap_size, valid_size, num_base_anchors):
        x = jnp.arange(featmap_size[1]) < valid_size[1]
        y = jnp.arange(featmap_size[0]) < valid_size[0]
        valid = (y[:, None] & x[None, :]).reshape(-1)
        return jnp.broadcast_to(valid[:, None], (valid.size, num_base_anchors)).reshape(-1)

    return valid_flags


def torch_(torch):
    def valid_flags(featmap_size, valid_size, num_base_anchors: int):
        x = torch.zeros(featmap_size[1], dtype=torch.bool)
        y = torch.zeros(featmap_size[0], dtype=torch.bool)
        x[: valid_size[1]] = 1
        y[: valid_size[0]] = 1
        valid = (y[:, None] & x[None, :]).reshape(-1)
        return valid[:, None].expand(valid.numel(), num_base_anchors).reshape(-1)

    return valid_flags
