// The counting of bad_lines.h.
#include "tools/importers/frame/bad_lines.h"

#include <fmt/format.h>

namespace heapreel::importers {
namespace {

constexpr size_t kShownBytes = 60;

}  // namespace

bool BadLines::add(uint64_t number, std::string_view text, std::string_view why) {
  ++count_;
  if (count_ > kKept && count_ <= max_) return true;
  last_ = {.number = number, .text = shown_text(text), .why = std::string(why)};
  if (count_ <= kKept) first_.push_back(last_);
  return count_ <= max_;
}

std::string shown_text(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShownBytes)) {
    const bool plain = c >= ' ' && c <= '~' && c != '\\';
    if (plain)
      shown += c;
    else
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", static_cast<unsigned char>(c));
  }
  return text.size() > kShownBytes ? shown + "..." : shown;
}

}  // namespace heapreel::importers
