"""A stack of LSTM layers over a sequence, the state kept in place. Source: LSTM.

Views: select, slice. In-place writes: `state_c[layer] = `, `state_h[layer] = `, `outputs[t] = `.
Control flow: loops over time steps and 10 layers.
"""

import math

import numpy as np

from viewbench.case import Case

LAYERS = 10
KERNELS_PER_CELL = 3  # two products and one map


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step(x, state_h, state_c, weights):
    """x: f32[B, D]; state_h, state_c: f32[layers, B, H], written; weights: per layer input f32[D, 4H],
    hidden f32[H, 4H] and bias f32[4H] -> a copy of the last layer's output f32[B, H].
    """
    hidden = state_h.shape[2]
    for layer, (w_input, w_hidden, bias) in enumerate(weights):
        gates = x @ w_input + state_h[layer] @ w_hidden + bias
        input_gate = sigmoid(gates[:, :hidden])
        forget_gate = sigmoid(gates[:, hidden : 2 * hidden])
        cell = np.tanh(gates[:, 2 * hidden : 3 * hidden])
        output_gate = sigmoid(gates[:, 3 * hidden :])
        state_c[layer] = forget_gate * state_c[layer] + input_gate * cell
        state_h[layer] = output_gate * np.tanh(state_c[layer])
        x = state_h[layer]
    return x.copy()


def lstm_stack(xs, state_h, state_c, weights):
    """xs: f32[T, B, D]; the rest as above -> f32[T, B, H]."""
    outputs = np.empty((xs.shape[0], *state_h.shape[1:]), dtype=np.float32)
    for t in range(xs.shape[0]):
        outputs[t] = lstm_step(xs[t], state_h, state_c, weights)
    return outputs


def step_reference(x, state_h, state_c, weights):
    return stack_reference(x[None], state_h, state_c, weights)[0]


def stack_reference(xs, state_h, state_c, weights):
    """In double precision, all time steps of one layer before the next layer."""
    sequence = xs.astype(np.float64)
    for layer, matrices in enumerate(weights):
        w, u, b = (matrix.astype(np.float64) for matrix in matrices)
        h, c = state_h[layer].astype(np.float64), state_c[layer].astype(np.float64)
        outputs = []
        for x in sequence:
            i, f, g, o = np.split(np.einsum("bd,dg->bg", x, w) + np.einsum("bd,dg->bg", h, u) + b, 4, axis=1)
            i, f, o = (0.5 * (1 + np.tanh(gate / 2)) for gate in (i, f, o))
            c = f * c + i * np.tanh(g)
            h = o * np.tanh(c)
            outputs.append(h)
        state_h[layer], state_c[layer] = h, c
        sequence = np.array(outputs).reshape(len(sequence), *h.shape)
    return sequence.astype(np.float32)


def ideal_bytes(x, state_h, state_c, weights):
    """Weights once per call; the state read and written, inputs read, outputs written."""
    matrices = sum(matrix.nbytes for layer in weights for matrix in layer)
    outputs = x.nbytes // x.shape[-1] * state_h.shape[2]
    return matrices + 2 * (state_h.nbytes + state_c.nbytes) + x.nbytes + outputs


def make_stack_args(size, rng):
    batch, hidden, layers = size["batch"], size["hidden"], size["layers"]

    def uniform(*shape):
        bound = 1 / math.sqrt(hidden)
        return rng.uniform(-bound, bound, shape).astype(np.float32)

    xs = rng.standard_normal((size["steps"], batch, hidden), dtype=np.float32)
    state_h = np.tanh(rng.standard_normal((layers, batch, hidden), dtype=np.float32))
    state_c = rng.standard_normal((layers, batch, hidden), dtype=np.float32)
    weights = [
        (uniform(hidden, 4 * hidden), uniform(hidden, 4 * hidden), uniform(4 * hidden)) for _ in range(layers)
    ]
    return xs, state_h, state_c, weights


def make_step_args(size, rng):
    xs, *rest = make_stack_args(dict(size, steps=1), rng)
    return xs[0], *rest


def sizes(steps):
    return {
        "S": dict(steps=steps[0], batch=1, hidden=256, layers=LAYERS),
        "R": dict(steps=steps[1], batch=1, hidden=256, layers=LAYERS),
        "L": dict(steps=steps[2], batch=16, hidden=256, layers=LAYERS),
    }


ULP = dict(
    ulp=16,
    ulp_scale=1.0,
    ulp_reason="products in another order, exp, tanh, and what they leave in the state; ulp are those of 1",
)

CASES = (
    Case(
        name="lstm_step",
        function=lstm_step,
        make_args=make_step_args,
        reference=step_reference,
        sizes=sizes((1, 1, 1)),
        same_kind=(dict(batch=5, hidden=24, layers=3), dict(batch=6, hidden=40, layers=3)),
        kernels=KERNELS_PER_CELL * LAYERS,
        ideal_bytes=ideal_bytes,
        writes=("state_h", "state_c"),
        **ULP,
    ),
    Case(
        name="lstm_stack",
        function=lstm_stack,
        make_args=make_stack_args,
        reference=stack_reference,
        sizes=sizes((2, 300, 50)),  # S: 50 steps once a loop is compiled as one; unrolled they are 12,100 kernels
        same_kind=(dict(steps=4, batch=5, hidden=24, layers=3), dict(steps=4, batch=6, hidden=40, layers=3)),
        kernels=KERNELS_PER_CELL * LAYERS,
        ideal_bytes=ideal_bytes,
        writes=("state_h", "state_c"),
        **ULP,
    ),
)
