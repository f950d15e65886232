#!/usr/bin/env bash
# Measures ViewBench: Elena beside NumPy, hand-written C++ and the other compilers that can be installed.
# Sets up .venv-bench/ first (a second run finds it there). Arguments go to benchmarks/bench.
#
#   scripts/bench.sh [--quick] [--cases ...] [--peers ...]     see benchmarks/bench/__main__.py
#   ELENA_BENCH_PEERS="numba jax[cpu]" scripts/bench.sh        install these peers only
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# PYTHONPATH may name a built package; otherwise it is that of build/.
if [ -z "${PYTHONPATH:-}" ]; then
  [ -d build/python/elena ] || scripts/setup.sh
  export PYTHONPATH=$PWD/build/python
fi

venv=.venv-bench
read -r -a wanted <<<"${ELENA_BENCH_PEERS:-numba jax[cpu] torch}"
[ -x $venv/bin/python ] || .venv/bin/python -m venv $venv
mkdir -p $venv/tried
# Once per package: what does not install is left out, and the bench names it.
install() {
  local stamp
  stamp=$venv/tried/$(printf %s "$1" | tr -c 'a-zA-Z0-9' _)
  if [ -e "$stamp" ]; then return 0; fi
  echo "bench: installing $1"
  if $venv/bin/python -m pip install --quiet "$1" >"$stamp.log" 2>&1; then
    touch "$stamp"
  else
    echo "bench: $1 does not install here (see $stamp.log)" >&2
    return 1
  fi
}
for package in "numpy>=2.0" rich; do install "$package"; done
install matplotlib || true
for peer in "${wanted[@]}"; do install "$peer" || true; done

exec $venv/bin/python benchmarks/bench "$@"
