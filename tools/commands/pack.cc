// `heapreel pack`: capture to packed form, or packed again with other settings.
#include "trace_format/pack/pack.h"

#include <fmt/format.h>

#include "tools/cli/quantity.h"
#include "tools/commands/progress.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kTimeErrorNs = 4000;

reel::PackOptions options_of(const cli::Arguments& arguments) {
  reel::PackOptions options = arguments.has("archive") ? reel::archive_options() : reel::PackOptions{};
  const std::string time = arguments.get("time").value_or("4us");
  options.times = time == "exact"  ? reel::TimeKeeping::kExact
                  : time == "none" ? reel::TimeKeeping::kNone
                                   : reel::TimeKeeping::kWithin;
  options.keep_addresses = arguments.has("keep-addresses");
  return options;
}

}  // namespace

base::Result<int> run_pack(const cli::Arguments& arguments) {
  const auto session =
      open_session(arguments.positional("FILE"), static_cast<unsigned>(arguments.get_number("jobs").value_or(0)));
  if (!session) return base::fail(session.error());
  const std::string output = *arguments.get("output");
  reel::PackOptions options = options_of(arguments);
  base::Result<reel::PackResult> result;
  {
    Progress progress("packing:");
    options.on_progress = [&progress](uint64_t events) { progress.events(events); };
    result = reel::pack_file(session->file, output, arguments.has("force"), *session->pool, options, kTimeErrorNs);
  }
  if (!result) return base::fail(result.error());
  const auto packed = reel::ReelFile::open(output);
  if (!packed) return base::fail(packed.error());
  const double per_event =
      result->events == 0 ? 0 : static_cast<double>(packed->bytes()) / static_cast<double>(result->events);
  fmt::print(stderr, "packed {} events: {} -> {}, {:.3f} bytes an event\ncontent id {}\n",
             cli::format_count(result->events), cli::format_bytes(session->file.bytes()),
             cli::format_bytes(packed->bytes()), per_event, base::to_hex(result->content_id));
  if (!result->damage.empty())
    fmt::print(
        stderr,
        "warning: {} events lie in blocks that could not be read and are left out; `heapreel check {}` says where\n",
        cli::format_count(result->events_lost), session->file.path());
  return cli::kExitOk;
}

}  // namespace heapreel::commands
