// `heapreel record`: look before the program starts, run it, say what came of it.
#include "tools/commands/record.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder/collector/clock.h"
#include "recorder/observe/reference_run.h"
#include "recorder/target/find_shim.h"
#include "recorder/target/verdict.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/tell.h"
#include "tools/cli/version.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

using collector::RecordOptions;

constexpr int kExitInterrupted = 130;  // as a shell says of SIGINT
constexpr uint64_t kReferencesMax = 1000;
constexpr uint64_t kPoolBytesMin = 1 << 20;
constexpr uint64_t kPoolBytesMax = uint64_t{4} << 30;

base::Error with_status(base::Error error, int status) {
  error.exit_status = status;
  return error;
}

}  // namespace

base::Error not_hello(const std::string& command) {
  return {.code = base::ErrorCode::kUnsupported,
          .what = fmt::format("{} was not recorded", command),
          .why = "the recorder's library was not loaded into it",
          .hint = fmt::format("`heapreel doctor {}` says why", command),
          .exit_status = kExitCannotRecord};
}

base::Result<target::Verdict> look_at(const std::vector<std::string>& command,
                                      const std::vector<std::string>& environment) {
  const auto seen = target::inspect(command, environment);
  if (!seen) {
    const bool missing = seen.error().sys_errno == ENOENT;
    return base::fail(with_status(seen.error(), missing ? kExitNotFound : kExitCannotRun));
  }
  target::Verdict verdict = target::judge(*seen);
  for (const target::Finding& finding : verdict.findings) {
    if (finding.level == target::Level::kWarn)
      cli::tell("heapreel: warning: {}: {}\nhint: {}\n", command.front(), finding.why, finding.hint);
    if (finding.level != target::Level::kRefuse) continue;
    return base::fail(base::Error{.code = base::ErrorCode::kUnsupported,
                                  .what = fmt::format("cannot record {}", command.front()),
                                  .why = finding.why,
                                  .hint = finding.hint,
                                  .exit_status = kExitCannotRecord});
  }
  return verdict;
}

// The reel itself is made when the program has started; this finds out early what can be found out.
base::Status check_output(const RecordOptions& options) {
  std::string probe = options.output.empty() ? "heapreel.probe" : options.output;
  std::ranges::replace(probe, '%', '_');
  auto file = base::OutputFile::create(probe, options.overwrite);
  return file ? base::Status{} : base::fail(with_status(file.error(), kExitCannotRecord));
}

namespace {

// The command by itself first: what the recording and a prediction are held against.
base::Status run_references(uint64_t count, RecordOptions& options, const std::vector<std::string>& environment) {
  for (uint64_t i = 0; i < count; ++i) {
    auto reference = observe::run_reference(options.command, environment);
    if (!reference) {
      const bool interrupted = reference.error().sys_errno == EINTR;
      return base::fail(with_status(reference.error(), interrupted ? kExitInterrupted : kExitCannotRecord));
    }
    options.references.push_back(std::move(*reference));
  }
  return {};
}

base::Result<int> record(const cli::Arguments& arguments) {
  auto options = record_options(arguments);
  if (!options) return base::fail(options.error());
  std::vector<std::string> environment = own_environment();
  const auto verdict = look_at(options->command, environment);
  if (!verdict) return base::fail(verdict.error());
  const auto shim = target::find_shim();
  if (!shim) return base::fail(with_status(shim.error(), kExitCannotRecord));
  HEAPREEL_TRY(check_output(*options));
  HEAPREEL_TRY(run_references(arguments.get_number("reference").value_or(0), *options, environment));
  environment = target::with_additions(std::move(environment), *verdict);
  RecordView view(arguments.has("quiet"));
  collector::LaunchHooks hooks;
  hooks.on_tick = [&view](const collector::Board& board) { view.tick(board); };
  hooks.on_end = [&view](const collector::Board& board) { view.finish(board); };
  const auto result = collector::launch(*options, *shim, environment, hooks);
  if (!result) {
    const bool missing = result.error().sys_errno == ENOENT;
    return base::fail(with_status(result.error(), missing ? kExitNotFound : kExitCannotRun));
  }
  if (result->collector_failed) cli::tell("heapreel: warning: the recorder died; the reel holds what it had written\n");
  if (!result->greeted && result->exit_status == 0) return base::fail(not_hello(options->command.front()));
  return result->exit_status;
}

}  // namespace

std::vector<std::string> own_environment() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

base::Result<RecordOptions> record_options(const cli::Arguments& arguments) {
  RecordOptions options;
  options.output = arguments.get("output").value_or("");
  options.overwrite = arguments.has("force");
  const std::string follow = *arguments.get("follow");
  options.follow = follow == "none"   ? collector::Follow::kNone
                   : follow == "exec" ? collector::Follow::kExec
                                      : collector::Follow::kAll;
  options.only = arguments.get("only").value_or("");
  options.paused = arguments.has("paused");
  options.duration_ns = arguments.get_number("duration").value_or(0);
  options.bytes_max = arguments.get_number("max-bytes").value_or(0);
  options.level = static_cast<int>(*arguments.get_number("level"));
  options.pool.time_calls_every = static_cast<uint32_t>(arguments.get_number("time-calls").value_or(0));
  options.pool.when_full = *arguments.get("when-full") == "drop" ? ring::WhenFull::kDrop : ring::WhenFull::kBlock;
  options.pool.clock = collector::tsc_is_trusted() ? ring::ClockSource::kTsc : ring::ClockSource::kMonotonicRaw;
  HEAPREEL_TRY(take_stack_options(arguments, options.pool));
  HEAPREEL_TRY(take_keep_option(arguments, options));
  const uint64_t pool_bytes = *arguments.get_number("pool");
  if (pool_bytes < kPoolBytesMin || pool_bytes > kPoolBytesMax)
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--pool'", pool_bytes),
                                       "expected 1M to 4G"));
  if (arguments.get_number("reference").value_or(0) > kReferencesMax)
    return base::fail(cli::usage_error(arguments.command(), "too many runs for '--reference'",
                                       fmt::format("expected at most {}", kReferencesMax)));
  if (options.level < 1 || options.level > 19)
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--level'", options.level),
                                       "expected 1 to 19"));
  options.pool_chunks = static_cast<uint32_t>(pool_bytes / ring::kLargeBytes);
  options.command = arguments.positionals("CMD");
  for (std::string& word : arguments.positionals("ARGS")) options.command.push_back(std::move(word));
  options.producer_version = cli::kVersion;
  options.signals_to_reset = {SIGPIPE, SIGXFSZ};
  return options;
}

base::Result<int> run_record(const cli::Arguments& arguments) { return record(arguments); }

}  // namespace heapreel::commands
