from viewbench.peers import out


def native_(base_sizes, scales, ratios, center_offset=0.0):
    anchors = out(len(base_sizes), len(ratios) * len(scales), 4)
    sizes = len(scales), len(ratios), len(base_sizes), *base_sizes
    return (scales, ratios, anchors), sizes, (center_offset,), list(anchors)


def numba_loops_(numba):
    import numpy as np

    def gen_base_anchors(base_sizes, scales, ratios, center_offset):
        levels, half = [], np.float32(0.5)
        for base_size in base_sizes:
            anchors = np.empty((ratios.size * scales.size, 4), np.float32)
            center, base = np.float32(center_offset * base_size), np.float32(base_size)
            for r in range(ratios.size):
                high = np.sqrt(ratios[r])
                wide = base * (np.float32(1) / high)
                high = base * high
                for k in range(scales.size):
                    row = r * scales.size + k
                    half_w, half_h = wide * scales[k] * half, high * scales[k] * half
                    anchors[row, 0] = center - half_w
                    anchors[row, 1] = center - half_h
                    anchors[row, 2] = center + half_w
                    anchors[row, 3] = center + half_h
            levels.append(anchors)
        return levels

    return gen_base_anchors


def jax_(jnp):
    def gen_base_anchors(base_sizes, scales, ratios, center_offset):
        high = jnp.sqrt(ratios)
        wide = 1 / high
        levels = []
        for base in base_sizes:
            center = center_offset * base
            ws = (base * wide[:, None] * scales[None, :]).reshape(-1)
            hs = (base * high[:, None] * scales[None, :]).reshape(-1)
            levels.append(jnp.stack([center - ws / 2, center - hs / 2, center + ws / 2, center + hs / 2], axis=-1))
        return levels

    return gen_base_anchors


def torch_(torch):
    def gen_base_anchors(base_sizes, scales, ratios, center_offset):
        high = torch.sqrt(ratios)
        wide = 1 / high
        levels = []
        for base in base_sizes:
            center = center_offset * base
            ws = (base * wide[:, None] * scales[None, :]).view(-1)
            hs = (base * high[:, None] * scales[None, :]).view(-1)
            levels.append(torch.stack([center - ws / 2, center - hs / 2, center + ws / 2, center + hs / 2], dim=-1))
        return levels

    return gen_base_anchors
