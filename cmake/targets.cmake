# One library per folder, one program per main.cc, one test program per folder of tests.

# doorstep_library(NAME [PUBLIC libs…] [PRIVATE libs…]): all *.cc of this folder except main.cc. What a
# folder wraps (RocksDB, ZeroMQ, Beast, …) is PRIVATE to it.
function(doorstep_library NAME)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS *.cc)
  list(FILTER SOURCES EXCLUDE REGEX "/main\\.cc$")
  add_library(${NAME} STATIC ${SOURCES})
  target_link_libraries(${NAME} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  doorstep_precompile(${NAME})
endfunction()

# What a county runs: every program of services/ and clients/, and the board.
add_custom_target(county)

# doorstep_program(NAME libs…): main.cc of this folder.
function(doorstep_program NAME)
  add_executable(${NAME} main.cc)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE FOLDER)
  if(FOLDER MATCHES "^(services|clients)/")
    add_dependencies(county ${NAME})
  endif()
  target_link_libraries(${NAME} PRIVATE ${ARGN})
  doorstep_precompile(${NAME})
endfunction()

# doorstep_tests(NAME LABEL libs…): all *_test.cc of this folder as one GoogleTest program.
function(doorstep_tests NAME LABEL)
  file(GLOB SOURCES CONFIGURE_DEPENDS *_test.cc)
  add_executable(${NAME} ${SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock)
  doorstep_precompile(${NAME})
  gtest_discover_tests(${NAME} TEST_PREFIX "${LABEL}." PROPERTIES LABELS ${LABEL}
                       DISCOVERY_MODE PRE_TEST)
endfunction()
