"""Elena with all of fusion, and its two ablations."""

import elena

from bench.peers.base import Peer, Program


class ElenaPeer(Peer):
    exact = True
    whole = True
    refusals = (elena.UnsupportedError,)

    def __init__(self, name: str, fuse):
        super().__init__(name)
        self.fuse = fuse

    def version(self) -> str:
        return f"Elena {getattr(elena, '__version__', '?')}"

    def build(self, case, args, threads):
        if threads > 1 and hasattr(elena, "set_num_threads"):
            elena.set_num_threads(threads)
        return Program(elena.jit(case.function, fuse=self.fuse), args, args)


FUSED = ElenaPeer("Elena", True)
NO_VIEWS = ElenaPeer("Elena noviews", "noviews")
UNFUSED = ElenaPeer("Elena unfused", False)
