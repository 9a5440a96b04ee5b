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

# doorstep_program(NAME libs…): main.cc of this folder.
function(doorstep_program NAME)
  add_executable(${NAME} main.cc)
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
