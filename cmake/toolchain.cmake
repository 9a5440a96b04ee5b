# Compiler settings for every target. ccache, mold and the precompiled header only make builds faster: all
# three may be missing.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "Doorstep needs g++ 12 or newer (std::expected); this is ${CMAKE_CXX_COMPILER_VERSION}")
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache may overlook, or precompiled headers would never be found again.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Werror
  "$<$<COMPILE_LANGUAGE:CXX>:-Wconversion;-Wshadow;-Wnon-virtual-dtor;-Wimplicit-fallthrough;-fpch-preprocess>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 sees overlaps and overflows in std::string and unset members in std::variant that are not there, at -O2 only.
  add_compile_options(-Wno-restrict -Wno-stringop-overflow "$<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>")
endif()
include_directories(${CMAKE_SOURCE_DIR})

# Off unless a preset asks for it, so that at least one build (asan) notices a forgotten #include <…>.
option(DOORSTEP_PRECOMPILE "Precompile the standard headers that most files include" OFF)
set(CMAKE_PCH_WARN_INVALID OFF)  # a target with other flags compiles the headers itself
if(DOORSTEP_PRECOMPILE)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT
       "// Only there so that cmake/precompiled.h is compiled once.\n")
  add_library(doorstep_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_precompile_headers(doorstep_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
endif()

function(doorstep_precompile TARGET)
  if(DOORSTEP_PRECOMPILE)
    target_precompile_headers(${TARGET} REUSE_FROM doorstep_precompiled)
  endif()
endfunction()
