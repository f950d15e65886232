#!/usr/bin/env bash
# Sets up what is missing, then runs every test.
#
#   scripts/test.sh                       all: lit, GoogleTest, pytest
#   scripts/test.sh lit [LIT OPTION...]   for example: lit --filter canonicalize
#   scripts/test.sh unit [CTEST OPTION...]
#   scripts/test.sh python [PYTEST OPTION...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suite=${1:-all}
if [ $# -gt 0 ]; then shift; fi
case $suite in
all) if [ $# -gt 0 ]; then echo "test: options go with one suite: lit, unit or python" >&2 && exit 2; fi ;;
lit | unit | python) ;;
*) sed -n '4,7s/^# *//p' "$0" >&2 && exit 2 ;;
esac

scripts/setup.sh

results=$PWD/build/test-results
mkdir -p "$results"
rm -f "$results"/*.xml
unfinished=()

# Runs a suite; an exit code that no test result explains counts as one failure (test-summary.py).
run() {
  local name=$1 rc=0
  shift
  printf '\n==== %s\n' "$name"
  "$@" || rc=$?
  if [ $rc -ne 0 ]; then unfinished+=("$name=$rc"); fi
}

run_python() {
  local rc=0
  .venv/bin/python -m pytest -q --junitxml "$results/pytest.xml" "$@" || rc=$?
  # 5: no test was collected.
  if [ $rc -eq 5 ]; then return 0; fi
  return $rc
}

case $suite in
all | lit) LIT_OPTS="${LIT_OPTS:-} $*" run lit scripts/build.sh check-elena-lit ;;
esac
case $suite in
all) run unit scripts/build.sh check-elena-unit ;;
unit)
  run unit-build scripts/build.sh elena-unit-tests
  run unit ctest --test-dir build -L unit --output-on-failure --no-tests=ignore "$@"
  ;;
esac
case $suite in
all | python) run python run_python "$@" ;;
esac

printf '\n'
exec .venv/bin/python scripts/test-summary.py "$results" ${unfinished[@]+"${unfinished[@]}"}
