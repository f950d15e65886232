"""The examples in README.md and docs/ run, and print what the pages say.

A page is a program: its fenced blocks are taken in order, in an empty folder of their own.

    ```python            runs, with the tools on PATH; all python blocks of a page share one namespace
    ```text              right after a python or run block: what it printed (`...` stands for anything)
    ```mlir              is taken by elena-opt
    ```sh run            runs in bash, with the tools and .venv on PATH; plain ```sh does not run
    ```<any> file=NAME   is written to NAME first (for the sh blocks that follow)

Pages that are generated are left out: test_generated_docs.py compares them with their sources.
"""

import contextlib
import doctest
import io
import linecache
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ELENA_BUILD_DIR", ROOT / "build"))
GENERATED = "<!-- Generated"
FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


@dataclass
class Block:
    language: str
    words: list[str]  # the rest of the opening line
    text: str
    line: int  # of its first line in the page
    expected: str | None = None  # what it prints, if the page says so


def blocks_of(text: str) -> list[Block]:
    blocks: list[Block] = []
    end = 0
    for match in FENCE.finditer(text):
        language, words = match[1], match[2].split()
        follows = blocks and not text[end : match.start()].strip()
        if language == "text" and follows and (blocks[-1].language == "python" or "run" in blocks[-1].words):
            blocks[-1].expected = match[3]
        else:
            blocks.append(Block(language, words, match[3], text.count("\n", 0, match.start(3)) + 1))
        end = match.end()
    return blocks


def run_python(block: Block, namespace: dict) -> str:
    # A compiler reads the source of a function: linecache has to know it. Equal names would be mixed up.
    name = f"example{namespace.setdefault('__count__', 0) or ''}.py"
    namespace["__count__"] += 1
    linecache.cache[name] = (len(block.text), None, block.text.splitlines(keepends=True), name)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.text, name, "exec"), namespace)
    return printed.getvalue()


def environment() -> dict[str, str]:
    path = [str(BUILD / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {**os.environ, "PATH": os.pathsep.join(path), "ELENA_BUILD": str(BUILD)}


def run_tool(command: list[str], text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=environment(), timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_block(block: Block, namespace: dict) -> str:
    for word in block.words:
        if word.startswith("file="):
            Path(word.removeprefix("file=")).write_text(block.text)
    if block.language == "python":
        return run_python(block, namespace)
    if block.language == "mlir":
        run_tool(["elena-opt", "-", "-o", os.devnull], block.text)
    if block.language == "sh" and "run" in block.words:
        return run_tool(["bash", "-euo", "pipefail", "-c", block.text])
    return ""


def difference(expected: str, printed: str) -> str | None:
    example = doctest.Example("", "\n".join(line.rstrip() for line in expected.splitlines()) + "\n")
    printed = "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
    checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS
    if checker.check_output(example.want, printed, flags):
        return None
    return checker.output_difference(example, printed, flags)


def pages() -> list[Path]:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in found if not page.read_text().startswith(GENERATED)]


def all_pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in pages() if "```" in page.read_text()], ids=name_of)
def test_examples(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", environment()["PATH"])
    namespace = {"__name__": "__main__"}
    for block in blocks_of(page.read_text()):
        place = f"{name_of(page)}:{block.line}"
        try:
            printed = run_block(block, namespace)
        except Exception as error:
            raise AssertionError(f"{place}: {type(error).__name__}: {error}") from error
        if block.expected is not None:
            wrong = difference(block.expected, printed)
            assert wrong is None, f"{place}: prints something else\n{wrong}"


@pytest.mark.parametrize("page", all_pages(), ids=name_of)
def test_links_lead_to_files(page):
    for target in LINK.findall(page.read_text()):
        if not re.match(r"[a-z]+:", target) and not target.startswith("#"):
            assert (page.parent / target.split("#")[0]).exists(), f"{name_of(page)}: no {target}"


# ---- of the tests themselves -----------------------------------------------------------------------------


def test_blocks_and_what_they_print():
    page = "```python\nprint(1)\n```\n\n```text\n1\n```\ntext\n```sh run\nls\n```\n\nmore\n\n```text\nno\n```\n"
    blocks = blocks_of(page)
    assert [(b.language, b.expected) for b in blocks] == [("python", "1\n"), ("sh", None), ("text", None)]
    assert [b.line for b in blocks] == [2, 10, 16]


def test_a_wrong_output_is_found():
    assert difference("1 ...\n", "1 2 3\n") is None
    assert "2" in difference("1\n", "2\n")
    assert difference("a\n...\nb\n", "a\nx\ny\nb\n") is None


def test_every_environment_variable_is_documented():
    reads = re.compile(
        r"""(?:getenv\(|setting\(|environ(?:\.get)?[\[(]\s*|\$\{)"?(ELENA_\w+)|"(ELENA_\w+)" in os\.environ"""
    )
    folders = ("include", "lib", "tools", "python", "scripts", "test", "benchmarks")
    page = (ROOT / "docs/Debugging.md").read_text()
    missing = {
        f"{name} ({path.relative_to(ROOT)})"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".h", ".c", ".cpp", ".py", ".sh")
        for match in reads.findall(path.read_text())
        for name in match
        if name and name not in page
    }
    assert not missing
