#!/usr/bin/env python3
"""Starts a new pass: new-pass.py PassName "One line that says what it does".

Writes lib/Transforms/PassName.cpp and test/Transforms/pass-name.mlir and adds the pass to
include/elena/Transforms/Passes.td and lib/Transforms/CMakeLists.txt. The result builds, does nothing
yet and passes its test.
"""

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap

SOURCE = """\
//===- {file} - {title} {fill}===//
//
// Part of Elena, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "elena/Transforms/Passes.h"

namespace {namespace} {{
#define GEN_PASS_DEF_{upper}
#include "elena/Transforms/Passes.h.inc"
}} // namespace {namespace}

namespace {{
struct {name} : {namespace}::impl::{name}Base<{name}> {{
  void runOnOperation() override {{ markAllAnalysesPreserved(); }}
}};
}} // namespace
"""

ENTRY = """\
def {name} : Pass<"{argument}"> {{
  let summary = "{summary}";
  let description = [{{
    {summary}.
  }}];
}}

"""

TEST = """\
// RUN: elena-opt %s --{argument} | FileCheck %s

// CHECK-LABEL: func.func @example
func.func @example() {{
  // CHECK-NEXT: return
  return
}}
"""


def fail(message):
    sys.exit(f"new-pass: {message}")


def kebab(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def read(path):
    if not path.exists():
        fail(f"{path} does not exist")
    return path.read_text()


def argument_prefix(passes_td):
    """The first word of most pass arguments in use."""
    words = collections.Counter(re.findall(r'Pass<"([a-z]+)-', passes_td))
    return words.most_common(1)[0][0] if words else "tensorref"


def with_entry(passes_td, entry):
    """Before the include guard's #endif."""
    head, found, tail = passes_td.rpartition("#endif")
    if not found:
        fail("Passes.td has no #endif of an include guard to put the pass before")
    return head.rstrip("\n") + "\n\n" + entry + found + tail


def with_source(cmake, file):
    """Among the sources of elena_add_library(ElenaTransforms ...), in order."""
    call = re.search(r"elena_add_library\(\s*ElenaTransforms\b.*?\)", cmake, re.DOTALL)
    sources = list(re.finditer(r"^([ \t]*)([\w/]+\.cpp)\b", call[0], re.MULTILINE)) if call else []
    if not sources:
        fail("lib/Transforms/CMakeLists.txt: found no elena_add_library(ElenaTransforms ...) with one source a line")
    after = next((source for source in sources if source[2].lower() > file.lower()), None)
    if after:
        at = call.start() + after.start()
        return f"{cmake[:at]}{after[1]}{file}\n{cmake[at:]}"
    at = call.start() + sources[-1].end()
    return f"{cmake[:at]}\n{sources[-1][1]}{file}{cmake[at:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="in CamelCase, for example FuseAccesses")
    parser.add_argument("summary", help="what the pass does: one line, no full stop")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", args.name):
        fail(f"'{args.name}' is not in CamelCase, for example FuseAccesses")

    passes_td = args.root / "include/elena/Transforms/Passes.td"
    cmake = args.root / "lib/Transforms/CMakeLists.txt"
    source = args.root / f"lib/Transforms/{args.name}.cpp"
    test = args.root / f"test/Transforms/{kebab(args.name)}.mlir"
    for file in (source, test):
        if file.exists():
            fail(f"{file} exists")
    td_text = read(passes_td)
    if re.search(rf"^def\s+{args.name}\b", td_text, re.MULTILINE):
        fail(f"{passes_td} has a pass {args.name}")

    summary = args.summary.rstrip(".").replace('"', "'")
    names = re.search(r"^namespace ([\w:]+) \{", read(args.root / "include/elena/Transforms/Passes.h"), re.MULTILINE)
    title = textwrap.shorten(summary, max(64 - len(source.name), 10), placeholder=" ...")
    values = {
        "name": args.name,
        "file": source.name,
        "title": title,
        "fill": "-" * (80 - len(f"//===- {source.name} - {title} ===//")),
        "upper": args.name.upper(),
        "namespace": names[1] if names else "elena",
        "argument": f"{argument_prefix(td_text)}-{kebab(args.name)}",
        "summary": summary,
    }
    changes = {
        source: SOURCE.format(**values),
        passes_td: with_entry(td_text, ENTRY.format(**values)),
        cmake: with_source(read(cmake), source.name),
        test: TEST.format(**values),
    }
    for file, text in changes.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(file.relative_to(args.root))
    if shutil.which("clang-format-22"):
        subprocess.run(["clang-format-22", "-i", source], check=True)
    print(f"next: scripts/test.sh lit --filter {kebab(args.name)}")


if __name__ == "__main__":
    main()
