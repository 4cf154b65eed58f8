// Flags to options; what a flag's kind cannot tell is checked here.
#include "tools/commands/replay_options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <sched.h>
#include <sstream>

#include "replayer/lab/find_allocators.h"
#include "tools/cli/check_arguments.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kRoundsLimit = 10'000;
constexpr double kSpeedMax = 1e6;

base::Error bad_value(const cli::Arguments& arguments, const std::string& flag, const std::string& value,
                      const std::string& expected) {
  return cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--{}'", value, flag),
                          "expected " + expected);
}

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size();
}

// "fast", "virtual", "1x", "0.5x".
base::Status take_pace(const cli::Arguments& arguments, lab::ExperimentOptions& options) {
  if (cli::find_flag(arguments.command(), "pace") == nullptr) return {};  // `predict` has its own
  const auto pace = arguments.get("pace");
  if (!pace) return {};
  if (*pace == "fast") options.pace = measure::Pace::kFast;
  if (*pace == "virtual") options.pace = measure::Pace::kVirtual;
  if (options.pace) return {};
  options.pace = measure::Pace::kTimes;
  if (pace->ends_with('x') && parse(std::string_view(*pace).substr(0, pace->size() - 1), options.speed) &&
      options.speed > 0 && options.speed <= kSpeedMax)
    return {};
  return base::fail(bad_value(arguments, "pace", *pace, "fast, virtual, or a speed such as 1x or 10x"));
}

// "0-3,5": processors that we may use ourselves.
base::Status take_cpus(const cli::Arguments& arguments, lab::ExperimentOptions& options) {
  const auto list = arguments.get("pin");
  if (!list) return {};
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  std::istringstream parts(*list);
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t dash = part.find('-');
    int first = -1, last = -1;
    if (!parse(part.substr(0, dash), first) || !parse(dash == std::string::npos ? part : part.substr(dash + 1), last) ||
        first < 0 || last < first || last >= CPU_SETSIZE)
      return base::fail(bad_value(arguments, "pin", *list, "processors, as in 0-3,5"));
    for (int cpu = first; cpu <= last; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed))
        return base::fail(bad_value(arguments, "pin", *list, fmt::format("processors we may use; {} is none", cpu)));
      options.cpus.push_back(cpu);
    }
  }
  return options.cpus.empty() ? base::fail(bad_value(arguments, "pin", *list, "processors, as in 0-3,5"))
                              : base::Status();
}

measure::Order order_of(const std::string& name) {
  return name == "strict" ? measure::Order::kStrict : name == "deps" ? measure::Order::kDeps : measure::Order::kWindow;
}

measure::Touch touch_of(const std::string& name) {
  for (const auto touch : {measure::Touch::kFull, measure::Touch::kPage, measure::Touch::kFirst, measure::Touch::kNone})
    if (name == lab::name_of(touch)) return touch;
  return measure::Touch::kRecorded;
}

std::vector<cli::FlagSpec> what_is_run() {
  return {{.name = "allocators",
           .kind = cli::ValueKind::kText,
           .value_name = "LIST",
           .help = "which, with commas between: names that `heapreel allocators` lists, or NAME=/path/lib.so; all that "
                   "are installed otherwise",
           .group = "Allocators"},
          {.name = "set",
           .kind = cli::ValueKind::kText,
           .value_name = "NAME:VAR=VALUE",
           .help = "a variable in the environment of one allocator; without NAME: of all",
           .repeatable = true,
           .group = "Allocators"}};
}

std::vector<cli::FlagSpec> how_it_is_run() {
  return {{.name = "order",
           .kind = cli::ValueKind::kChoice,
           .value_name = "ORDER",
           .help = "how closely threads keep to the record",
           .choices = {{"window", "none runs far ahead of the others"},
                       {"strict", "one op at a time"},
                       {"deps", "they wait for each other's blocks only"}},
           .default_value = "window",
           .group = "Replay"},
          {.name = "pace",
           .kind = cli::ValueKind::kText,
           .value_name = "PACE",
           .help = "fast; virtual, where the allocator's clock shows recorded time; or recorded times at a speed, as "
                   "1x or 10x. Without it: virtual where memory is measured, else fast",
           .group = "Replay"},
          {.name = "touch",
           .kind = cli::ValueKind::kChoice,
           .value_name = "WHAT",
           .help = "which memory is written to",
           .choices = {{"recorded", "what the program was seen to write to"},
                       {"full", "every byte"},
                       {"page", "a byte in every page"},
                       {"first", "the first byte"},
                       {"none", "nothing"}},
           .default_value = "recorded",
           .group = "Replay"},
          {.name = "pin",
           .kind = cli::ValueKind::kText,
           .value_name = "CPUS",
           .help = "run on these processors only, as in 0-3,5",
           .group = "Replay"},
          {.name = "no-cache", .help = "make the plan anew, and do not keep it", .group = "Replay"}};
}

std::vector<cli::FlagSpec> how_much_is_run() {
  return {{.name = "rounds",
           .kind = cli::ValueKind::kCount,
           .value_name = "N",
           .help = "time so many rounds; otherwise 10 to 40, until intervals are within 1 %",
           .group = "Rounds"},
          {.name = "time-limit",
           .kind = cli::ValueKind::kDuration,
           .value_name = "TIME",
           .help = "begin no more rounds after so long; otherwise a minute for each 10 M calls",
           .group = "Rounds"},
          {.name = "quick", .help = "an answer in about ten seconds, with wide intervals", .group = "Rounds"},
          {.name = "seed",
           .kind = cli::ValueKind::kCount,
           .value_name = "N",
           .help = "of the order within rounds and of the intervals; drawn and printed otherwise",
           .group = "Rounds"}};
}

}  // namespace

std::vector<cli::FlagSpec> replay_flags() {
  std::vector<cli::FlagSpec> flags = what_is_run();
  for (const auto& more : {how_it_is_run(), how_much_is_run()}) flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

base::Result<std::vector<lab::AllocatorChoice>> chosen_allocators(const cli::Arguments& arguments) {
  auto allocators = lab::find_allocators(arguments.get("allocators").value_or(""));
  if (!allocators) return allocators;
  for (const std::string& setting : arguments.get_all("set")) HEAPREEL_TRY(lab::apply_setting(*allocators, setting));
  return allocators;
}

base::Result<lab::ExperimentOptions> experiment_options(const cli::Arguments& arguments) {
  lab::ExperimentOptions options;
  options.began_ticks = lab::now_ticks();
  options.order = order_of(*arguments.get("order"));
  options.touch = touch_of(*arguments.get("touch"));
  options.quick = arguments.has("quick");
  options.rounds = arguments.get_number("rounds").value_or(0);
  if (arguments.has("rounds") && (options.rounds == 0 || options.rounds > kRoundsLimit))
    return base::fail(bad_value(arguments, "rounds", *arguments.get("rounds"), "1 to 10000"));
  if (options.quick && options.rounds != 0)
    return base::fail(cli::usage_error(arguments.command(), "'--quick' and '--rounds' do not go together",
                                       "a quick answer makes as many rounds as it has time for"));
  HEAPREEL_TRY(take_pace(arguments, options));
  HEAPREEL_TRY(take_cpus(arguments, options));
  options.time_limit_s = static_cast<double>(arguments.get_number("time-limit").value_or(0)) / 1e9;
  options.seed = arguments.get_number("seed").value_or(std::random_device()() % 1'000'000);
  std::error_code fault;
  options.own_binary = std::filesystem::read_symlink("/proc/self/exe", fault).string();
  return options;
}

}  // namespace heapreel::commands
