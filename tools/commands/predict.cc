// `heapreel predict`: what the program would take under other allocators.
#include "tools/commands/predict.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/find_allocators.h"
#include "replayer/plan/plan_cache.h"
#include "replayer/predict/experiment.h"
#include "replayer/predict/prediction_json.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kRoundsMax = 100;

// "0,2-3" as 0, 2, 3; nothing if it is not that.
std::optional<std::vector<int>> parse_cpus(const std::string& text) {
  std::vector<int> cpus;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    int first = 0, last = 0, used = 0;
    const std::string part = text.substr(at, end - at);
    if (std::sscanf(part.c_str(), "%d-%d%n", &first, &last, &used) < 2 || used != static_cast<int>(part.size())) {
      if (std::sscanf(part.c_str(), "%d%n", &first, &used) < 1 || used != static_cast<int>(part.size())) return {};
      last = first;
    }
    if (first < 0 || last < first || last >= 4096) return {};
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    at = end + 1;
  }
  return cpus;
}

base::Result<std::vector<int>> cpus_of(const cli::Arguments& arguments) {
  const auto text = arguments.get("pin");
  if (!text) return std::vector<int>{};
  auto cpus = parse_cpus(*text);
  if (cpus) return std::move(*cpus);
  return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--pin'", *text),
                                     "expected processors as in 0,2-3"));
}

measure::Touch touch_of(const std::string& name) {
  constexpr std::string_view kNames[] = {"recorded", "full", "page", "first", "none"};
  return static_cast<measure::Touch>(std::ranges::find(kNames, name) - std::begin(kNames));
}

base::Result<predict::ExperimentOptions> options_of(const cli::Arguments& arguments) {
  auto cpus = cpus_of(arguments);
  if (!cpus) return base::fail(cpus.error());
  const bool quick = arguments.has("quick") && !arguments.has("rounds");
  predict::ExperimentOptions options{
      .rounds = quick ? predict::kRoundsQuick : *arguments.get_number("rounds"),
      .seed = *arguments.get_number("seed"),
      .order = arguments.get("order") == "strict" ? measure::Order::kStrict : measure::Order::kWindow,
      .touch = touch_of(*arguments.get("touch")),
      .cpus = std::move(*cpus)};
  if (options.rounds >= 1 && options.rounds <= kRoundsMax) return options;
  return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--rounds'", options.rounds),
                                     fmt::format("expected 1 to {}", kRoundsMax)));
}

// Those that were asked for, and the recorded one: the self-check needs it.
base::Result<std::vector<lab::AllocatorChoice>> allocators_of(const cli::Arguments& arguments,
                                                              const std::string& recorded) {
  auto allocators = lab::find_allocators(arguments.get("allocators").value_or(""));
  if (!allocators) return base::fail(allocators.error());
  const bool there = std::ranges::any_of(*allocators, [&](const auto& choice) { return choice.name == recorded; });
  const bool known =
      std::ranges::any_of(lab::known_allocators(), [&](const auto& one) { return one.name == recorded; });
  if (!there && known)
    if (auto own = lab::find_allocator(recorded)) allocators->push_back(std::move(*own));
  for (const std::string& setting : arguments.get_all("set")) HEAPREEL_TRY(lab::apply_setting(*allocators, setting));
  return allocators;
}

base::Result<plan::CachedPlan> plan_of(const std::string& path, const cli::Arguments& arguments) {
  auto plan =
      plan::cached_plan(path, {.strict = arguments.get("order") == "strict", .use_cache = !arguments.has("no-cache")});
  if (plan && !plan->warning.empty()) fmt::print(stderr, "heapreel: warning: {}\n", plan->warning);
  return plan;
}

// Nothing if no second recording was given.
base::Result<std::optional<predict::LoadFigures>> again_of(const cli::Arguments& arguments) {
  const auto path = arguments.get("again");
  if (!path) return std::optional<predict::LoadFigures>{};
  const auto plan = plan_of(*path, arguments);
  if (!plan) return base::fail(plan.error());
  return std::optional(predict::load_figures(plan->plan.header(), plan->plan.checkpoints()));
}

// A line for a person at a terminal; nothing stands there while a replay runs but what stood there before.
void tell_progress(uint64_t done, uint64_t of) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\rreplaying: {} of {} runs\x1b[K", done + 1, of);
}

base::Status write_json(const std::string& path, const predict::Prediction& prediction) {
  const std::string text = predict::prediction_json(prediction).dump() + "\n";
  if (path == "-") {
    cli::standard_output().write(text);
    return {};
  }
  std::FILE* file = std::fopen(path.c_str(), "we");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const int fault = errno;
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written) return {};
  return base::fail({.code = base::ErrorCode::kIo,
                     .what = fmt::format("cannot write {}", path),
                     .why = std::strerror(fault),
                     .sys_errno = fault});
}

PredictedReel described(const ReelSession& session, const plan::PlanHeader& plan,
                        const predict::ProgramRecord& program) {
  const reel::proto::Allocator& allocator = session.metadata.shared.allocator();
  return {.path = session.file.path(),
          .allocator = allocator.version().empty() ? allocator.name() : allocator.name() + " " + allocator.version(),
          .threads = plan.threads,
          .ops = plan.ops,
          .reference_runs = program.references.runs};
}

base::Result<predict::Prediction> make_prediction(const cli::Arguments& arguments, const plan::PlanFile& plan,
                                                  const predict::ProgramRecord& program) {
  auto options = options_of(arguments);
  if (!options) return base::fail(options.error());
  auto allocators = allocators_of(arguments, program.allocator);
  if (!allocators) return base::fail(allocators.error());
  auto null = lab::built_in("null");
  if (!null) return base::fail(null.error());
  auto again = again_of(arguments);
  if (!again) return base::fail(again.error());
  options->on_progress = tell_progress;
  auto prediction = predict::run_experiment({.plan = {.fd = plan.fd().get(),
                                                      .header = &plan.header(),
                                                      .threads = plan.threads(),
                                                      .checkpoints = plan.checkpoints()},
                                             .program = &program,
                                             .allocators = std::move(*allocators),
                                             .null = std::move(*null),
                                             .again = *again,
                                             .events_lost = plan.header().policies.lost_events,
                                             .options = std::move(*options)});
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
  return prediction;
}

}  // namespace

base::Result<int> run_predict(const cli::Arguments& arguments) {
  const auto session = open_session(arguments.positional("FILE"));
  if (!session) return base::fail(session.error());
  const auto program = predict::read_program(session->file, session->metadata.shared);
  if (!program) return base::fail(program.error());
  const auto plan = plan_of(session->file.path(), arguments);
  if (!plan) return base::fail(plan.error());
  const auto prediction = make_prediction(arguments, plan->plan, *program);
  if (!prediction) return base::fail(prediction.error());
  const auto json = arguments.get("json");
  if (json) HEAPREEL_TRY(write_json(*json, *prediction));
  if (json != "-")
    cli::standard_output().write(prediction_text(described(*session, plan->plan.header(), *program), *prediction));
  return prediction->self_check.predicts() ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace heapreel::commands
