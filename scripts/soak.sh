#!/usr/bin/env bash
# Looks for errors longer than the tests do: random programs (docs/Fuzzing.md), and the random questions of the property
# tests about overlap (docs/Overlap.md, docs/OperationGraph.md).
#
#   scripts/soak.sh                 the property tests ten times as long, then programs for an hour, two processes
#   scripts/soak.sh properties 20   the property tests alone, twenty times as long as in the tests, with other questions
#   scripts/soak.sh 600 4           programs alone: ten minutes, four processes
#   scripts/soak.sh 600 1 --variant emulator
#
# Programs: slice after slice that never ran before, logged in docs/fuzz-log.txt, which slices are counted on in. Exits
# with 1 if a program failed; its minimised source is printed.
# Property tests: ELENA_SOAK=TIMES for the tests of test/unit/Analysis that know it, and for test/python/test_cell_sets.py and
# test_fusion_model.py (100,000 pairs of views against NumPy, TIMES times). Another number asks other questions, the same number the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
[ -x "$python" ] || { echo "soak: no $python (scripts/setup.sh makes it)" >&2; exit 1; }

properties() {
  local tests="ElenaCellSetTests ElenaSymbolicTests ElenaSymbolicValuesTests ElenaMeetTests OperationGraphTest"
  # shellcheck disable=SC2086
  cmake --build build --target $tests elena-view-arith elena-opt elena-test-opt
  for name in $tests; do
    ELENA_SOAK=$1 "build/bin/unit/$name" --gtest_brief=1
  done
  ELENA_SOAK=$1 "$python" -m pytest -q -x test/python/test_cell_sets.py and
}

case ${1:-} in
properties)
  properties "${2:-10}"
  exit
  ;;
"") properties 10 ;;
esac

seconds=${1:-3600}
jobs=${2:-2}
shift $(($# < 2 ? $# : 2))

log=docs/fuzz-log.txt
slices=100000
first=0
if [ -f "$log" ]; then
  # The fifth word of a line is the slices "A:B" of a run.
  first=$(awk '$5 ~ /^[0-9]+:[0-9]+$/ { split($5, ab, ":"); if (ab[2] + 0 > last) last = ab[2] + 0 } END { print last + 0 }' "$log")
fi

exec "$python" -m elena.testing.program_fuzzer --seeds "$first:$((first + slices))" --seconds "$seconds" \
  --jobs "$jobs" --minimise --stats --log "$log" "$@"
