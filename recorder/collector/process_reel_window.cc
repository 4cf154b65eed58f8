// A flight recorder's reel: its events stay in memory until somebody wants them.
#include "recorder/collector/process_reel.h"

namespace heapreel::collector {

void ProcessReel::trim_window(uint64_t stamp) {
  flush();
  if (status_) status_ = window_->trim(reel_time(stamp));
}

base::Status ProcessReel::write_window(reel::ReelWriter& to) const {
  HEAPREEL_TRY(window_->write(to, settings_.options, settings_.coders));
  if (window_->begin() == 0) return {};
  Metadata metadata;
  metadata.mutable_window()->set_begin(window_->begin());
  metadata.mutable_window()->set_events_before(window_->events_before());
  return to.append(metadata);
}

}  // namespace heapreel::collector
