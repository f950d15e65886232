"""The native module (python/src): the compiler and the dispatcher."""

from collections.abc import Callable
from typing import Any

class CompileError(RuntimeError): ...

class Compiled:
    entry: int
    entry_name: str
    kernels: list[dict[str, Any]]
    temporaries: list[dict[str, Any]]
    checks: list[tuple[str, str]]
    timings: dict[str, float]
    arguments: list[dict[str, Any]]
    results: list[dict[str, Any]]
    target: str
    chip: str
    traffic: list[dict[str, Any]] | None
    def reset_traffic(self) -> None: ...
    def measure_temporaries(self, words: list[int]) -> list[int]: ...
    def text(self, level: str) -> str: ...
    def object(self) -> bytes: ...
    def ptx(self) -> str: ...
    def c_header(self) -> str: ...
    def save(self, path: str) -> None: ...

class Dispatcher:
    """See elena._protocol."""

    calls: int
    guard_misses: int
    def __init__(
        self,
        trace_and_compile: Callable[[tuple, str], Any],
        normalize: Callable[..., tuple],
        refuse: Callable[[tuple], None],
        exact_count: int,
    ) -> None: ...
    def __call__(self, /, *args: Any, **kwargs: Any) -> Any: ...
    def clear(self) -> None: ...

class Emulator:
    """Runs the kernels of a compiled function on the host; see elena.testing.emulator."""

    kernels: list[str]
    reports: list[str]
    accesses: int
    def __init__(self, kernels: str) -> None: ...
    def reset(self) -> None: ...
    def add_range(self, start: int, bytes: int, name: str, writable: bool = True) -> None: ...
    def launch(self, kernel: int, threads: int, params: int, seed: int = 0) -> None: ...

def compile(
    text: str,
    *,
    alias: str = "apart",
    fuse: str = "full",
    without: list[str] = ...,
    target: str = "cpu",
    chip: str = "sm_90",
    cpu: str = "",
    features: str = "",
    triple: str = "",
    count_traffic: bool = False,
    ignore: list[str] = ...,
    strict: bool = False,
) -> Compiled: ...
def host() -> dict[str, str]: ...
def memory() -> dict[str, int]: ...
def set_memory_limit(bytes: int) -> None: ...
def release_memory() -> None: ...
