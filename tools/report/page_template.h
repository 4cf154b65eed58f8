// The bundled page, as the binary holds it.
#pragma once

#include <string_view>

namespace heapreel::report {

// With one `{{heapreel-data}}` in it. Only there if the page was built.
std::string_view page_template();

}  // namespace heapreel::report
