// What `heapreel record --keep-last` understands: a size or a time, told apart by the unit.
#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/cli/quantity.h"
#include "tools/commands/record.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kBytesMin = uint64_t{1} << 20;
constexpr uint64_t kBytesMax = uint64_t{64} << 30;
constexpr uint64_t kNsMin = 1'000'000'000;
constexpr uint64_t kNsMax = uint64_t{86'400} * 1'000'000'000;

}  // namespace

base::Status take_keep_option(const cli::Arguments& arguments, collector::RecordOptions& options) {
  const std::string text = arguments.get("keep-last").value_or("");
  if (!arguments.has("keep-last")) return {};
  const bool has_unit = text.find_first_not_of("0123456789.") != std::string::npos;
  if (const auto bytes = cli::parse_size_bytes(text); has_unit && bytes && *bytes >= kBytesMin && *bytes <= kBytesMax)
    options.keep_bytes = *bytes;
  if (const auto ns = cli::parse_duration_ns(text); has_unit && ns && *ns >= kNsMin && *ns <= kNsMax)
    options.keep_ns = *ns;
  if (options.keep_bytes != 0 || options.keep_ns != 0) return {};
  return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--keep-last'", text),
                                     "expected a size from 1M to 64G, or a time from 1s to 1d, with its unit"));
}

}  // namespace heapreel::commands
