#!/usr/bin/env bash
# Sets up what is missing, then compiles and runs the demonstration and writes demo-out/.
# Arguments go to scripts/demo.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
exec .venv/bin/python scripts/demo.py "$@"
