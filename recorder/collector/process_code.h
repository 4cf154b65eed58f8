// The code of a traced process and the stacks that were seen in it: images from the shim's notes and from
// /proc/PID/maps, one tree of stacks over all of them, and both as the reel's metadata tells them.
//
// The maps are read again once a second, and when a stack leads where nothing is known; they are parsed anew only if
// what lies in them of files or code has changed.
#pragma once

#include <span>
#include <string>

#include "recorder/collector/module_map.h"
#include "recorder/collector/stack_table.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {

class ProcessCode {
 public:
  ProcessCode(int pid, std::string executable) : pid_(pid), executable_(std::move(executable)) {}

  // Looks at the maps; does nothing when the process is gone. `now` is the reel's time, as everywhere here.
  void look(uint64_t now);
  // What the shim told of one image (ring::Note::kImage). False if that makes no sense.
  bool take_image(uint32_t path_bytes, std::span<const uint64_t> words, uint64_t now);
  // The reel's number of a stack (ring::Note::kStack: frames without the thread's number).
  uint32_t take_stack(std::span<const uint64_t> frames, uint64_t now);

  bool knows_images() const { return knows_images_; }
  // Whether there is something that was not told yet.
  bool has_news() const { return has_news_; }
  // Adds what is new since the last call. A module is told again when it changed: its last entry counts.
  void tell(reel::proto::Metadata& shared, reel::proto::PrivateMetadata& confidential);
  // For the end of the reel.
  void tell_losses(reel::proto::Metadata& shared) const;

 private:
  bool knows(std::span<const uint64_t> frames) const;

  int pid_;
  std::string executable_;
  ModuleMap modules_;
  StackTable stacks_;
  size_t maps_hash_ = 0;
  uint32_t looks_in_vain_ = 0;  // at addresses that stay unknown
  bool knows_images_ = false;
  bool has_news_ = false;
};

}  // namespace heapreel::collector
