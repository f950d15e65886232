#!/usr/bin/env bash
# scripts/build.sh [TARGET...]: builds in build/ (or $ELENA_BUILD_DIR). Several people can share one
# build folder: they take turns.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${ELENA_BUILD_DIR:-build}
if [ ! -f "$build/build.ninja" ]; then
  echo "build: $build is not configured: run scripts/setup.sh, or cmake --preset release" >&2
  exit 1
fi
if [ $# -eq 0 ]; then set -- all; fi
exec flock "$build/.lock" cmake --build "$build" --target "$@"
