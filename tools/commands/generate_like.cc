// The way from a reel to its clone: study, write, compare, replay both, seal.
#include "tools/commands/generate_like.h"

#include <fmt/format.h>
#include <unistd.h>

#include "replayer/lab/find_allocators.h"
#include "tools/cli/check_arguments.h"
#include "tools/cli/output.h"
#include "tools/cli/tell.h"
#include "tools/commands/generate_like_text.h"
#include "tools/commands/progress.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/replay_reel.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"
#include "tools/workloads/like/write.h"

namespace heapreel::commands {
namespace {

constexpr uint64_t kRounds = 10;
constexpr double kSecondsPerReel = 60;  // for the rounds that are timed

base::Status check_flags(const cli::Arguments& arguments) {
  const auto clash = [&arguments](const std::string& with, const std::string& why) {
    return base::fail(
        cli::usage_error(arguments.command(), fmt::format("'--like' and {} do not go together", with), why));
  };
  if (!arguments.positional("WORKLOAD").empty()) return clash("WORKLOAD", "a reel is either simulated or modelled");
  for (const char* flag : {"list", "duration", "threads", "scale", "parameter"})
    if (arguments.has(flag)) return clash(fmt::format("'--{}'", flag), "the original decides that");
  if (arguments.get_number("events").value_or(1) == 0)
    return base::fail(cli::usage_error(arguments.command(),
                                       fmt::format("bad value '{}' for '--events'", *arguments.get("events")),
                                       "expected at least 1"));
  if (arguments.get("output")) return {};
  return base::fail(cli::usage_error(arguments.command(), "missing '--output FILE'", "the reel needs a name"));
}

base::Status refuse_empty(const std::string& path, const like::Original& original) {
  if (original.model.lives != 0) return {};
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = fmt::format("cannot model {}", path),
                     .why = "it holds no allocations",
                     .hint = fmt::format("`heapreel info {}` says what it holds", path)});
}

// Too little of anything: a reel of nothing would be written.
base::Status refuse_too_small(const std::string& path, const like::Original& original) {
  if (!original.model.cells.empty()) return {};
  return base::fail(
      {.code = base::ErrorCode::kBadInput,
       .what = fmt::format("cannot model {}", path),
       .why = fmt::format("no {} of its {} allocations are alike", like::kCountLeast, original.model.lives),
       .hint = "a longer recording shows more of each kind"});
}

base::Result<lab::Results> replay(const std::string& path, const std::vector<lab::AllocatorChoice>& allocators,
                                  uint64_t seed, bool use_cache) {
  lab::ExperimentOptions options;
  options.rounds = kRounds;
  options.seed = seed;
  options.time_limit_s = kSecondsPerReel;
  options.began_ticks = lab::now_ticks();
  const auto reel = open_for_replay(path, options, use_cache);
  if (!reel) return base::fail(reel.error());
  lab::Experiment experiment{
      .plan = lab::plan_ref(reel->planned.plan), .reel = reel->facts, .allocators = allocators, .options = options};
  const bool is_watched = ::isatty(STDERR_FILENO) == 1;
  experiment.hooks.on_progress = [is_watched](const std::string& pass, uint64_t done, uint64_t of) {
    if (is_watched) cli::tell("\r\033[Kreplaying, {}: {} of {}", pass, done, of);
  };
  auto results = lab::run_experiment(experiment);
  if (is_watched) cli::tell("\r\033[K");
  return results;
}

base::Result<like::RankingVerdict> check_ranking(const std::string& original, const std::string& clone, uint64_t seed) {
  const auto allocators = lab::find_allocators("");
  if (!allocators) return base::fail(allocators.error());
  const auto of_original = replay(original, *allocators, seed, true);
  if (!of_original) return base::fail(of_original.error());
  const auto of_clone = replay(clone, *allocators, seed, false);
  if (!of_clone) return base::fail(of_clone.error());
  return like::compare_rankings(*of_original, *of_clone);
}

base::Result<like::Original> study(const ReelSession& session) {
  Progress progress("reading:");
  auto original = like::study(session.file, *session.pool, [&progress](uint64_t events) { progress.events(events); });
  if (!original) return original;
  HEAPREEL_TRY(refuse_empty(session.file.path(), *original));
  HEAPREEL_TRY(refuse_too_small(session.file.path(), *original));
  return original;
}

LikeReport report_of(const std::string& path, const like::Original& original, const like::Written& written) {
  LikeReport report{.original = path, .likeness = like::compare(original.portrait, written.portrait)};
  report.events = written.events;
  report.original_events = original.portrait.events;
  report.lives = original.model.lives;
  report.bytes = original.model.bytes;
  report.left_out = original.model.left_out;
  report.cells = original.model.cells.size();
  report.content_id = base::to_hex(written.content_id);
  return report;
}

int status_of(const LikeReport& report) {
  const bool holds = report.ranking ? report.is_clone() : report.bounds_hold();
  return holds ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace

base::Result<int> generate_like(const cli::Arguments& arguments) {
  HEAPREEL_TRY(check_flags(arguments));
  const std::string path = *arguments.get("like");
  const std::string output = *arguments.get("output");
  const auto session = open_session(path);
  if (!session) return base::fail(session.error());
  HEAPREEL_TRY(base::refuse_same_file(path, output));
  auto writer = reel::ReelWriter::create(output, arguments.has("force"));
  if (!writer) return base::fail(std::move(writer).error());
  const auto original = study(*session);
  if (!original) return base::fail(original.error());
  warn_of_damage(path, session->file.damage());
  const like::CloneOptions options{.seed = *arguments.get_number("seed"),
                                   .events = arguments.get_number("events").value_or(0)};
  base::Result<like::Written> written;
  {
    Progress progress("generating:");
    written = like::write_events(*original, options, *writer, *session->pool,
                                 [&progress](uint64_t events) { progress.events(events); });
  }
  if (!written) return base::fail(written.error());
  LikeReport report = report_of(path, *original, *written);
  report.output = output;
  if (!arguments.has("no-replay")) {
    auto ranking = check_ranking(path, writer->part_path(), options.seed);
    if (!ranking) return base::fail(ranking.error());
    report.ranking = std::move(*ranking);
  }
  HEAPREEL_TRY(like::seal(*writer, report.is_clone()));
  cli::standard_output().write(arguments.has("json") ? like_json(report) : like_text(report));
  return status_of(report);
}

}  // namespace heapreel::commands
