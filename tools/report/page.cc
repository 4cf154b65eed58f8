// The template with the data in the place that the bundler left for it.
#include "tools/report/page.h"

#include "tools/report/page_template.h"

namespace heapreel::report {

#ifdef HEAPREEL_REPORT

namespace {

constexpr std::string_view kPlace = "{{heapreel-data}}";

// In JSON a `<` can only stand inside a string, where \u003c is the same: no `</script>` or `<!--` is left.
std::string harmless(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

bool page_available() { return true; }

std::string make_page(std::string_view data_json) {
  const std::string_view whole = page_template();
  const size_t place = whole.find(kPlace);
  if (place == std::string_view::npos) return {};
  std::string page(whole.substr(0, place));
  page += harmless(data_json);
  page += whole.substr(place + kPlace.size());
  return page;
}

#else

bool page_available() { return false; }

std::string make_page(std::string_view) { return {}; }

#endif

}  // namespace heapreel::report
