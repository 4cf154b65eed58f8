# node and npm, and the packages that page/package-lock.json pins, installed into the build folder.
#
# Sets HEAPREEL_NODE, HEAPREEL_NODE_MODULES and HEAPREEL_NODE_STAMP, a file that is newer than the lock file once the
# packages are there. No package's install script is run. Tests need one package more than the page.
set(heapreel_node_hint "on Debian or Ubuntu: apt-get install nodejs npm; or build without the report page: -DHEAPREEL_REPORT=OFF")
find_program(HEAPREEL_NODE NAMES node nodejs)
find_program(HEAPREEL_NPM npm)
if(NOT HEAPREEL_NODE OR NOT HEAPREEL_NPM)
  message(FATAL_ERROR "the report page needs node and npm, and they were not found\nhint: ${heapreel_node_hint}")
endif()
execute_process(COMMAND ${HEAPREEL_NODE} --version OUTPUT_VARIABLE heapreel_node_version
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
string(REGEX REPLACE "^v" "" heapreel_node_version "${heapreel_node_version}")
if(heapreel_node_version VERSION_LESS 18)
  message(FATAL_ERROR "the report page needs node 18 or later, and ${HEAPREEL_NODE} is ${heapreel_node_version}\nhint: ${heapreel_node_hint}")
endif()

set(heapreel_node_lists ${CMAKE_SOURCE_DIR}/tools/report/page/package.json
                        ${CMAKE_SOURCE_DIR}/tools/report/page/package-lock.json)
set(heapreel_node_folder ${CMAKE_BINARY_DIR}/node)
set(HEAPREEL_NODE_MODULES ${heapreel_node_folder}/node_modules CACHE INTERNAL "packages of the report page")
set(HEAPREEL_NODE_STAMP ${heapreel_node_folder}/installed)
if(HEAPREEL_BUILD_TESTS)
  set(heapreel_node_omit "")
else()
  set(heapreel_node_omit --omit=dev)
endif()
add_custom_command(
  OUTPUT ${HEAPREEL_NODE_STAMP}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${heapreel_node_folder}
  COMMAND ${CMAKE_COMMAND} -E copy ${heapreel_node_lists} ${heapreel_node_folder}
  COMMAND ${CMAKE_COMMAND} -E chdir ${heapreel_node_folder} ${HEAPREEL_NPM} ci ${heapreel_node_omit} --ignore-scripts
          --prefer-offline --no-audit --no-fund --no-update-notifier --loglevel=error
  COMMAND ${CMAKE_COMMAND} -E touch ${HEAPREEL_NODE_STAMP}
  DEPENDS ${heapreel_node_lists}
  COMMENT "Installing the report page's packages"
  VERBATIM)
