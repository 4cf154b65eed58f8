// What a prediction says, as plain values: for each allocator what the program would take under it, the self-check that
// says how far to believe it, and what follows for the choice.
//
// Sizes are bytes, times seconds. An interval holds what the models and their measured errors allow; two allocators
// differ only where their intervals do not meet.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heapreel::predict {

struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;

  bool meets(const Estimate& other) const { return low <= other.high && other.low <= high; }
};

enum class Level { kGreen, kYellow, kRed, kRefused };
const char* name_of(Level level);

inline constexpr double kGreenMax = 0.02;
inline constexpr double kYellowMax = 0.05;

// The replay under the recorded allocator, with the program's own memory added, against the program itself.
struct SelfCheck {
  Level level = Level::kRefused;
  std::vector<std::string> reasons{};  // why there is no prediction, each a sentence without its full stop
  bool made = false;                   // the figures below mean something
  bool against_references = false;     // else against the recorded run itself
  double predicted_peak_bytes = 0, real_peak_bytes = 0, peak_error = 0;  // errors: predicted / real - 1
  double predicted_mean_bytes = 0, real_mean_bytes = 0, mean_error = 0;
  double curve_error = 0;  // mean distance of the curves over time, as a part of the recorded peak

  bool predicts() const { return level == Level::kGreen || level == Level::kYellow; }
};

// Where an allocator's memory comes from at the predicted peak, and what moves its mean.
struct Reasons {
  double program_bytes = 0;     // not the allocator's at all
  double live_bytes = 0;        // what the program has asked for and not freed
  double own_base_bytes = 0;    // what the allocator takes before the first allocation
  double held_bytes = 0;        // resident beyond live blocks: rounding, headers, freed and not given back; below zero
                                // where blocks were never touched
  double purge_mean_bytes = 0;  // by how much the mean falls because it sees recorded time pass
  bool purge_matters = false;   // that is more than 5 % of the mean
  bool sleeps = false;          // it has calls that wait on their own: a background thread's clock is not the record's
};

struct MemoryPrediction {
  Estimate peak{};
  Estimate mean{};
  double peak_calibrated = 0;  // the recorded allocator's real figure plus the replays' difference
  double mean_calibrated = 0;
  Reasons reasons{};
};

// Against the recorded allocator.
struct CpuPrediction {
  Estimate delta_s{};
  double user_delta_s = 0;  // of the replay
  double faults_delta = 0;
  double fault_price_ns = 0;  // what one was taken to cost
  double fault_price_low_ns = 0, fault_price_high_ns = 0;
  double program_cpu_s = 0;  // 0: nobody knows
};

struct AllocatorPrediction {
  std::string name{};
  std::string failure{};  // its replay failed: why; empty if it did not
  bool recorded = false;  // the one the program ran under
  std::optional<MemoryPrediction> memory{};
  std::optional<CpuPrediction> cpu{};
  // Of a load that is refused: what the program takes if it keeps to the record, and if its threads run freely.
  std::optional<Estimate> peak_bounds{};
  std::optional<Estimate> mean_bounds{};
};

// One order of the allocators, best first.
struct Ranking {
  std::vector<size_t> order{};                    // indices into the predictions
  std::vector<std::pair<size_t, size_t>> ties{};  // pairs whose intervals meet
  std::vector<double> regret{};                   // by index: what taking it costs over the best, as a part
  double regret_of_best_max = 0;                  // the most that taking the first can cost, if the intervals hold
};

struct Prediction {
  SelfCheck self_check{};
  std::vector<AllocatorPrediction> allocators{};
  Ranking by_peak{};
  Ranking by_mean{};
  double base_share = 0;  // of the program's predicted peak, what is not any allocator's
  bool one_thread = true;
  std::vector<std::string> notes{};  // what the prediction leaves out or could not know
};

inline constexpr double kBaseShareMax = 0.8;

}  // namespace heapreel::predict
