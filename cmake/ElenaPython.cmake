# Decides ELENA_BUILD_PYTHON and finds the interpreter: the one that was asked for
# (-DPython_EXECUTABLE=...), else .venv's, else the one on PATH.

if(NOT Python_EXECUTABLE AND NOT DEFINED SKBUILD AND EXISTS "${PROJECT_SOURCE_DIR}/.venv/bin/python")
  set(Python_EXECUTABLE "${PROJECT_SOURCE_DIR}/.venv/bin/python")
endif()
find_package(Python 3.10 QUIET COMPONENTS Interpreter OPTIONAL_COMPONENTS Development.Module)

set(_elena_have_nanobind OFF)
if(Python_Interpreter_FOUND AND Python_Development.Module_FOUND)
  execute_process(COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
                  OUTPUT_VARIABLE _elena_nanobind_dir OUTPUT_STRIP_TRAILING_WHITESPACE
                  RESULT_VARIABLE _elena_nanobind_rc ERROR_QUIET)
  if(_elena_nanobind_rc EQUAL 0)
    set(_elena_have_nanobind ON)
  endif()
endif()

set(Python3_EXECUTABLE "${Python_EXECUTABLE}")  # LLVM's helpers use this name

option(ELENA_BUILD_PYTHON "Build the Python extension module (needs nanobind)" ${_elena_have_nanobind})
if(ELENA_BUILD_PYTHON)
  if(NOT Python_Interpreter_FOUND)
    message(FATAL_ERROR "ELENA_BUILD_PYTHON is ON, but no Python 3.10 or newer was found; name one with -DPython_EXECUTABLE=...")
  elseif(NOT Python_Development.Module_FOUND)
    message(FATAL_ERROR "${Python_EXECUTABLE} (${Python_VERSION}) comes without its headers; on Debian: apt-get install python3-dev")
  elseif(NOT _elena_have_nanobind)
    message(FATAL_ERROR "${Python_EXECUTABLE} has no nanobind: run `${Python_EXECUTABLE} -m pip install nanobind`, or pass -DELENA_BUILD_PYTHON=OFF")
  endif()
  set(nanobind_ROOT "${_elena_nanobind_dir}")
  find_package(nanobind CONFIG REQUIRED)
endif()

# elena_add_python_module(_elena SOURCES a.cpp... [LINK Lib...])
#
# The nanobind extension module. It lands in build/python/elena beside symbolic links to the files of
# python/elena, so that build/python on sys.path is the whole package (scripts/setup.sh writes a .pth
# file; for another build folder: PYTHONPATH=build-dev/python). Installed as component `python`.
function(elena_add_python_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  nanobind_add_module(${name} NB_STATIC NOMINSIZE ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  add_dependencies(${name} elena-headers ${ARG_DEPENDS})
  set(package "${CMAKE_BINARY_DIR}/python/elena")
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${package}")
  if(ELENA_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # The interpreter is not instrumented: it preloads the sanitizer's library (docs/Debugging.md).
    target_link_options(${name} PRIVATE -shared-libasan)
  endif()
  # Where the shared LLVM and MLIR are, for an installed package.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "${LLVM_LIBRARY_DIR}")
  add_custom_target(elena-python-files ALL
    COMMAND "${CMAKE_COMMAND}" "-DFROM=${PROJECT_SOURCE_DIR}/python/elena" "-DTO=${package}"
            -P "${PROJECT_SOURCE_DIR}/cmake/LinkPackage.cmake"
    COMMENT "")
  # Only on request (scikit-build-core asks for it), not by a plain `cmake --install`.
  install(TARGETS ${name} LIBRARY DESTINATION elena COMPONENT python EXCLUDE_FROM_ALL)
endfunction()
