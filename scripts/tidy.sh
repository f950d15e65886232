#!/usr/bin/env bash
# Runs clang-tidy-22 on C++ sources with the compile commands of build/ (or $ELENA_BUILD_DIR).
#
#   scripts/tidy.sh            the .cpp files changed since the last commit
#   scripts/tidy.sh --all      every .cpp file (minutes)
#   scripts/tidy.sh FILE... [-- CLANG-TIDY OPTION...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${ELENA_BUILD_DIR:-build}
clang_tidy=${CLANG_TIDY:-clang-tidy-22}
command -v "$clang_tidy" >/dev/null || { echo "tidy: no $clang_tidy (Debian: apt-get install clang-tidy-22)" >&2; exit 1; }
[ -f "$build/compile_commands.json" ] || { echo "tidy: no $build/compile_commands.json: run scripts/setup.sh" >&2; exit 1; }

files=() options=()
if [ "${1:-}" = --all ]; then
  shift
  mapfile -t files < <(find lib tools python/src -name '*.cpp' 2>/dev/null | sort)
elif [ $# -eq 0 ] || [ "$1" = -- ]; then
  mapfile -t files < <({ git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard; } |
    sort -u | grep -E '^(lib|tools|python/src)/.*\.cpp$' || true)
fi
while [ $# -gt 0 ] && [ "$1" != -- ]; do files+=("$1"); shift; done
if [ "${1:-}" = -- ]; then shift; options=("$@"); fi
if [ ${#files[@]} -eq 0 ]; then echo "tidy: no files"; exit 0; fi

printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" "$clang_tidy" -p "$build" --quiet --warnings-as-errors='*' ${options[@]+"${options[@]}"}
echo "tidy: ${#files[@]} files are fine"
