"""The ```mlir examples in the TableGen descriptions of ops and passes.

An example of an op is a snippet: it uses values that it does not define. `complete` makes a module of
it, in which those values are arguments of a function. Their types are not guessed: MLIR's parser says
which type it expects.
"""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build"))
INCLUDE = ROOT / "include" / "elena"

FENCE = re.compile(r"^ *```mlir\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"%[A-Za-z_]\w*")

# What has to be around a snippet that does not stand for itself; {} is the snippet.
CONTEXT = {
    "tensorref.yield": "tensorref.map outs(%o : !tensorref.ref<4xf32>) {{\n{}\n}}",
    "tensorref.index": """tensorref.map outs(%o : !tensorref.ref<4xi64>) {{
      {}
      %r = arith.index_cast %i : index to i64
      tensorref.yield %r : i64
    }}""",
    "tensorref.element": """tensorref.stage box [4] iterators [parallel]
        gathers(%x : !tensorref.ref<?x4xf32>) outs(%o : !tensorref.ref<4xf32>) {{
      {}
      tensorref.yield %e : f32
    }}""",
}
DECLARATIONS = {"tensorref.launch": "func.func private @f_k0(memref<f32>, index, index)\n"}


def examples_of(description: str) -> list[str]:
    return FENCE.findall(description)


def documented(generator: str, file: Path, heading: str) -> dict[str, list[str]]:
    """What mlir-tblgen documents in `file`: name -> examples."""
    llvm = subprocess.check_output(["llvm-config-22", "--prefix"], text=True).strip()
    command = [f"{llvm}/bin/mlir-tblgen", generator, "-I", ROOT / "include", "-I", f"{llvm}/include", file]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    parts = re.split(heading, text, flags=re.MULTILINE)
    return {name: examples_of(body) for name, body in zip(parts[1::2], parts[2::2])}


def op_examples() -> dict[str, list[str]]:
    file = INCLUDE / "Dialect/TensorRef/IR/TensorRefOps.td"
    return documented("-gen-op-doc", file, r"^### `([\w.]+)` \(.*$")


def pass_examples() -> dict[str, list[str]]:
    files = ["Transforms/Passes.td", "Conversion/Passes.td", "Conversion/GPUPasses.td"]
    result = {}
    for file in files:
        result |= documented("-gen-pass-doc", INCLUDE / file, r"^### `-([\w-]+)`$")
    return result


def run_opt(text: str, *options: str) -> subprocess.CompletedProcess:
    command = [BUILD / "bin/elena-opt", *options]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def free_values(snippet: str) -> list[str]:
    text = re.sub(r"//.*", "", snippet)
    defined = set(re.findall(r"(%\w+) *=", text))
    for arguments in re.findall(r"\^\w+\((.*?)\):", text):
        defined |= set(VALUE.findall(arguments))
    return sorted(set(VALUE.findall(text)) - defined)


def complete(snippet: str, name: str = "") -> str:
    """A module with the snippet in it, and nothing undeclared."""
    if "func.func" in snippet:
        return snippet
    body = CONTEXT.get(name, "{}").format(snippet)
    types = dict.fromkeys(free_values(body), "none")
    while True:
        arguments = ", ".join(f"{value}: {type}" for value, type in types.items())
        module = DECLARATIONS.get(name, "") + f"func.func @example({arguments}) {{\n{body}\nreturn\n}}\n"
        wanted = re.search(
            r"use of value '(%\w+)' expects different type than prior uses: '(.*)' vs 'none'", run_opt(module).stderr
        )
        if not wanted or types[wanted[1]] != "none":
            return module
        types[wanted[1]] = wanted[2]
