"""What a peer is made of."""

import importlib
import importlib.util
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

STATEMENTS = "viewbench.peers"


class NotWritten(Exception):
    """Nobody has stated this case for this peer."""


@dataclass
class Program:
    """A case made ready for one peer: `function(*arguments)` is what is timed.

    arrays: the NumPy arrays that the peer reads and writes in place (the case's arguments).
    result: what the function returns -> the same with NumPy arrays.
    written: what the function returned -> the case's arguments after the call, where they are not in `arrays`.
    """

    function: Callable
    arguments: tuple
    arrays: tuple = ()
    result: Callable[[Any], Any] = lambda value: value
    written: Callable[[Any], tuple] | None = None

    def run(self, calls: int) -> float:
        """Seconds that so many calls take."""
        function, arguments = self.function, self.arguments
        start = time.perf_counter()
        for _ in itertools.repeat(None, calls):
            function(*arguments)
        return time.perf_counter() - start

    def outcome(self) -> tuple[Any, tuple]:
        """One call: its result and the case's arguments after it, as NumPy has them."""
        value = self.function(*self.arguments)
        return self.result(value), self.written(value) if self.written else self.arrays


class Peer:
    """One way of running a case.

    exact: held to the case's own tolerance; others to `check.ROUNDING`, and may widen to float64 (which is said).
    whole: compared with NumPy in memory layout and sharing, too.
    refusals: exceptions that say the peer does not take this program.
    """

    exact = False
    whole = False
    refusals: tuple[type[BaseException], ...] = ()

    def __init__(self, name: str):
        self.name = name

    def version(self) -> str:
        raise NotImplementedError

    def build(self, case, args: tuple, threads: int) -> Program:
        """`args` belong to the program from now on."""
        raise NotImplementedError


def statement(case, kind: str) -> Callable:
    """`<kind>` of viewbench/peers/<function of the case>.py."""
    name = f"{STATEMENTS}.{case.function.__name__}"
    module = importlib.import_module(name) if importlib.util.find_spec(name) else None
    if not hasattr(module, kind):
        raise NotWritten(f"no {kind} in {name}")
    return getattr(module, kind)


def split(args: tuple) -> tuple[tuple, Callable[[tuple], tuple]]:
    """The arrays among the arguments (lists of arrays included), and a function that puts others in their places."""
    arrays: list[np.ndarray] = []

    def collect(value):
        if isinstance(value, np.ndarray):
            arrays.append(value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                collect(item)

    def place(value, items):
        if isinstance(value, np.ndarray):
            return next(items)
        if isinstance(value, (list, tuple)):
            return type(value)(place(item, items) for item in value)
        return value

    collect(args)
    return tuple(arrays), lambda items: place(args, iter(items))


def converted(tree: Any, kind: type | tuple, convert: Callable) -> Any:
    """The tree of tuples, lists and dicts with every leaf of that type converted."""
    if isinstance(tree, kind):
        return convert(tree)
    if isinstance(tree, (list, tuple)):
        return type(tree)(converted(item, kind, convert) for item in tree)
    if isinstance(tree, dict):
        return {key: converted(item, kind, convert) for key, item in tree.items()}
    return tree
