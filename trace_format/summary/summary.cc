// The pass behind summary.h.
#include "trace_format/summary/summary.h"

#include <bit>

#include "trace_format/summary/content_id.h"
#include "trace_format/summary/live_curve.h"

namespace heapreel::reel {
namespace {

class Tally {
 public:
  explicit Tally(const SummaryOptions& options) : options_(options) {}

  void add(const EventBatch& batch) {
    if (batch.events.empty()) return;
    if (sum_.events == 0) sum_.first_time = batch.events.front().time;
    sum_.last_time = batch.events.back().time;
    ledger_.begin(batch);
    uint64_t position = batch.first_event;
    for (const Event& event : batch.events) add(event, position++);
    sum_.events += batch.events.size();
    if (options_.content_id) id_.add(batch);
  }

  Summary finish(const StreamNotes& notes) {
    sum_.live_end_bytes = ledger_.live_bytes();
    sum_.live_end_objects = ledger_.live_objects();
    sum_.inversions_repaired = notes.inversions_repaired;
    sum_.events_lost += notes.events_lost;
    sum_.damage = notes.damage;
    sum_.live_curve = curve_.points();
    for (const bool seen : threads_seen_) sum_.threads += seen ? 1 : 0;
    if (options_.content_id) sum_.content_id = id_.finish();
    return std::move(sum_);
  }

 private:
  void add(const Event& event, uint64_t position) {
    LiveObject died;
    const Death death = ledger_.apply(event, died);
    sum_.events_by_op[static_cast<uint8_t>(event.op)] += 1;
    see_thread(event.thread);
    if (births(event.op, event.flags)) {
      sum_.births += 1;
      sum_.births_bytes += event.size;
      sum_.births_by_size_log2[std::bit_width(event.size)] += 1;
      note_peak(event.time);
    }
    if (death == Death::kSound && died.thread != event.thread)
      sum_.cross_thread_frees += traits(event.op).frees ? 1 : 0;
    if (event.flags != 0 || death > Death::kSound || event.op == Op::kGap) [[unlikely]]
      add_special(event, position, death);
  }

  void note_peak(uint64_t time) {
    const uint64_t bytes = ledger_.live_bytes();
    curve_.add(time, bytes);
    if (bytes > sum_.live_peak_bytes) {
      sum_.live_peak_bytes = bytes;
      sum_.live_peak_time = time;
    }
    sum_.live_peak_objects = std::max(sum_.live_peak_objects, ledger_.live_objects());
  }

  void see_thread(uint32_t thread) {
    if (thread >= threads_seen_.size()) threads_seen_.resize(thread + size_t{1});
    threads_seen_[thread] = true;
  }

  void add_special(const Event& event, uint64_t position, Death death) {
    if ((event.flags & kFailed) != 0) sum_.failed += 1;
    if ((event.flags & kMoved) != 0) sum_.reallocs_moved += 1;
    if (event.op == Op::kGap) sum_.events_lost += event.size;
    const bool implied = (event.flags & kImplied) != 0;
    if (implied) sum_.implied_frees += 1;
    if (death == Death::kUnknown) sum_.unknown_frees += 1;
    if (death == Death::kTwice) sum_.double_frees += 1;
    if ((implied || death > Death::kSound) && options_.on_contradiction)
      options_.on_contradiction({&event, position, death});
  }

  const SummaryOptions& options_;
  Summary sum_;
  Ledger ledger_;
  ContentId id_;
  LiveCurve curve_;
  std::vector<bool> threads_seen_;
};

}  // namespace

base::Result<Summary> summarize(EventStream& stream, const SummaryOptions& options) {
  Tally tally(options);
  EventBatch batch;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return tally.finish(stream.notes());
    tally.add(batch);
  }
}

}  // namespace heapreel::reel
