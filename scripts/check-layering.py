#!/usr/bin/env python3
"""Checks who includes whom (docs/Architecture.md, "Layering").

A file may include headers of its own layer and of the layers left of it:

  Support, Math, Runtime <- Dialect/.../IR <- Analysis <- Transforms <- Conversion,
      Interpreter <- Pipelines, Target <- CAPI, tools <- python

Headers live in include/elena/<Layer>/..., sources in lib/<Layer>/..., tools/ and python/src/.

usage: check-layering.py [ROOT]
"""

import pathlib
import re
import sys

LAYERS = [
    ["Support", "Math", "Runtime"],
    ["Dialect"],
    ["Analysis"],
    ["Transforms"],
    ["Conversion", "Interpreter"],
    ["Pipelines", "Target"],
    ["CAPI", "tools"],
    ["python"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ORDER = " <- ".join(", ".join(names) for names in LAYERS)

SUFFIXES = {".h", ".hpp", ".cpp", ".c", ".td", ".inc", ".def"}
INCLUDE = re.compile(r'^\s*#?\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def layer_of(path):
    """The layer of a path relative to the root, as a tuple of parts; None if it is in no layer."""
    if path[:2] == ("include", "elena") or path[:2] == ("include", "elena-c"):
        below = path[2:] if path[1] == "elena" else ("CAPI",) + path[2:]
    elif path[:1] == ("lib",):
        below = path[1:]
    elif path[:1] == ("tools",):
        return "tools"
    elif path[:2] == ("python", "src"):
        return "python"
    else:
        return None
    if len(below) < 2:  # a header directly in include/elena, such as Version.h
        return "Support"
    # A dialect's own passes belong to the layer of their kind: Dialect/TensorRef/Transforms/...
    if below[0] == "Dialect" and len(below) > 3 and below[2] in RANK:
        return below[2]
    return below[0]


def target_of(root, source, name):
    """The included file relative to the root, as parts; None if it is not one of ours."""
    if name.startswith(("elena/", "elena-c/")):
        return ("include", *name.split("/"))
    try:
        return (source.parent / name).resolve().relative_to(root).parts if (source.parent / name).exists() else None
    except ValueError:
        return None


def check(root):
    root = pathlib.Path(root).resolve()
    errors, files = [], 0
    for top in ("include/elena", "include/elena-c", "lib", "tools", "python/src"):
        for source in sorted((root / top).rglob("*")):
            if source.suffix not in SUFFIXES or not source.is_file():
                continue
            files += 1
            relative = source.relative_to(root)
            layer = layer_of(relative.parts)
            if layer not in RANK:
                errors.append(f"{relative}:1: '{layer}' is no layer; the layers are: {ORDER}")
                continue
            for number, line in enumerate(source.read_text(errors="replace").splitlines(), 1):
                match = INCLUDE.match(line)
                target = match and target_of(root, source, match[1] or match[2])
                included = target and layer_of(target)
                if not included:
                    continue
                if included not in RANK:
                    errors.append(f"{relative}:{number}: includes '{match[1] or match[2]}', which is in no layer ({ORDER})")
                elif RANK[included] > RANK[layer]:
                    errors.append(
                        f"{relative}:{number}: {layer} may not include {included} "
                        f"('{match[1] or match[2]}'); allowed, left to right only: {ORDER}"
                    )
    return errors, files


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    errors, files = check(root)
    print("\n".join(errors) if errors else f"layering: {files} files are fine")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
