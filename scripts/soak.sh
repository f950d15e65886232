#!/usr/bin/env bash
# Runs random programs (docs/Fuzzing.md), slice after slice that never ran before, and logs what came out.
#
#   scripts/soak.sh                 an hour, two processes at a time
#   scripts/soak.sh 600 4           ten minutes, four processes
#   scripts/soak.sh 600 1 --variant emulator
#
# Slices are counted on in docs/fuzz-log.txt. Exits with 1 if a program failed; its minimised source is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
[ -x "$python" ] || { echo "soak: no $python (scripts/setup.sh makes it)" >&2; exit 1; }

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
