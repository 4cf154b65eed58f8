// `heapreel pack`: capture to packed form, or packed again with other settings.
#include "trace_format/pack/pack.h"

#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/cli/text.h"
#include "tools/commands/progress.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kTimeErrorNs = 4000;
constexpr uint64_t kJobsMax = 1024;  // each is a thread
constexpr size_t kColumns = 80;

reel::PackOptions options_of(const cli::Arguments& arguments) {
  reel::PackOptions options = arguments.has("archive") ? reel::archive_options() : reel::PackOptions{};
  const std::string time = arguments.get("time").value_or("4us");
  options.times = time == "exact"  ? reel::TimeKeeping::kExact
                  : time == "none" ? reel::TimeKeeping::kNone
                                   : reel::TimeKeeping::kWithin;
  options.keep_addresses = arguments.has("keep-addresses");
  options.scrub = arguments.has("scrub");
  return options;
}

base::Status check_flags(const cli::Arguments& arguments) {
  const uint64_t jobs = arguments.get_number("jobs").value_or(0);
  if (jobs > kJobsMax)
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--jobs'", jobs),
                                       fmt::format("expected at most {}", kJobsMax)));
  if (arguments.has("scrub") && arguments.has("keep-addresses"))
    return base::fail(cli::usage_error(arguments.command(), "--scrub and --keep-addresses are given together",
                                       "a scrubbed reel has no addresses", "leave one of the two out"));
  return {};
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text.empty() ? "nothing" : text;
}

void tell_scrubbed(const reel::ScrubReport& report) {
  const auto tell = [](const std::string& text) {
    for (const std::string& line : cli::wrap(text, kColumns)) cli::tell("{}\n", line);
  };
  tell("removed: " + joined(report.removed));
  tell("remains: every call with its order, kind, size, alignment, thread and time; " + joined(report.remains));
  tell("the sequence itself can still tell something: sizes and times may show what the program worked on");
}

}  // namespace

base::Result<int> run_pack(const cli::Arguments& arguments) {
  HEAPREEL_TRY(check_flags(arguments));
  const uint64_t jobs = arguments.get_number("jobs").value_or(0);
  const auto session = open_session(arguments.positional("FILE"), static_cast<unsigned>(jobs));
  if (!session) return base::fail(session.error());
  const std::string output = *arguments.get("output");
  HEAPREEL_TRY(base::refuse_same_file(session->file.path(), output));
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
  std::string size =
      fmt::format("{} -> {}", cli::format_bytes(session->file.bytes()), cli::format_bytes(packed->bytes()));
  if (result->events > 0)
    size += fmt::format(", {:.3f} bytes an event",
                        static_cast<double>(packed->bytes()) / static_cast<double>(result->events));
  cli::tell("packed {}: {}\ncontent id {}\n", count_of(result->events, "event"), size,
            base::to_hex(result->content_id));
  if (options.scrub) tell_scrubbed(result->scrubbed);
  std::vector<reel::Damage> damage = session->metadata.damage;
  damage.insert(damage.end(), result->damage.begin(), result->damage.end());
  warn_of_damage(session->file.path(), damage);
  return cli::kExitOk;
}

}  // namespace heapreel::commands
