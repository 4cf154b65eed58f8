// From a path to a plan, with a reason where that makes no sense.
#include "tools/commands/replay_reel.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "replayer/lab/figures.h"
#include "tools/cli/quantity.h"
#include "trace_format/base/hash.h"

namespace heapreel::commands {
namespace {

std::string content_id_of(const plan::PlanHeader& plan) {
  for (const uint8_t byte : plan.content_id)
    if (byte != 0) return base::to_hex(base::as_bytes(plan.content_id, sizeof plan.content_id));
  return {};
}

base::Error nothing_to_replay(const std::string& path, const plan::PlanHeader& plan) {
  const bool lost = plan.policies.lost_events > 0;
  return {.code = base::ErrorCode::kBadInput,
          .what = fmt::format("cannot replay {}", path),
          .why = lost ? fmt::format("all of its {} events are lost", cli::format_count(plan.policies.lost_events))
                      : "it holds no allocations",
          .hint = lost ? fmt::format("`heapreel check {}` says what happened to them", path)
                       : fmt::format("`heapreel info {}` says what it holds", path)};
}

// An object with more ops than a slot has turns, passed between threads, needs the window to tell its turns apart.
base::Status check_order(const std::string& path, const lab::ExperimentOptions& options, const plan::PlanHeader& plan) {
  if (options.order != measure::Order::kDeps || (plan.flags & plan::kTurnsWrap) == 0) return {};
  return base::fail(base::Error{.code = base::ErrorCode::kUnsupported,
                                .what = fmt::format("cannot replay {} in deps order", path),
                                .why = "threads use one of its blocks more often than their waits can tell apart",
                                .hint = "--order window keeps them close enough together"});
}

// Where the replay's machine is not the recorded one, sizes and touches are not what they would be there.
base::Status check_machine(const std::string& path, const lab::ExperimentOptions& options, ReplayReel& reel) {
  const auto page_bytes = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  const uint64_t recorded = reel.facts.page_bytes;
  const bool by_record =
      options.touch == measure::Touch::kRecorded && (reel.planned.plan.header().flags & plan::kTouchRecorded) != 0;
  if (recorded != 0 && recorded != page_bytes && by_record)
    return base::fail(base::Error{.code = base::ErrorCode::kUnsupported,
                                  .what = fmt::format("cannot replay {}", path),
                                  .why = fmt::format("what it says of touched memory is in pages of {} bytes, and this "
                                                     "machine has pages of {}",
                                                     recorded, page_bytes),
                                  .hint = "--touch page writes to every page instead"});
  if (recorded != 0 && recorded != page_bytes)
    reel.warnings.push_back(fmt::format(
        "recorded with pages of {} bytes, replayed with pages of {}: memory will differ", recorded, page_bytes));
  struct utsname names {};
  const std::string own = ::uname(&names) == 0 ? names.machine : "";
  if (!reel.facts.architecture.empty() && reel.facts.architecture != own)
    reel.warnings.push_back(fmt::format("recorded on {}, replayed on {}: sizes are those of the recorded machine",
                                        reel.facts.architecture, own));
  return {};
}

lab::ReelFacts facts_of(const std::string& path, const plan::CachedPlan& planned, const reel::ReelMetadata& metadata) {
  const plan::PlanHeader& plan = planned.plan.header();
  return {.id = content_id_of(plan),
          .path = path,
          .events = plan.events,
          .threads = plan.threads,
          .lost_events = plan.policies.lost_events,
          .duration_ns = plan.duration_ns,
          .architecture = metadata.shared.machine().architecture(),
          .page_bytes = metadata.shared.machine().page_bytes(),
          .allocator = metadata.shared.allocator().name(),
          .plan = plan};
}

}  // namespace

base::Result<ReplayReel> open_for_replay(const std::string& path, const lab::ExperimentOptions& options,
                                         bool use_cache) {
  const auto file = reel::ReelFile::open(path);
  if (!file) return base::fail(file.error());
  auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(metadata.error());
  auto planned = plan::cached_plan(path, {.strict = options.order == measure::Order::kStrict, .use_cache = use_cache});
  if (!planned) return base::fail(std::move(planned).error());
  const plan::PlanHeader& plan = planned->plan.header();
  if (lab::calls_of(plan) == 0) return base::fail(nothing_to_replay(path, plan));
  lab::ReelFacts facts = facts_of(path, *planned, *metadata);
  ReplayReel reel{
      .planned = std::move(*planned), .facts = std::move(facts), .metadata = std::move(*metadata), .warnings = {}};
  if (!reel.planned.warning.empty()) reel.warnings.push_back("the plan is not kept: " + reel.planned.warning);
  HEAPREEL_TRY(check_order(path, options, reel.planned.plan.header()));
  HEAPREEL_TRY(check_machine(path, options, reel));
  return reel;
}

}  // namespace heapreel::commands
