"""JAX: a functional restatement under jit, on arrays that are on the device already.

Arguments that are not arrays are constants of the compiled function. A case that writes an argument is stated
as a function that also returns that argument's new value; its buffer is donated, and the next call gets it back.
"""

import inspect

import jax
import jax.numpy as jnp
import numpy as np

from bench.peers.base import Peer, Program, converted, split, statement


class JaxPeer(Peer):
    def version(self) -> str:
        return f"JAX {jax.__version__}"

    def build(self, case, args, threads):
        stated = statement(case, "jax_")(jnp)
        arrays, place = split(args)
        names = list(inspect.signature(case.function).parameters)
        written = [names.index(name) for name in case.writes]
        if any(not isinstance(args[k], np.ndarray) for k in written):
            raise NotImplementedError("an argument that is written and is not an array")
        donated = tuple(next(k for k, array in enumerate(arrays) if array is args[w]) for w in written)
        compiled = jax.jit(lambda *items: stated(*place(items)), donate_argnums=donated)
        held = [jnp.array(array) for array in arrays]  # copies: donated buffers must be JAX's own

        def pure():
            return jax.block_until_ready(compiled(*held))

        def threaded():
            result, *new = jax.block_until_ready(compiled(*held))
            for k, value in zip(donated, new):
                held[k] = value
            return result

        def after(_):
            return place([np.asarray(item) for item in held])

        return Program(
            threaded if donated else pure,
            (),
            result=lambda value: converted(value, jax.Array, np.asarray),
            written=after,
        )


JIT = JaxPeer("JAX")
