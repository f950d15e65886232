# Headers, the exported targets and ElenaConfig.cmake, so that find_package(Elena) works.
include(CMakePackageConfigHelpers)

set(_elena_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/Elena")

if(EXISTS "${PROJECT_SOURCE_DIR}/include")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/elena" "${PROJECT_BINARY_DIR}/include/elena"
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development OPTIONAL
          FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
endif()

get_property(_elena_libraries GLOBAL PROPERTY ELENA_LIBRARIES)
get_property(_elena_tools GLOBAL PROPERTY ELENA_TOOLS)
if(_elena_libraries OR _elena_tools)
  install(EXPORT ElenaTargets NAMESPACE Elena:: DESTINATION "${_elena_cmake_dir}" COMPONENT Development)
  export(EXPORT ElenaTargets NAMESPACE Elena:: FILE "${PROJECT_BINARY_DIR}/ElenaTargets.cmake")
endif()
list(TRANSFORM _elena_libraries PREPEND "Elena::" OUTPUT_VARIABLE ELENA_EXPORTED_LIBRARIES)

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/ElenaConfig.cmake.in" "${PROJECT_BINARY_DIR}/ElenaConfig.cmake"
  INSTALL_DESTINATION "${_elena_cmake_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ElenaConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ElenaConfig.cmake" "${PROJECT_BINARY_DIR}/ElenaConfigVersion.cmake"
        DESTINATION "${_elena_cmake_dir}" COMPONENT Development)
