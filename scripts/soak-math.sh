#!/usr/bin/env bash
# Measures every f32 math function of one argument on all 2^32 arguments, and the others on many.
#
#   scripts/soak-math.sh                  everything: more than an hour on one core
#   scripts/soak-math.sh exp log tanh     these only
#
# ELENA_MATH_STRIDE=17 takes every 17th argument; BUILD_DIR names the build folder (build).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${BUILD_DIR:-build}
export ELENA_MATH_STRIDE=${ELENA_MATH_STRIDE:-1}
export ELENA_MATH_SAMPLES=${ELENA_MATH_SAMPLES:-50000000}

cmake --build "$build" --target ElenaMathTest

filter='*'
if [ $# -gt 0 ]; then
  filter=$(printf '*/%s:' "$@")
fi
exec "$build/bin/unit/ElenaMathTest" --gtest_brief=1 "--gtest_filter=$filter"
