// The report page: one self-contained HTML file, made of a template that was bundled at build time and of its data.
//
// The data is put in as it is, in a script element that nothing in it can close. What the data holds, and how it is
// made, is page_data.h's. Deliberately absent: any knowledge of HTML beyond the one place where the data goes.
#pragma once

#include <string>
#include <string_view>

namespace heapreel::report {

// False if this binary was built with -DHEAPREEL_REPORT=OFF.
bool page_available();

// The whole page. Empty if no page is available.
std::string make_page(std::string_view data_json);

}  // namespace heapreel::report
