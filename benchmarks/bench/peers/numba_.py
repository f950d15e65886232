"""Numba: the NumPy source as it is, and loops as an expert writes them."""

import sys
import types

import numba
from numba.core.errors import NumbaError

from bench.peers.base import Peer, Program, statement


class NumbaPeer(Peer):
    refusals = (NumbaError,)

    def version(self) -> str:
        return f"Numba {numba.__version__}"


class AsItIs(NumbaPeer):
    def build(self, case, args, threads):
        return Program(compiled_with_helpers(case.function), args, args)


def compiled_with_helpers(function):
    """The function compiled in a copy of its module's names, where the other functions of the module are, too.

    The module itself stays as it is: its functions are what results are compared with.
    """
    names = dict(vars(sys.modules[function.__module__]))

    def compiled(own):
        copy = types.FunctionType(own.__code__, names, own.__name__, own.__defaults__, own.__closure__)
        return numba.njit(copy)

    for name, value in list(names.items()):
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            names[name] = compiled(value)
    return compiled(function)


class Loops(NumbaPeer):
    def build(self, case, args, threads):
        loops = statement(case, "numba_loops_")(numba)
        return Program(numba.njit(loops, parallel=threads > 1), args, args)


AS_IT_IS = AsItIs("Numba")
LOOPS = Loops("Numba loops")
