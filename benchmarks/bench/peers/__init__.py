"""The peers: one module each, with one object per way of running a case (`ALL` lists them)."""

import importlib
import importlib.util
from pathlib import Path

from bench.peers.base import Peer

# name -> (module, attribute); the order is that of tables.
ALL = {
    "NumPy": ("numpy_", "NUMPY"),
    "Elena": ("elena_", "FUSED"),
    "Elena noviews": ("elena_", "NO_VIEWS"),
    "Elena unfused": ("elena_", "UNFUSED"),
    "C++": ("native", "NATIVE"),
    "Numba": ("numba_", "AS_IT_IS"),
    "Numba loops": ("numba_", "LOOPS"),
    "JAX": ("jax_", "JIT"),
    "torch": ("torch_", "EAGER"),
    "torch.compile": ("torch_", "COMPILED"),
    "TorchScript": ("torch_", "SCRIPT"),
}


def load(name: str) -> Peer:
    """The peer of that name, or `PEER` of a Python file; ImportError where what it needs is not installed."""
    if name.endswith(".py"):
        spec = importlib.util.spec_from_file_location(Path(name).stem, name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.PEER
    module, attribute = ALL[name]
    return getattr(importlib.import_module(f"bench.peers.{module}"), attribute)


def label(name: str) -> str:
    """What tables call it."""
    return Path(name).stem if name.endswith(".py") else name
