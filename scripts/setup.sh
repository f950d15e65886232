#!/usr/bin/env bash
# Sets up everything Elena needs, in this order: system packages, version checks, .venv/, PyPI packages,
# ptxas, build/ (CMake preset "release"), the Python package. What is already there is left alone, so a
# second run takes seconds. Works as root, or as a user with sudo.
#
#   scripts/setup.sh              set up and build
#   ELENA_PYTHON=/usr/bin/python3 scripts/setup.sh     name the Python that makes .venv (3.10 or newer)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

apt_packages=(
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools clang-22 lld-22
  clang-format-22 clang-tidy-22 ccache libzstd-dev ninja-build cmake g++
  libgtest-dev libgmock-dev graphviz)
pip_packages=(
  "numpy>=2.0" pytest hypothesis rich distributed "nanobind>=2.4" "scikit-build-core>=0.10")
steps=8

root=$PWD
log=$root/build/setup.log
mkdir -p build
exec 9>build/.setup.lock
flock --nonblock 9 || { echo "setup: waiting for another setup in this folder"; flock 9; }
: >"$log"

# ---- output -----------------------------------------------------------------------------------------
step_number=0
step_name=
step_start=$SECONDS
setup_start=$SECONDS
tty=no
[ -t 1 ] && tty=yes

step() {
  step_number=$((step_number + 1))
  step_name=$1
  step_start=$SECONDS
  printf '[%d/%d] %s ...\n' "$step_number" "$steps" "$step_name"
  printf '\n==== %s\n' "$step_name" >>"$log"
}
ok() { printf '      %s (%d s)\n' "$1" $((SECONDS - step_start)); }
die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
# Runs a command with its output in the log; on failure shows the end of the log.
logged() {
  printf '$ %s\n' "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null || failed
}
failed() {
  printf '\n---- last lines of %s\n' "$log" >&2
  tail -n 40 "$log" >&2
  die "step $step_number ($step_name) failed; the whole output is in $log"
}
# Shows ninja's progress lines: one that moves on a terminal, one every 15 seconds elsewhere.
show_progress() {
  local line last=-15
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[[1-9][0-9]*/[0-9]+\] ]] || continue
    if [ $tty = yes ]; then
      printf '\r\033[K      %.90s' "$line"
    elif [ $((SECONDS - last)) -ge 15 ]; then
      printf '      %s\n' "$line"
      last=$SECONDS
    fi
  done
  if [ $tty = yes ]; then printf '\r\033[K'; fi
}
at_least() { # at_least 3.25.1 3.21
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# ---- 1: packages of the system --------------------------------------------------------------------------
python_for_venv() { # prints the first usable Python: 3.10 or newer, with venv and headers
  local candidate
  for candidate in ${ELENA_PYTHON:+"$ELENA_PYTHON"} python3 python3.13 python3.12 python3.11 python3.10 /usr/bin/python3; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" - >/dev/null 2>&1 <<'PY'; then
import ensurepip, os, sys, sysconfig, venv
ok = sys.version_info >= (3, 10) and os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
sys.exit(0 if ok else 1)
PY
      command -v "$candidate"
      return 0
    fi
    if [ -n "${ELENA_PYTHON:-}" ]; then return 1; fi
  done
  return 1
}

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
  done
}

install_packages() {
  local missing run=()
  command -v dpkg-query >/dev/null || { ok "no dpkg here: packages not checked"; return; }
  if ! python_for_venv >/dev/null; then apt_packages+=(python3 python3-venv python3-dev); fi
  missing=$(missing_packages "${apt_packages[@]}")
  missing=${missing% }
  if [ -z "$missing" ]; then
    ok "all installed"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      die "missing packages, and neither root nor sudo: run as root: apt-get update && apt-get install -y $missing"
    elif ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && sudo -v; }; then
      die "missing packages, and sudo was refused: run: sudo apt-get update && sudo apt-get install -y $missing"
    fi
    run=(sudo)
  fi
  printf '      installing: %s\n' "$missing"
  logged "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update
  # shellcheck disable=SC2086  # a list of names
  logged "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
  ok "installed"
}

