#!/usr/bin/env bash
# Formats C++ with clang-format-22.
#
#   scripts/format.sh                   the files changed since the last commit
#   scripts/format.sh --all             every file
#   scripts/format.sh --check [FILE...] changes nothing; fails and names the files that need it (all files)
#   scripts/format.sh FILE...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

clang_format=${CLANG_FORMAT:-clang-format-22}
command -v "$clang_format" >/dev/null || { echo "format: no $clang_format (Debian: apt-get install clang-format-22)" >&2; exit 1; }

all_files() {
  local dir
  for dir in include lib tools python/src test benchmarks docs; do
    if [ -d "$dir" ]; then find "$dir" -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.c' \); fi
  done | sort
}
changed_files() {
  { git diff --name-only --diff-filter=d HEAD 2>/dev/null || true; git ls-files --others --exclude-standard; } |
    sort -u | grep -E '^(include|lib|tools|python/src|test|benchmarks|docs)/.*\.(h|cpp|c)$' || true
}

mode=format
case ${1:-} in
--check) mode=check; shift ;;
--all) mode=all; shift ;;
--*) sed -n '2,7s/^# *//p' "$0" >&2; exit 2 ;;
esac
if [ $# -gt 0 ]; then
  files=("$@")
elif [ $mode = format ]; then
  mapfile -t files < <(changed_files)
else
  mapfile -t files < <(all_files)
fi

if [ ${#files[@]} -eq 0 ]; then
  echo "format: no files"
elif [ $mode = check ]; then
  bad=$("$clang_format" --dry-run "${files[@]}" 2>&1 | sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: warning: code should be clang-formatted.*/\1/p' | sort -u)
  if [ -n "$bad" ]; then
    printf 'format: scripts/format.sh %s\n' "$(tr '\n' ' ' <<<"$bad")"
    exit 1
  fi
  echo "format: ${#files[@]} files are fine"
else
  "$clang_format" -i "${files[@]}"
  echo "format: ${#files[@]} files"
fi
