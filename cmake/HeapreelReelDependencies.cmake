# What the reel reader (heapreel::reel) stands on. Read by our own build, and installed beside heapreelConfig.cmake, so
# that the two lists are one.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(Protobuf)
find_dependency(fmt)
find_dependency(tl-expected)
find_dependency(OpenSSL COMPONENTS Crypto)
find_dependency(PkgConfig)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
