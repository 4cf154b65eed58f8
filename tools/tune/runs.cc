// The functions of runs.h.
#include "tools/tune/runs.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/lab/figures.h"
#include "replayer/lab/identify.h"
#include "replayer/lab/schedule.h"

namespace heapreel::tune {
namespace {

using measure::Pass;

constexpr uint64_t kPadBytesMax = 4096;

std::string unproven(const lab::Knob& knob) {
  if (!knob.value) return fmt::format("the allocator does not know {}, or does not say", knob.name);
  return fmt::format("asked for {} {}, the allocator says {}", knob.name, knob.asked.value_or("?"), *knob.value);
}

}  // namespace

const char* metric_of(MemoryFigure figure) {
  return figure == MemoryFigure::kPeak ? "rss_peak_bytes" : "rss_mean_bytes";
}

Bench Runs::bench() {
  return {.prove = [this](const Candidate& candidate) { return prove(candidate); },
          .measure = [this](const std::vector<Candidate>& candidates,
                            uint64_t rounds) { return measure(candidates, rounds); }};
}

const lab::AllocatorChoice& Runs::allocator_of(const Candidate& candidate) const {
  return *std::ranges::find(options_.allocators, candidate.allocator, &lab::AllocatorChoice::name);
}

base::Result<std::string> Runs::prove(const Candidate& candidate) const {
  const lab::AllocatorChoice& base = allocator_of(candidate);
  const auto result = lab::identify(applied(base, candidate));
  if (!result) return base::fail(result.error());
  if (result->failed()) return result->failure;
  // Settings of the user's own need no proof: they are the same in every row.
  const auto asked = lab::asked_of(applied({.name = base.name}, candidate).settings);
  for (const auto& [name, value] : asked) {
    const auto knob = std::ranges::find(result->knobs, name, &lab::Knob::name);
    if (knob != result->knobs.end() && knob->proven != true) return unproven(*knob);
  }
  return std::string();
}

base::Status Runs::run(const lab::AllocatorChoice& allocator, Pass pass, Samples& samples) {
  if (samples.failed()) return {};
  lab::RunRequest request;
  request.plan = options_.plan;
  request.allocator = &allocator;
  request.orders = {.order = options_.replay.order,
                    .pace = pass == Pass::kMemory ? measure::Pace::kVirtual : measure::Pace::kFast,
                    .touch = options_.replay.touch,
                    .pass = pass};
  request.watchdog_s = options_.replay.watchdog_s;
  request.sample_rss = pass == Pass::kMemory;
  request.cpus = options_.replay.cpus;
  if (pass == Pass::kThroughput && options_.plan.header->threads_alive_max == 1)
    request.orders.settle_on = static_cast<uint32_t>(round_);
  request.environment_pad_bytes = (options_.replay.seed ^ ++runs_ * 0x9e3779b97f4a7c15) % kPadBytesMax;
  const auto outcome = lab::run_once(request);
  if (!outcome) return base::fail(outcome.error());
  if (!outcome->good())
    samples.failure = outcome->failure;
  else if (pass == Pass::kMemory)
    samples.memory.push_back(lab::memory_figures(*outcome, options_.plan).figures.at(metric_of(options_.memory)));
  else
    samples.time.push_back(
        lab::time_figures(outcome->board, lab::calls_of(*options_.plan.header)).figures.at("ns_per_op"));
  return {};
}

base::Result<std::vector<Samples>> Runs::measure(const std::vector<Candidate>& candidates, uint64_t rounds) {
  std::vector<lab::AllocatorChoice> allocators;
  for (const Candidate& candidate : candidates) allocators.push_back(applied(allocator_of(candidate), candidate));
  std::vector<Samples> samples(candidates.size());
  uint64_t done = 0;
  for (uint64_t round = 0; round < rounds; ++round) {
    if (round > 0 && options_.ends_at_ticks != 0 && lab::now_ticks() > options_.ends_at_ticks) break;
    ++round_;
    for (const size_t i : lab::shuffled_round(candidates.size(), options_.replay.seed, round_)) {
      if (options_.on_progress) options_.on_progress(done++, rounds * candidates.size());
      HEAPREEL_TRY(run(allocators[i], Pass::kThroughput, samples[i]));
      HEAPREEL_TRY(run(allocators[i], Pass::kMemory, samples[i]));
    }
  }
  return samples;
}

}  // namespace heapreel::tune
