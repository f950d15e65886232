# Helpers that the CMakeLists.txt of lib/, tools/ and include/ use.

# Depends on every generated header; every library of ours depends on it.
add_custom_target(elena-headers)

# elena_add_existing_subdirectories(DIR...): those of the directories that have a CMakeLists.txt.
# CONFIGURE_DEPENDS: ninja notices by itself when one of them appears.
function(elena_add_existing_subdirectories)
  foreach(dir IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/CMakeLists.txt")
    if(found)
      add_subdirectory(${dir})
    endif()
  endforeach()
endfunction()

# Makes elena-headers depend on every TableGen target below include/, so that nobody has to list them.
function(elena_collect_generated_headers)
  set(pending "${CMAKE_CURRENT_SOURCE_DIR}")
  while(pending)
    list(POP_FRONT pending dir)
    get_property(subdirs DIRECTORY "${dir}" PROPERTY SUBDIRECTORIES)
    list(APPEND pending ${subdirs})
    get_property(targets DIRECTORY "${dir}" PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      if(type STREQUAL "UTILITY" AND NOT target STREQUAL "elena-headers" AND dir MATCHES "/include/")
        if(NOT target MATCHES "[Dd]oc(Gen)?$")
          add_dependencies(elena-headers ${target})
        endif()
      endif()
    endforeach()
  endwhile()
endfunction()

# The precompiled header with the most used MLIR headers, and elena_use_mlir_pch(TARGET), which makes
# a target share it. Only for libraries: executables (-fPIE) and the nanobind module have other compile
# options.
function(elena_add_mlir_pch)
  set(source "${CMAKE_BINARY_DIR}/elena-pch.cpp")
  file(GENERATE OUTPUT "${source}" CONTENT "// Holds the shared precompiled header.\n")
  add_library(elena-pch OBJECT "${source}")
  target_precompile_headers(elena-pch PRIVATE
    <cstdint> <functional> <memory> <optional> <string> <vector>
    <llvm/ADT/DenseMap.h>
    <llvm/ADT/STLExtras.h>
    <llvm/ADT/SmallVector.h>
    <llvm/ADT/StringExtras.h>
    <llvm/ADT/TypeSwitch.h>
    <mlir/Dialect/Arith/IR/Arith.h>
    <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/IR/Builders.h>
    <mlir/IR/BuiltinOps.h>
    <mlir/IR/BuiltinTypes.h>
    <mlir/IR/PatternMatch.h>
    <mlir/Pass/Pass.h>)
endfunction()

function(elena_use_mlir_pch target)
  if(ELENA_USE_PCH)
    target_precompile_headers(${target} REUSE_FROM elena-pch)
  endif()
endfunction()

# elena_add_library(Name SOURCES a.cpp... [LINK Lib...] [DEPENDS Target...] [NO_MLIR] [NO_PCH])
#
# A static, position-independent library that is installed and exported as Elena::Name. It links the
# shared MLIR and LLVM unless NO_MLIR is given (Runtime and Math need neither). SOURCES may be left
# out: then all arguments before the first keyword are sources.
function(elena_add_library name)
  cmake_parse_arguments(ARG "NO_MLIR;NO_PCH" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  add_library(Elena::${name} ALIAS ${name})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} PUBLIC
    "$<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>"
    "$<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(NOT ARG_NO_MLIR)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
    if(NOT ARG_NO_PCH)
      elena_use_mlir_pch(${name})
    endif()
  endif()
  add_dependencies(${name} elena-headers)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  install(TARGETS ${name} EXPORT ElenaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development)
  set_property(GLOBAL APPEND PROPERTY ELENA_LIBRARIES ${name})
endfunction()

# elena_add_tool(name SOURCES a.cpp... [LINK Lib...]): an executable in bin/, installed and exported. It
# uses no precompiled header; NO_PCH is accepted and changes nothing.
function(elena_add_tool name)
  cmake_parse_arguments(ARG "NO_PCH" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} MLIR LLVM)
  add_dependencies(${name} elena-headers ${ARG_DEPENDS})
  install(TARGETS ${name} EXPORT ElenaTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Tools)
  set_property(GLOBAL APPEND PROPERTY ELENA_TOOLS ${name})
endfunction()

function(elena_print_summary)
  get_property(libraries GLOBAL PROPERTY ELENA_LIBRARIES)
  get_property(tools GLOBAL PROPERTY ELENA_TOOLS)
  message(STATUS "Elena ${PROJECT_VERSION}: ${CMAKE_BUILD_TYPE}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, LLVM ${LLVM_VERSION}")
  message(STATUS "  python ${ELENA_BUILD_PYTHON}, tests ${ELENA_BUILD_TESTS}, ccache ${ELENA_CCACHE}, lld ${ELENA_HAVE_LLD}, pch ${ELENA_USE_PCH}")
  message(STATUS "  libraries: ${libraries}")
  message(STATUS "  tools: ${tools}")
endfunction()
