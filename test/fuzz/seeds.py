#!/usr/bin/env python3
"""seeds.py OUT [ELENA_OPT]: the seed corpus of elena-pipeline-fuzzer.

Each program of test/**/*.mlir (between the `// -----`) becomes a file of the folder OUT, without its comments; with
ELENA_OPT also its bytecode, where it parses.
"""

import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]


def programs():
    """(name, text) of each program of the tests."""
    for file in sorted(TESTS.glob("**/*.mlir")):
        for number, part in enumerate(file.read_text().split("// -----")):
            lines = [line for line in part.splitlines() if line.strip() and not line.strip().startswith("//")]
            if lines:
                yield f"{file.parent.name}-{file.stem}-{number}", "\n".join(lines) + "\n"


def bytecode(opt, text):
    result = subprocess.run([opt, "--emit-bytecode", "-o", "-", "-"], input=text.encode(), capture_output=True)
    return result.stdout if result.returncode == 0 else None


def main(out, opt=None):
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in programs():
        (folder / f"{name}.mlir").write_text(text)
        code = bytecode(opt, text) if opt else None
        if code:
            (folder / f"{name}.mlirbc").write_bytes(code)
    print(f"seeds: {len(list(folder.iterdir()))} files in {folder}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
