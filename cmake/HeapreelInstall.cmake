# What an installation holds: the binary with its manual pages and completions, and the reel reader as a library.
#
# The reader's public headers are the FILE_SET HEADERS of target heapreel_reel; trace_format/CMakeLists.txt lists them.
include(CMakePackageConfigHelpers)

set(HEAPREEL_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/heapreel)
set(HEAPREEL_INCLUDE_DIR ${CMAKE_INSTALL_INCLUDEDIR}/heapreel)

install(TARGETS heapreel RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS heapreel_shim LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/heapreel)
install(FILES recorder/api/heapreel.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${HEAPREEL_MAN_DIR}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${HEAPREEL_COMPLETIONS_DIR}/heapreel DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${HEAPREEL_COMPLETIONS_DIR}/_heapreel DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${HEAPREEL_COMPLETIONS_DIR}/heapreel.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES tools/importers/tracers/scripts/malloc.bt tools/importers/tracers/scripts/ltrace_malloc.conf
        DESTINATION ${CMAKE_INSTALL_DATADIR}/heapreel)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
if(HEAPREEL_REPORT)
  install(FILES THIRD-PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

install(TARGETS heapreel_reel EXPORT heapreelTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        FILE_SET HEADERS DESTINATION ${HEAPREEL_INCLUDE_DIR}
        FILE_SET api DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT heapreelTargets NAMESPACE heapreel:: DESTINATION ${HEAPREEL_CONFIG_DIR})
configure_package_config_file(cmake/heapreelConfig.cmake.in ${CMAKE_BINARY_DIR}/heapreelConfig.cmake
                              INSTALL_DESTINATION ${HEAPREEL_CONFIG_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/heapreelConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/heapreelConfig.cmake ${CMAKE_BINARY_DIR}/heapreelConfigVersion.cmake
              cmake/HeapreelReelDependencies.cmake
        DESTINATION ${HEAPREEL_CONFIG_DIR})

# `cpack` in the build folder makes one Debian package of all that.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME heapreel)
set(CPACK_PACKAGE_VENDOR "heapreel")
set(CPACK_PACKAGE_CONTACT "The heapreel developers <heapreel@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "record a program's allocations and replay them on any allocator")
set(CPACK_PACKAGE_DESCRIPTION
    "heapreel records what a real program asks of its allocator and replays it against any allocator, to answer which allocator, with which settings, the program should run on. The package also holds the C++ library that reads recordings.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS # for programs that link the library
    "cmake, pkg-config, libexpected-dev, libfmt-dev, libprotobuf-dev, libssl-dev, libxxhash-dev, libzstd-dev")
include(CPack)
