# How tests, benchmarks and fuzzers are added, one call each.

# A GoogleTest binary; every TEST of it is a test of ctest.
# NO_REEL: it does not link the reel's library, so that the precompiled headers are not for it.
#   heapreel_add_test(NAME [NO_REEL] SOURCES a.cc ... LIBRARIES lib ...)
include(GoogleTest)
function(heapreel_add_test name)
  cmake_parse_arguments(arg "NO_REEL" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gtest_main)
  if(NOT arg_NO_REEL)
    heapreel_precompile(${name})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
endfunction()

# `./dev bench NAME` runs build/release/bench/bench_NAME, from tests/bench/bench_NAME.cc.
#   heapreel_add_bench(NAME LIBRARIES lib ...)
function(heapreel_add_bench name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(bench_${name} bench_${name}.cc ${arg_SOURCES})
  target_link_libraries(bench_${name} PRIVATE ${arg_LIBRARIES} benchmark::benchmark)
  set_target_properties(bench_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endfunction()

# tests/fuzz/fuzz_NAME.cc defines LLVMFuzzerTestOneInput. In preset fuzz it becomes a libFuzzer binary; in every other
# preset a test that replays tests/fuzz/corpus/NAME.
#   heapreel_add_fuzzer(NAME LIBRARIES lib ...)
function(heapreel_add_fuzzer name)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
  add_executable(fuzz_${name} fuzz_${name}.cc)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LIBRARIES})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  if(HEAPREEL_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=0 ${corpus})
  else()
    target_sources(fuzz_${name} PRIVATE replay_main.cc)
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
  endif()
endfunction()

# Tells a target where the runners are, and which file each allocator is.
function(heapreel_know_runners target)
  target_compile_definitions(${target} PRIVATE HEAPREEL_RUNNERS="$<TARGET_FILE_DIR:heapreel_runner_glibc>")
  foreach(name jemalloc tcmalloc mimalloc)
    file(REAL_PATH "${HEAPREEL_LIBRARY_${name}}" library)
    string(TOUPPER ${name} upper)
    target_compile_definitions(${target} PRIVATE HEAPREEL_LIBRARY_${upper}="${library}")
  endforeach()
endfunction()
