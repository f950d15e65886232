"""Numba: the NumPy source as it is, and loops as an expert writes them."""

import sys

import numba
from numba.core.errors import NumbaError

from bench.peers.base import Peer, Program, statement


class NumbaPeer(Peer):
    refusals = (NumbaError,)

    def version(self) -> str:
        return f"Numba {numba.__version__}"


class AsItIs(NumbaPeer):
    def build(self, case, args, threads):
        # Other functions of the module that the case calls are compiled when it first calls them.
        module = sys.modules[case.function.__module__]
        for name, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__module__", None) == module.__name__ and value is not case.function:
                if not isinstance(value, type) and hasattr(value, "__code__"):
                    setattr(module, name, numba.njit(value))
        return Program(numba.njit(case.function), args, args)


class Loops(NumbaPeer):
    def build(self, case, args, threads):
        loops = statement(case, "numba_loops_")(numba)
        return Program(numba.njit(loops, parallel=threads > 1), args, args)


AS_IT_IS = AsItIs("Numba")
LOOPS = Loops("Numba loops")
