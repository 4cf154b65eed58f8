// Any text is a count, a size or a duration, or it is none; and what people are shown is never empty.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tools/cli/quantity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace cli = heapreel::cli;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto count = cli::parse_count(text); count && cli::format_count(*count).empty()) std::abort();
  if (const auto bytes = cli::parse_size_bytes(text); bytes && cli::format_bytes(*bytes).empty()) std::abort();
  if (const auto time_ns = cli::parse_duration_ns(text); time_ns && cli::format_duration(*time_ns).empty())
    std::abort();
  return 0;
}
