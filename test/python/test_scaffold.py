"""scripts/new-pass.py, run in a copy of the tree."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "new-pass.py"
SUMMARY = "Proves that the scaffold works"


def new_pass(root, *args):
    return subprocess.run([sys.executable, SCRIPT, "--root", root, *args], capture_output=True, text=True)


@pytest.fixture
def tree(tmp_path):
    for part in ("include/elena/Transforms", "lib/Transforms"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / ".clang-format", tmp_path)
    return tmp_path


def test_a_new_pass_compiles(tree):
    result = new_pass(tree, "ScaffoldedHTMLPass", SUMMARY)
    assert result.returncode == 0, result.stderr
    source = tree / "lib/Transforms/ScaffoldedHTMLPass.cpp"
    test = tree / "test/Transforms/scaffolded-html-pass.mlir"
    cmake = (tree / "lib/Transforms/CMakeLists.txt").read_text()
    assert cmake.count("ScaffoldedHTMLPass.cpp") == 1
    assert "-scaffolded-html-pass | FileCheck" in test.read_text()
    assert all(len(line) <= 80 for line in source.read_text().splitlines())
    subprocess.run(["clang-format-22", "--dry-run", "--Werror", source], check=True)

    # TableGen and the compiler take it. The headers that TableGen makes for the rest come from the build.
    llvm = subprocess.check_output(["llvm-config-22", "--prefix"], text=True).strip()
    out = tree / "out/elena/Transforms"
    out.mkdir(parents=True)
    includes = ["-I", tree / "out", "-I", tree / "include", "-I", ROOT / "include", "-I", f"{llvm}/include"]
    subprocess.run(
        [f"{llvm}/bin/mlir-tblgen", "-gen-pass-decls", "-name", "ElenaTransforms", *includes]
        + [tree / "include/elena/Transforms/Passes.td", "-o", out / "Passes.h.inc"],
        check=True,
    )
    build = pathlib.Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build"))
    subprocess.run(
        ["clang++-22", "-std=c++20", "-fsyntax-only", *includes, "-I", build / "include", source],
        check=True,
    )


def test_sources_stay_in_order(tree):
    cmake = tree / "lib/Transforms/CMakeLists.txt"
    for name in ("ZzzLast", "AaaFirst", "MmmMiddle"):
        assert new_pass(tree, name, SUMMARY).returncode == 0
    names = [line.strip() for line in cmake.read_text().splitlines() if line.strip().endswith(".cpp")]
    planted = [name for name in names if name in ("ZzzLast.cpp", "AaaFirst.cpp", "MmmMiddle.cpp")]
    assert planted == ["AaaFirst.cpp", "MmmMiddle.cpp", "ZzzLast.cpp"]


def test_nothing_is_overwritten(tree):
    assert new_pass(tree, "Scaffolded", SUMMARY).returncode == 0
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    result = new_pass(tree, "Scaffolded", SUMMARY)
    assert result.returncode != 0
    assert "exists" in result.stderr
    assert before == {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}


def test_a_bad_name_is_refused(tree):
    result = new_pass(tree, "fuse-accesses", SUMMARY)
    assert result.returncode != 0
    assert "CamelCase" in result.stderr
