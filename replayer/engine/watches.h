// What stands beside each call: nothing, or a clock.
#pragma once

#include <algorithm>
#include <type_traits>

#include "replayer/engine/engine.h"
#include "replayer/engine/slow_calls.h"
#include "replayer/engine/ticks.h"

namespace heapreel::engine {

// Throughput, memory and record passes.
class Unwatched {
 public:
  static constexpr bool kTouches = true;

  explicit Unwatched(Thread&) {}
  template <measure::CallGroup, class Call>
  [[gnu::always_inline]] auto time(const plan::Op&, const Call& call) {
    return call();
  }
  void seen(const plan::Op&) {}
  void born(const plan::Op&, void*) {}
  void dying(const plan::Op&, void*) {}
  void changing(const plan::Op&, void*) {}
  void changed(const plan::Op&, void*, void*) {}
};

// The latency pass: two unfenced clock readings a call, some 20 ns, which is why throughput has a pass of its own.
// Where recorded times are kept, how late the stretch began counts as part of the response.
class Timed {
 public:
  static constexpr bool kTouches = true;

  explicit Timed(Thread& thread) : thread_(thread) {}
  template <measure::CallGroup kGroup, class Call>
  [[gnu::always_inline]] auto time(const plan::Op& op, const Call& call) {
    const uint64_t begun = ticks();
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      count<kGroup>(op, ticks() - begun);
    } else {
      auto* const result = call();
      count<kGroup>(op, ticks() - begun);
      return result;
    }
  }
  void seen(const plan::Op&) {}
  void born(const plan::Op&, void*) {}
  void dying(const plan::Op&, void*) {}
  void changing(const plan::Op&, void*) {}
  void changed(const plan::Op&, void*, void*) {}

 private:
  template <measure::CallGroup kGroup>
  void count(const plan::Op& op, uint64_t took) {
    took += thread_.lag_ticks;
    const bool remote = (op.mode & plan::kWait) != 0;
    measure::Histogram& histogram =
        thread_.histograms[measure::histogram_index(kGroup, measure::size_class_of(op.size), remote)];
    ++histogram.count[measure::bucket_of(took)];
    histogram.max_ticks = std::max(histogram.max_ticks, took);
    if (took > thread_.slow_calls->floor_ticks) [[unlikely]]
      note_slow_call(thread_, kGroup, op, took);
  }

  Thread& thread_;
};

}  // namespace heapreel::engine
