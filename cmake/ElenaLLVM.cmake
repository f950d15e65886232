# Finds MLIR and LLVM 22.1 and loads their CMake helpers (mlir_tablegen, add_mlir_dialect, ...).
#
# Everything links the two shared libraries `MLIR` and `LLVM`, never a component archive beside them:
# an archive would bring a second copy of MLIR into the process.

find_program(ELENA_LLVM_CONFIG NAMES llvm-config-22 DOC "Used only to find where LLVM 22 is installed")
set(_elena_llvm_hints)
if(ELENA_LLVM_CONFIG)
  execute_process(COMMAND "${ELENA_LLVM_CONFIG}" --prefix OUTPUT_VARIABLE _elena_llvm_hints
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

# "22" alone is refused by MLIR's version file, which wants major.minor.
find_package(MLIR 22.1 QUIET CONFIG HINTS ${_elena_llvm_hints} /usr/lib/llvm-22)
if(NOT MLIR_FOUND)
  set(_elena_found "")
  if(MLIR_CONSIDERED_VERSIONS)
    set(_elena_found "\n  Versions found, but not usable: ${MLIR_CONSIDERED_VERSIONS}.")
  elseif(MLIR_NOT_FOUND_MESSAGE)
    set(_elena_found "\n  ${MLIR_NOT_FOUND_MESSAGE}")
  endif()
  message(FATAL_ERROR
    "Elena needs MLIR 22.1, which was not found.${_elena_found}\n"
    "  On Debian: apt-get install libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools libzstd-dev\n"
    "  (scripts/setup.sh does that). An own build of LLVM: -DMLIR_DIR=<prefix>/lib/cmake/mlir")
endif()

foreach(_elena_lib MLIR LLVM)
  if(NOT TARGET ${_elena_lib})
    message(FATAL_ERROR
      "The LLVM at ${LLVM_INSTALL_PREFIX} has no shared library lib${_elena_lib}.so, which Elena links.\n"
      "  Build LLVM with -DLLVM_BUILD_LLVM_DYLIB=ON -DLLVM_LINK_LLVM_DYLIB=ON -DMLIR_BUILD_MLIR_DYLIB=ON.")
  endif()
endforeach()

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
set(MLIR_BINARY_DIR "${CMAKE_BINARY_DIR}")  # add_mlir_doc writes below it
set(LLVM_RUNTIME_OUTPUT_INTDIR "${CMAKE_BINARY_DIR}/bin")
set(LLVM_LIBRARY_OUTPUT_INTDIR "${CMAKE_BINARY_DIR}/lib")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# Debian's configuration names an llvm-lit that is not installed.
set(LLVM_EXTERNAL_LIT "${LLVM_TOOLS_BINARY_DIR}/lit")
