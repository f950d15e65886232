"""Files of a lowered function."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lowered import Lowered

_TEXTS = (".mlir", ".ll", ".s")
_GRAPHS = (".dot", ".svg")
_OBJECTS = (".o", ".so")


def save(lowered: Lowered, path: Path) -> list[Path]:
    """Writes the file its suffix asks for; .o and .so come with a C header. Returns the paths written."""
    suffix = path.suffix
    if suffix not in (*_TEXTS, *_OBJECTS, ".ptx", ".h", *_GRAPHS):
        options = " ".join((*_TEXTS, *_OBJECTS, ".ptx", ".h", *_GRAPHS))
        raise ValueError(f"cannot save '{path.name}': the suffix must be one of {options}")
    if suffix in _GRAPHS:
        path.write_text(lowered.graph(suffix[1:]))
        return [path]
    _check_target(lowered, path)
    lowered.compiled.save(str(path))
    return [path, path.with_suffix(".h")] if suffix in _OBJECTS else [path]


def _check_target(lowered: Lowered, path: Path) -> None:
    if path.suffix in _OBJECTS and lowered.target != "cpu":
        raise ValueError(f"'{path.name}': object code is made for target='cpu'; save a .ptx for target='cuda'")
    if path.suffix == ".ptx" and lowered.target != "cuda":
        raise ValueError(f"'{path.name}': PTX is made for target='cuda': f.lower(..., target='cuda')")
