# Language level, warnings, ccache, lld, sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12) OR
   (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16))
  message(FATAL_ERROR
    "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}: "
    "Elena needs GCC 12 or Clang 16 or newer (the presets use clang++-22).")
endif()

add_compile_options(-Wall -Wextra -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-fcolor-diagnostics)
else()
  # False positives of GCC 12 in MLIR's and LLVM's headers.
  add_compile_options(-Wno-maybe-uninitialized -Wno-dangling-reference -Wno-array-bounds
                      -Wno-stringop-overflow)
endif()

if(ELENA_USE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ELENA_CCACHE ccache)
  mark_as_advanced(ELENA_CCACHE)
  if(ELENA_CCACHE)
    # The sloppiness is what ccache asks for to cache units that use a precompiled header.
    set(_launcher "${CMAKE_COMMAND}" -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        "${ELENA_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER ${_launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${_launcher})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
    endif()
  endif()
endif()

if(ELENA_USE_LLD)
  include(CheckLinkerFlag)
  set(_elena_lld_flag -fuse-ld=lld)
  check_linker_flag(CXX ${_elena_lld_flag} ELENA_HAVE_LLD)
  if(ELENA_HAVE_LLD)
    add_link_options(${_elena_lld_flag})
  endif()
endif()

if(ELENA_SANITIZE)
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS "-fsanitize=${ELENA_SANITIZE}")
  check_cxx_source_compiles("int main() { return 0; }" ELENA_SANITIZE_WORKS)
  unset(CMAKE_REQUIRED_FLAGS)
  if(NOT ELENA_SANITIZE_WORKS)
    message(FATAL_ERROR
      "${CMAKE_CXX_COMPILER} cannot link with -fsanitize=${ELENA_SANITIZE}.\n"
      "  On Debian: apt-get install libclang-rt-22-dev")
  endif()
  add_compile_options(-fsanitize=${ELENA_SANITIZE} -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # It reads a hash in front of each function that is called by a pointer. Code of the JIT has none.
    add_compile_options(-fno-sanitize=function)
    if(ELENA_SANITIZE MATCHES "address")
      # One run time for the tools and the module, so that a Python that preloads it can start the tools, too.
      execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-runtime-dir
        OUTPUT_VARIABLE _elena_sanitizer_dir OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
      add_link_options(-shared-libasan "LINKER:-rpath,${_elena_sanitizer_dir}")
    endif()
  endif()
  add_link_options(-fsanitize=${ELENA_SANITIZE})
endif()

if(ELENA_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR NOT ELENA_SANITIZE)
    message(FATAL_ERROR "ELENA_BUILD_FUZZERS needs Clang and ELENA_SANITIZE: cmake --preset asan -DELENA_BUILD_FUZZERS=ON")
  endif()
  # Counters in all of our code; only the targets of test/fuzz link libFuzzer itself.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
