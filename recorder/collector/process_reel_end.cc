// The end of a process's reel: what can be said only when all events are there.
#include <algorithm>
#include <fmt/format.h>

#include "recorder/collector/process_reel.h"

namespace heapreel::collector {

using reel::Op;

// A thread that did not say that it ended, lived to the end of the process.
void ProcessReel::end_threads(uint64_t end) {
  for (const auto& thread : threads_) {
    if (thread == nullptr) continue;
    if (thread->ended)
      put(*thread, Op::kThreadEnd, 0, std::max(thread->end, thread->last));
    else
      thread->end = std::max(end, thread->last);
  }
}

void ProcessReel::describe_threads() {
  for (const auto& thread : threads_) {
    if (thread == nullptr) continue;
    reel::proto::Thread& entry = *metadata_.add_threads();
    entry.set_serial(thread->serial);
    entry.set_start(thread->start);
    entry.set_end(std::max(thread->end, thread->last));
    entry.set_recorder_ticks(thread->own_ticks);
    entry.set_lost_events(thread->lost);
    reel::proto::ThreadName& name = *confidential_.add_threads();
    name.set_serial(thread->serial);
    name.set_kernel_tid(thread->tid);
    name.set_name(thread->name);
  }
}

void ProcessReel::describe_losses(uint64_t lost_in_all) {
  if (lost_in_all > lost_) {
    reel::proto::Loss& loss = *metadata_.add_losses();
    loss.set_events(lost_in_all - lost_);
    loss.set_reason("dropped by threads that wrote nothing afterwards");
  }
  if (window_ != nullptr && window_->lost_before() > 0) {
    reel::proto::Loss& loss = *metadata_.add_losses();
    loss.set_events(window_->lost_before());
    loss.set_last_time(window_->begin());
    loss.set_reason(
        "lost before the part that was kept: some of the blocks it begins with may have been freed by then");
  }
  if (nonsense_slots_ > 0) {
    reel::proto::Loss& loss = *metadata_.add_losses();
    loss.set_events(nonsense_slots_);
    loss.set_reason("slots of the shared memory that made no sense: the program overwrote them");
  }
}

// What could not be written is lost, and the reel says so: it ends where its last block does.
void ProcessReel::describe_failure(reel::proto::Ending& ending) {
  ending.set_cause(reel::proto::Ending::COLLECTOR_FAILED);
  ending.set_detail(fmt::format("{}: {}", status_.error().what, status_.error().why));
  reel::proto::Loss& loss = *metadata_.add_losses();
  loss.set_events(events_ - writer_.events());
  loss.set_reason("not written: " + status_.error().why);
  lost_ += loss.events();
  events_ = writer_.events();
}

base::Status ProcessReel::seal(reel::proto::Ending ending, uint64_t lost_in_all) {
  const uint64_t end = std::max<uint64_t>(ending.end(), last_);
  end_threads(end);
  if (holds_) release_held();
  status_ = capture_.flush();
  if (window_ != nullptr && status_ && window_->is_over(end)) status_ = window_->trim(end);
  if (window_ != nullptr && status_) status_ = write_window(writer_);
  window_is_written_ = window_ != nullptr;
  write_observations();
  describe_threads();
  describe_losses(lost_in_all);
  code_.tell(metadata_, confidential_);
  code_.tell_losses(metadata_);
  if (window_ != nullptr) events_ = writer_.events();
  if (!status_) describe_failure(ending);
  clock_.describe(*metadata_.mutable_clock(), facts_.start);
  ending.set_events(writer_.events());
  ending.set_end(end);
  *metadata_.mutable_ending() = std::move(ending);
  HEAPREEL_TRY(writer_.append(metadata_));
  HEAPREEL_TRY(writer_.append(confidential_));
  base::Status finished = writer_.finish();
  path_ = writer_.path();
  return finished;
}

}  // namespace heapreel::collector
