// Digesting a batch. Hot: a few nanoseconds an event, on every worker.
#include "trace_format/summary/digest.h"

#include <algorithm>
#include <bit>

namespace heapreel::reel {
namespace {

constexpr uint32_t kStepEvents = 512;  // bounds how coarse the live curve becomes

// No address space holds a larger block. A reel may claim one all the same; sums of live bytes must not overflow by it.
constexpr uint64_t kBlockBytesMax = uint64_t{1} << 47;

}  // namespace

void EventCounts::add(const EventCounts& other) {
  events += other.events;
  for (size_t i = 0; i < by_op.size(); ++i) by_op[i] += other.by_op[i];
  births += other.births;
  births_bytes += other.births_bytes;
  for (size_t i = 0; i < births_by_size_log2.size(); ++i) births_by_size_log2[i] += other.births_by_size_log2[i];
  failed += other.failed;
  reallocs_moved += other.reallocs_moved;
  cross_thread_frees += other.cross_thread_frees;
  unknown_frees += other.unknown_frees;
  double_frees += other.double_frees;
  implied_frees += other.implied_frees;
  lost_in_gaps += other.lost_in_gaps;
  stack_max = std::max(stack_max, other.stack_max);
}

void Digester::digest(const EventBatch& batch, Digest& into) {
  into_ = &into;
  into.counts = {};
  into.threads.clear();
  into.survivors.clear();
  into.old_deaths.clear();
  into.steps.clear();
  into.conflicts.clear();
  into.first_object = into.next_object = batch.first_object;
  into.first_time = batch.events.empty() ? 0 : batch.events.front().time;
  into.last_time = batch.events.empty() ? 0 : batch.events.back().time;
  births_.clear();
  second_frees_ = batch.second_frees;
  ++batch_number_;
  step_ = {};
  step_events_ = 0;
  uint32_t position = 0;
  for (const Event& event : batch.events) add(event, position++);
  end_step(false);
  into.counts.events = batch.events.size();
  into.counts.births = births_.size();
  for (size_t i = 0; i < births_.size(); ++i)
    if (births_[i].alive) into.survivors.push_back({into.first_object + i, births_[i].size, births_[i].thread});
}

inline void Digester::add(const Event& event, uint32_t position) {
  EventCounts& counts = into_->counts;
  const OpTraits& kind = traits(event.op);
  counts.by_op[static_cast<uint8_t>(event.op)] += 1;
  counts.stack_max = std::max(counts.stack_max, event.stack);
  see(event.thread);
  if (event.flags != 0 || event.op == Op::kGap) [[unlikely]]
    add_special(event, position);
  if (kind.frees)
    bury(event, event.object, position);
  else if (kind.reallocates && releases_old(event.op, event.flags))
    bury(event, event.old_object, position);
  if (births(event.op, event.flags)) {
    const uint64_t size = std::min(event.size, kBlockBytesMax);
    births_.push_back({size, event.thread, true});
    ++into_->next_object;
    counts.births_bytes += event.size;
    counts.births_by_size_log2[static_cast<size_t>(std::bit_width(event.size))] += 1;
    step_.bytes_net += static_cast<int64_t>(size);
    step_.objects_net += 1;
    step_.objects_rise = std::max(step_.objects_rise, step_.objects_net);
    if (step_.bytes_net > step_.bytes_rise || !step_.has_birth) {
      step_.bytes_rise = step_.bytes_net;
      step_.rise_time = event.time;
    }
    step_.has_birth = true;
  }
  if (++step_events_ >= kStepEvents) end_step(false);
}

void Digester::bury(const Event& event, uint64_t object, uint32_t position) {
  if (object == kNoObject) return;
  const uint64_t ordinal = object - into_->first_object;
  if (object < into_->first_object) {
    into_->old_deaths.push_back({object, position, event.thread, traits(event.op).frees});
    end_step(true);
  } else if (ordinal >= births_.size()) {
    into_->counts.unknown_frees += 1;
    into_->conflicts.push_back({position, Contradicts::kUnknown, object});
  } else if (!births_[ordinal].alive) {
    into_->counts.double_frees += 1;
    into_->conflicts.push_back({position, Contradicts::kTwice, object});
  } else {
    Birth& birth = births_[ordinal];
    birth.alive = false;
    step_.bytes_net -= static_cast<int64_t>(birth.size);
    step_.objects_net -= 1;
    if (birth.thread != event.thread && traits(event.op).frees) into_->counts.cross_thread_frees += 1;
  }
}

void Digester::add_special(const Event& event, uint32_t position) {
  EventCounts& counts = into_->counts;
  const OpTraits& kind = traits(event.op);
  if ((event.flags & kFailed) != 0) counts.failed += 1;
  if ((event.flags & kMoved) != 0) counts.reallocs_moved += 1;
  if (event.op == Op::kGap) counts.lost_in_gaps += event.size;
  if ((event.flags & kUnknown) != 0 && (kind.frees || kind.reallocates)) add_unknown(position);
  if ((event.flags & kImplied) != 0) {
    counts.implied_frees += 1;
    into_->conflicts.push_back({position, Contradicts::kOverlap, event.object});
  }
}

void Digester::add_unknown(uint32_t position) {
  if (second_frees_.empty() || second_frees_.front().position != position) {
    into_->counts.unknown_frees += 1;
    into_->conflicts.push_back({position, Contradicts::kUnknown, kNoObject});
    return;
  }
  into_->counts.double_frees += 1;
  into_->conflicts.push_back({position, Contradicts::kTwice, second_frees_.front().object});
  second_frees_ = second_frees_.subspan(1);
}

inline void Digester::see(uint32_t thread) {
  if (thread < seen_.size() && seen_[thread] == batch_number_) [[likely]]
    return;
  if (thread >= seen_.size()) seen_.resize(thread + size_t{1}, 0);
  seen_[thread] = batch_number_;
  into_->threads.push_back(thread);
}

void Digester::end_step(bool with_old_death) {
  step_.ends_with_old_death = with_old_death;
  into_->steps.push_back(step_);
  step_ = {};
  step_events_ = 0;
}

}  // namespace heapreel::reel
