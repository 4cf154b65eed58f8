// What an experiment found: everything that results.json holds (schema heapreel.results/1), as plain structs.
//
// Twin: results_json.cc. Names are those of the JSON, which is a contract. What is not known is absent, never 0.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replayer/lab/knobs.h"
#include "replayer/lab/latency.h"
#include "replayer/lab/slow_calls.h"
#include "replayer/lab/statistics.h"
#include "replayer/plan/plan_format.h"
#include "trace_format/summary/portrait.h"

namespace heapreel::lab {

inline constexpr const char* kResultsSchema = "heapreel.results/1";

// One figure of an allocator, over its rounds.
struct Metric {
  Estimate estimate{};
  std::vector<double> samples{};  // one a round, in the order of the rounds
};

// Against the reference allocator, by paired rounds.
struct Comparison {
  Estimate ratio{};
  bool tie = true;   // no difference may be claimed
  double drift = 0;  // Spearman's rho of the ratio over the rounds
  bool drifts = false;
};

struct TimelinePoint {
  uint64_t t_ns = 0;  // recorded time
  uint64_t op = 0;    // place in replay order
  uint64_t rss_bytes = 0;
  uint64_t live_bytes = 0;
};

// What a prediction says the program itself would take; `low` to `high` is its interval.
struct Predicted {
  double value = 0;
  double low = 0;
  double high = 0;

  bool meets(const Predicted& other) const { return low <= other.high && other.low <= high; }
};

struct AllocatorResult {
  std::string name{};
  std::string library{};  // the file that every entry point resolved to
  std::string version{};  // what the allocator says of itself; else from the file's name
  std::string build_id{};
  std::string link{};  // "linked", "preload", "built-in"
  std::vector<std::string> settings{};
  bool verified = false;      // a run in which every result was checked went well
  std::string proof{};        // entry points and where each leads
  uint32_t entry_points = 0;  // of that proof
  std::string failure{};      // why there are no figures; empty if there are
  std::string detail{};
  std::string failed_pass{};
  std::map<std::string, Metric> metrics{};  // by the contract's names; see docs/methodology.md
  Comparison ns_per_op_to_reference{};
  Comparison ops_per_s_to_reference{};
  std::map<std::string, Comparison> memory_to_reference{};  // by the metric's name
  double wait_share = 0;                                    // of the threads' time
  double lazy_free_bytes = 0;                               // of rss_end_bytes; medians
  double huge_bytes = 0;
  uint64_t sleeping_calls = 0;                 // its own threads sleep by real time, whatever the pace
  bool clock_warped = false;                   // its clock_gettime went through ours, in the memory pass
  std::vector<CallLatency> latency{};          // by group of calls
  std::vector<CallLatency> latency_detail{};   // by group, size class and local or remote
  std::vector<LatencyCurve> latency_curves{};  // by group
  std::vector<SlowCall> slowest_calls{};       // slowest first
  std::vector<Knob> knobs{};                   // what it says of its settings
  std::vector<TimelinePoint> timeline{};
  std::map<std::string, Predicted> predicted{};  // rss_peak_bytes, rss_mean_bytes, cpu_s_delta: those that are known
  std::string predicted_json{};                  // of replayer/predict, put in as it is; empty: none

  bool failed() const { return !failure.empty(); }
  double of(const std::string& metric) const {
    const auto found = metrics.find(metric);
    return found == metrics.end() ? 0 : found->second.estimate.median;
  }
};

enum class GateState { kPass, kFail, kSkipped, kWarning };
inline constexpr std::array<const char*, 4> kGateStateName = {"pass", "fail", "skipped", "warning"};

struct Gate {
  int number = 0;
  std::string name{};
  GateState state = GateState::kSkipped;
  std::string text{};  // the figure, or why it was skipped
  std::map<std::string, double> figures{};
};

// Gate 4, made by replayer/predict.
struct SelfCheck {
  std::string level = "not made";      // green, yellow, red, refused
  std::string text{};                  // a line for people
  std::vector<std::string> reasons{};  // why there is no prediction
  std::string json{};                  // figures, put in as they are; empty: none
};

// What the reel knows of the recorded program itself; filled in by replayer/predict.
struct ProgramPoint {
  uint64_t t_ns = 0;  // from the reel's first event, as everywhere here
  uint64_t rss_bytes = 0;
  std::optional<uint64_t> non_malloc_bytes{};  // the part of it that is not the allocator's
};

struct Spread {
  double value = 0;  // the median
  double low = 0;
  double high = 0;
};

// The program's runs without a recorder.
struct ReferenceRuns {
  uint32_t runs = 0;
  double wall_s = 0;
  double cpu_s = 0;
  uint64_t minor_faults = 0;
  Spread rss_peak_bytes{};
  Spread rss_mean_bytes{};
};

struct ProgramFacts {
  std::string allocator{};      // empty if nobody knows
  uint64_t duration_ns = 0;     // of the recorded run
  uint64_t first_event_ns = 0;  // after its start
  std::vector<ProgramPoint> timeline{};
  std::optional<ReferenceRuns> references{};
};

struct MachineFacts {
  std::string cpu{};
  unsigned cores = 0;
  std::string kernel{};
  std::string libc{};
  std::string huge_pages{};
  uint64_t memory_bytes = 0;
  uint64_t page_bytes = 0;
  uint64_t ticks_per_second = 0;
  double load_before = 0;  // over the last minute
  double load_after = 0;
  bool has_hardware_counters = false;
};

struct ReelFacts {
  std::string id{};  // hex; empty if not known
  std::string path{};
  uint64_t events = 0;
  uint64_t threads = 0;
  uint64_t lost_events = 0;
  uint64_t duration_ns = 0;
  std::string architecture{};  // empty if the reel does not say
  uint64_t page_bytes = 0;
  std::string allocator{};  // that it was recorded under
  plan::PlanHeader plan{};  // totals and policies
};

struct ConfigFacts {
  std::string pace{}, memory_pace{}, order{}, touch{};
  uint64_t rounds = 0, latency_rounds = 0, memory_rounds = 0;
  bool rounds_were_fixed = false;
  bool quick = false;
  uint64_t seed = 0;
  uint64_t window_ops = 0, window_ns = 0;
  uint64_t stop_at_seq = 0;  // 0: all of it was replayed
  double speed = 1;
  double time_limit_s = 0, watchdog_s = 0;
  std::vector<int> cpus{};
  std::string reference{};
  std::string stopped_by{};  // why there were no more rounds
};

struct AgainstItself {
  Estimate ratio{};  // of ns_per_op: the reference against its duplicate
  double claimable = 0;
};

struct Results {
  std::string producer_version{};
  std::vector<std::string> command{};  // that made them
  std::string made_at{};               // 2026-11-22T02:40:00Z
  ReelFacts reel{};
  std::optional<ProgramFacts> program{};
  MachineFacts machine{};
  ConfigFacts config{};
  AllocatorResult null{};
  AgainstItself aa{};
  std::vector<AllocatorResult> allocators{};
  std::vector<AllocatorResult> references{};  // bump and pool: bounds, no candidates
  std::vector<Gate> gates{};
  SelfCheck self_check{};
  std::optional<reel::Portrait> workload{};  // of the whole reel; nothing unless it was asked for
  std::vector<std::string> warnings{};
  double wall_s = 0;
  double sampler_cpu_s = 0;

  bool any_failed() const;
  bool gates_hold() const;
};

// One line of JSON.
std::string results_json(const Results& results);

}  // namespace heapreel::lab