# ---- 2: versions ------------------------------------------------------------------------------------------
check_versions() {
  local version python
  command -v clang++-22 >/dev/null || die "no clang++-22 on PATH (Debian: apt-get install clang-22)"
  version=$(llvm-config-22 --version 2>/dev/null) || die "no llvm-config-22 on PATH (Debian: apt-get install llvm-22-dev)"
  [[ $version == 22.1.* ]] || die "llvm-config-22 is $version, but Elena needs LLVM 22.1"
  [ -e "$(llvm-config-22 --prefix)/lib/cmake/mlir/MLIRConfig.cmake" ] ||
    die "LLVM $version has no MLIR beside it (Debian: apt-get install libmlir-22-dev mlir-22-tools)"
  command -v cmake >/dev/null || die "no cmake on PATH (Debian: apt-get install cmake)"
  cmake_version=$(cmake --version | sed -n '1s/[^0-9]*//p')
  at_least "$cmake_version" 3.21 || die "$(command -v cmake) is $cmake_version, but Elena needs CMake 3.21 or newer"
  command -v ninja >/dev/null || die "no ninja on PATH (Debian: apt-get install ninja-build)"
  python=$(python_for_venv) ||
    die "no usable Python: Elena needs 3.10 or newer with venv and headers (Debian: apt-get install python3 python3-venv python3-dev), found ${ELENA_PYTHON:-python3}: $("${ELENA_PYTHON:-python3}" --version 2>&1 || true)"
  venv_base=$python
  ok "LLVM $version, CMake $cmake_version, $("$python" --version) at $python"
}

# ---- 3 to 5: .venv and what is in it ------------------------------------------------------------------------
make_venv() {
  if [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    ok ".venv has $(.venv/bin/python --version)"
  else
    logged "$venv_base" -m venv --clear .venv
    ok "made .venv with $(.venv/bin/python --version)"
  fi
}

pip_install() {
  local want stamp=.venv/elena-requirements
  want="$(.venv/bin/python --version) ${pip_packages[*]}"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
    ok "all installed"
    return
  fi
  logged .venv/bin/python -m pip install --disable-pip-version-check "${pip_packages[@]}"
  printf '%s\n' "$want" >"$stamp"
  ok "installed: ${pip_packages[*]}"
}

find_ptxas() { # PATH, CUDA_HOME, /usr/local/cuda*; then PyPI's package in .venv
  local candidate
  for candidate in "$(command -v ptxas || true)" "${CUDA_HOME:+$CUDA_HOME/bin/ptxas}" \
    /usr/local/cuda/bin/ptxas /usr/local/cuda*/bin/ptxas \
    .venv/lib/python*/site-packages/nvidia/*/bin/ptxas; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && [ "$candidate" != "$root/.venv/bin/ptxas" ]; then
      realpath "$candidate"
      return 0
    fi
  done
  return 1
}

# The tests look for .venv/bin/ptxas first, so that they never depend on who runs them.
link_ptxas() {
  local ptxas
  if ! ptxas=$(find_ptxas); then
    logged .venv/bin/python -m pip install --disable-pip-version-check --no-deps nvidia-cuda-nvcc
    ptxas=$(find_ptxas) || die "PyPI's nvidia-cuda-nvcc brought no ptxas for this machine ($(uname -m)); install the CUDA toolkit"
  fi
  [ "$(readlink .venv/bin/ptxas || true)" = "$ptxas" ] || ln -sfn "$ptxas" .venv/bin/ptxas
  .venv/bin/ptxas --version >>"$log" 2>&1 || failed
  ok "$ptxas"
}

# ---- 6 to 8: the build ------------------------------------------------------------------------------------------
configure() {
  local stamp=build/.configured want
  want="$root $cmake_version $(.venv/bin/python --version) $(cksum <CMakePresets.json)"
  if [ -f build/build.ninja ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then
    ok "configured before (ninja runs CMake again when it must)"
    return
  fi
  rm -f build/CMakeCache.txt
  logged flock build/.lock cmake --preset release "-DPython_EXECUTABLE=$root/.venv/bin/python" -DELENA_BUILD_PYTHON=ON
  printf '%s\n' "$want" >"$stamp"
  ok "configured"
}

build() {
  scripts/build.sh all 2>&1 </dev/null | show_progress || failed
  ok "built"
}

link_package() {
  local site
  site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  # A package from `pip install .` would hide the one in build/.
  if [ -e "$site/elena" ]; then logged .venv/bin/python -m pip uninstall -y elena; fi
  [ "$(cat "$site/elena-build.pth" 2>/dev/null)" = "$root/build/python" ] ||
    printf '%s\n' "$root/build/python" >"$site/elena-build.pth"
  (cd / && logged "$root/.venv/bin/python" -c 'import elena; print("elena from", elena.__file__)')
  ok ".venv/bin/python imports elena"
}

step "System packages"; install_packages
step "Versions"; check_versions
step "Python environment"; make_venv
step "PyPI packages"; pip_install
step "ptxas"; link_ptxas
step "CMake"; configure
step "Build"; build
step "Python package"; link_package
printf 'setup: ready after %d s\n' $((SECONDS - setup_start))
