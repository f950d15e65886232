"""A program: a function, the arguments of its calls, and the text that shows both."""

from __future__ import annotations

import functools
import itertools
import linecache
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .arguments import DATA, Arguments
from .statements import Statement, indented, simpler_bodies

_numbers = itertools.count()

#: What a printed program does when it is run: a plain comparison, without this package.
_COMPARISON = '''
def same(a, b):
    """Equal types, dtypes, shapes and bits."""
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))
    kinds = type(a) is type(b) and np.shape(a) == np.shape(b) and getattr(a, "dtype", 0) == getattr(b, "dtype", 0)
    return kinds and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def sharing(results, bases):
    """Which results share memory with which bases, and with each other."""
    arrays = [r for r in (results if isinstance(results, tuple) else (results,)) if isinstance(r, np.ndarray)]
    return [[np.shares_memory(array, other) for other in bases + arrays] for array in arrays]


if __name__ == "__main__":
    expected_bases, expected_args = make_args()
    actual_bases, actual_args = make_args()
    expected, actual = f(*expected_args), compile(f)(*actual_args)
    print("results:", "equal" if same(expected, actual) else f"NumPy {expected!r}\\n     not {actual!r}")
    for k, (a, b) in enumerate(zip(expected_bases, actual_bases)):
        print(f"base {k}:", "equal" if same(a, b) else f"NumPy {a!r}\\n     not {b!r}")
    equal = sharing(expected, expected_bases) == sharing(actual, actual_bases)
    print("shared memory:", "equal" if equal else "differs")
'''


@dataclass(frozen=True)
class Program:
    """`body` with the calls it is checked on; the first call is the one it was drawn for."""

    calls: tuple[Arguments, ...]
    body: tuple[Statement, ...]
    results: tuple[str, ...]  # names; one is returned alone, none is None
    label: str = ""

    def function_lines(self) -> list[str]:
        returned = ", ".join(self.results)
        lines = [line for statement in self.body for line in statement.lines()]
        return [f"def f({', '.join(self.calls[0].names())}):", *indented([*lines, f"return {returned}".rstrip()])]

    def function_source(self) -> str:
        return "\n".join(self.function_lines()) + "\n"

    def watched_source(self) -> str:
        lines = [line for statement in self.body for line in statement.watched_lines()]
        header = f"def f({', '.join(self.calls[0].names())}):"
        returned = "".join(f"{name}, " for name in self.results)
        return "\n".join([header, *indented([*lines, f"return ({returned})"])]) + "\n"

    def source(self, call: int = 0, compiler: str = "import elena\n\ncompile = elena.jit") -> str:
        """A script that compares the compiled function with NumPy. `compiler`: lines that define `compile`."""
        parts = ["import numpy as np", compiler, "", DATA, "", self.calls[call].source(), "", self.function_source()]
        return "\n".join(parts) + "\n" + _COMPARISON

    def function(self) -> types.FunctionType:
        """The function, from a text that `inspect.getsource` and the like can find."""
        return load(self.function_source(), f"fuzzed_{next(_numbers)}.py")

    def statements(self) -> int:
        return sum(statement.count() for statement in self.body)

    def dtypes(self) -> set[str]:
        return {item.dtype for item in self.calls[0].items if hasattr(item, "dtype")}

    def simpler(self) -> Iterator[Program]:
        """Programs with less in them, the boldest cuts first."""
        for k in range(len(self.calls)):
            if len(self.calls) > 1:
                yield replace(self, calls=(*self.calls[:k], *self.calls[k + 1 :]))
        for body in simpler_bodies(self.body):
            yield replace(self, body=body)
        for k in range(len(self.results)):
            yield replace(self, results=(*self.results[:k], *self.results[k + 1 :]))
        if unused := self.unused_arguments():
            yield replace(self, calls=tuple(call.without(unused) for call in self.calls))
        for k, call in enumerate(self.calls):
            for arguments in call.simpler():
                yield replace(self, calls=(*self.calls[:k], arguments, *self.calls[k + 1 :]))

    def unused_arguments(self) -> set[str]:
        used = set(self.results).union(*(statement.names() for statement in self.body))
        return set(self.calls[0].names()) - used


_code = functools.lru_cache(16)(compile)  # the same for each call of a program, and under several names


def load(source: str, file: str, **names: Callable) -> types.FunctionType:
    """The function `f` of a source text, with `np` and `names` as globals."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace = {"np": np, "__name__": file.removesuffix(".py"), **names}
    exec(_code(source, "f.py", "exec"), namespace)
    function = namespace["f"]
    function.__code__ = function.__code__.replace(co_filename=file)
    return function


def forget(function: types.FunctionType) -> None:
    """Drops the text that `load` kept: there are many programs."""
    linecache.cache.pop(function.__code__.co_filename, None)
