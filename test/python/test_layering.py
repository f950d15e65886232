"""scripts/check-layering.py: the tree passes, and each kind of violation is caught."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "check-layering.py"


def check(root):
    return subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)


def plant(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_the_tree_is_layered():
    result = check(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "path, include",
    [
        ("lib/Support/A.cpp", '#include "elena/Dialect/TensorRef/IR/TensorRef.h"'),
        ("lib/Math/A.cpp", '#include "elena/Analysis/Overlap.h"'),
        ("include/elena/Dialect/TensorRef/IR/A.h", '#include "elena/Analysis/Overlap.h"'),
        ("include/elena/Dialect/TensorRef/IR/A.td", 'include "elena/Transforms/Passes.td"'),
        ("lib/Analysis/A.cpp", "#  include <elena/Transforms/Passes.h>"),
        ("lib/Transforms/A.cpp", '#include "elena/Target/Ptx.h"'),
        ("lib/Conversion/A.cpp", '#include "elena/Pipelines/Pipelines.h"'),
        ("lib/Target/A.cpp", '#include "elena-c/Elena.h"'),
    ],
)
def test_a_violation_is_caught(tmp_path, path, include):
    plant(tmp_path, path, f"// First line.\n{include}\n")
    result = check(tmp_path)
    assert result.returncode == 1
    assert f"{path}:2: " in result.stdout
    assert "may not include" in result.stdout


def test_a_relative_include_is_followed(tmp_path):
    plant(tmp_path, "lib/Transforms/Detail.h", "")
    plant(tmp_path, "lib/Analysis/A.cpp", '#include "../Transforms/Detail.h"\n')
    result = check(tmp_path)
    assert result.returncode == 1
    assert "lib/Analysis/A.cpp:1: Analysis may not include Transforms" in result.stdout


def test_an_unknown_layer_is_caught(tmp_path):
    plant(tmp_path, "lib/Misc/A.cpp", "")
    result = check(tmp_path)
    assert result.returncode == 1
    assert "'Misc' is no layer" in result.stdout


def test_allowed_includes_pass(tmp_path):
    plant(
        tmp_path,
        "lib/Transforms/A.cpp",
        '#include "elena/Transforms/Passes.h"\n'
        '#include "elena/Analysis/Overlap.h"\n'
        '#include "elena/Dialect/TensorRef/IR/TensorRef.h"\n'
        '#include "elena/Support/Version.h"\n'
        '#include "mlir/IR/Builders.h"\n'
        "#include <vector>\n",
    )
    plant(tmp_path, "tools/elena-opt/elena-opt.cpp", '#include "elena/Pipelines/Pipelines.h"\n')
    plant(tmp_path, "python/src/Module.cpp", '#include "elena-c/Elena.h"\n#include "elena/Target/Ptx.h"\n')
    result = check(tmp_path)
    assert result.returncode == 0, result.stdout
