"""NumPy itself: the oracle."""

import numpy as np

from bench.peers.base import Peer, Program


class NumPyPeer(Peer):
    exact = True

    def version(self) -> str:
        return f"NumPy {np.__version__}"

    def build(self, case, args, threads):
        return Program(case.function, args, args)


NUMPY = NumPyPeer("NumPy")
