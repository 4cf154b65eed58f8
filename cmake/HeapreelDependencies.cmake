# Every dependency, in one place. All are Debian/Ubuntu packages; `./dev setup` installs them.

# The reader's own: they are also looked for by programs that use the installed library, from the same file.
set(CMAKE_FIND_PACKAGE_NAME heapreel)
set(heapreel_FIND_REQUIRED TRUE)
include(HeapreelReelDependencies)
unset(heapreel_FIND_REQUIRED)
unset(CMAKE_FIND_PACKAGE_NAME)

# The tools'.
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(libdw REQUIRED IMPORTED_TARGET libdw libelf)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
include(HeapreelArchives)

# The tests'.
if(HEAPREEL_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  set(Python3_ROOT_DIR /usr) # the one that has the python3-zstandard package
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
