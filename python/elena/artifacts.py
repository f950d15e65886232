"""Files of a lowered function."""

from __future__ import annotations

import errno
import os
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
    _check_writable(path)
    if suffix in _OBJECTS:
        _check_writable(path.with_suffix(".h"))
    if suffix in _GRAPHS:
        path.write_text(lowered.graph(suffix[1:]))
        return [path]
    _check_target(lowered, path)
    lowered.compiled.save(str(path))
    return [path, path.with_suffix(".h")] if suffix in _OBJECTS else [path]


def _check_writable(path: Path) -> None:
    """The OSError of writing the file, before anything is made."""
    parent = path.parent
    if not parent.is_dir():
        number = errno.ENOTDIR if parent.exists() else errno.ENOENT
        raise OSError(number, os.strerror(number), str(parent))
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not os.access(path if path.exists() else parent, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _check_target(lowered: Lowered, path: Path) -> None:
    if path.suffix in _OBJECTS and lowered.target != "cpu":
        raise ValueError(f"'{path.name}': object code is made for target='cpu'; save a .ptx for target='cuda'")
    if path.suffix == ".ptx" and lowered.target != "cuda":
        raise ValueError(f"'{path.name}': PTX is made for target='cuda': f.lower(..., target='cuda')")
