// The reel of one process image, while it is being recorded.
//
// Takes what the slots of the process's threads say, in each thread's order, and writes capture blocks; keeps what the
// reel's metadata must say at the end. Failing to write is remembered and ends only this reel.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "recorder/collector/clock.h"
#include "recorder/collector/flight_window.h"
#include "recorder/collector/live_set.h"
#include "recorder/collector/options.h"
#include "recorder/collector/process_code.h"
#include "recorder/collector/process_watch.h"
#include "recorder/collector/slot_reader.h"
#include "recorder/collector/thread_stacks.h"
#include "trace_format/store/capture_writer.h"
#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {

// What the collector knows of the process when its reel begins.
struct ProcessFacts {
  uint32_t record = 0;  // in the pool
  int pid = 0;
  uint64_t start = 0;  // raw stamp: the reel's time 0
  ring::Origin origin = ring::Origin::kStart;
  std::string parent_reel_id{};  // empty: none of ours
  std::string executable{};
  std::vector<std::string> command{};
  uint64_t malloc_address = 0;  // what the shim passes malloc on to
  std::string producer_version{};
};

// How events are encoded: the same for all reels of a session, with one set of encoders.
struct CaptureSettings {
  reel::CaptureOptions options{};
  FlightLimits flight{};
  std::shared_ptr<reel::CaptureCoders> coders{};
};
CaptureSettings capture_settings(const SessionClock& clock, const RecordOptions& options);

class ProcessReel {
 public:
  using Metadata = reel::proto::Metadata;

  static base::Result<std::unique_ptr<ProcessReel>> create(const std::string& path, bool overwrite,
                                                           const ProcessFacts& facts, const SessionClock& clock,
                                                           const CaptureSettings& settings);

  // The sink for the slots of one thread, valid until the next call.
  SlotSink& thread(uint32_t serial, uint32_t tid);

  // Names of threads that live now, by kernel id.
  void thread_name(uint32_t tid, const std::string& name);
  // From now on, what the process really uses is observed, too. `parent`: of the process it was forked from, or null.
  void watch_with(LazySampler& sampler, const ProcessWatch* parent) {
    watch_ = std::make_unique<ProcessWatch>(sampler, facts_.pid, facts_.start, parent);
  }
  const ProcessWatch* watch() const { return watch_.get(); }
  observe::MemoryTotals memory_totals() const { return watch_ ? watch_->totals() : observe::MemoryTotals{}; }
  uint64_t live_bytes() const { return watch_ ? watch_->live_bytes() : 0; }
  // At each of the collector's rounds: begins to sample, asks for the threads' names, as it is due.
  void observe(uint64_t now_ns);
  // What was observed since the last time, into a block of its own: it survives whatever comes.
  void write_observations();

  // For whoever has more to say of the process: what is put here goes into the last metadata block.
  Metadata& metadata() { return metadata_; }
  reel::proto::PrivateMetadata& confidential() { return confidential_; }

  // If the name is taken at the end, by a recording that began with ours.
  void set_second_name(const std::string& path) { writer_.set_second_name(path); }

  // Of a flight recorder: what is not in the file yet; else null.
  const FlightWindow* window() const { return window_.get(); }
  // Everything up to a raw stamp has been taken: what is too much leaves the window.
  void trim_window(uint64_t stamp);
  bool window_is_over(uint64_t stamp) const { return window_ != nullptr && window_->is_over(reel_time(stamp)); }
  // The window into another reel of this process.
  base::Status write_window(reel::ReelWriter& to) const;

  uint64_t reel_time(uint64_t stamp) const { return stamp > facts_.start ? stamp - facts_.start : 0; }
  uint64_t bytes() const {
    return writer_.bytes() + (window_ != nullptr && !window_is_written_ ? window_->bytes() : 0);
  }
  uint64_t events() const { return events_; }
  uint64_t lost() const { return lost_; }
  size_t threads() const { return threads_.size(); }
  const ProcessFacts& facts() const { return facts_; }
  const std::string& path() const { return path_; }
  const std::string& part_path() const { return writer_.part_path(); }
  std::string id() const { return {writer_.id().begin(), writer_.id().end()}; }
  const base::Status& status() const { return status_; }

  // It will stand under this name instead, in the same folder.
  void set_path(std::string path) {
    path_ = path;
    writer_.set_path(std::move(path));
  }

  // Whether there is no time to compress.
  void set_hurry(bool hurry) { capture_.set_plain(hurry); }

  // Now and then, while the process lives: what code it has, and what is new of code and stacks into the reel.
  void look_at_code();
  // Whether the shim has told its images.
  bool knows_images() const { return code_.knows_images(); }

  // From now on events are kept back, until it is told what it inherited, or is sealed: that comes first.
  void await_inheritance() { holds_ = true; }
  void inherit(const LiveSet& blocks);
  void inherit_nothing(const base::Error& why);
  // Whether its program called the allocator.
  bool has_calls() const { return has_calls_; }

  // Writes what is buffered so far, so that a reader finds it.
  void flush();
  // Nothing was recorded between two raw stamps, by wish.
  void note_pause(uint64_t from, uint64_t to);
  // The end of the reel. `lost_in_all`: what the shim counted, of which gap events have told a part.
  base::Status seal(reel::proto::Ending ending, uint64_t lost_in_all);

 private:
  struct Thread {
    uint32_t serial = 0;
    uint32_t tid = 0;
    uint64_t start = 0;
    uint64_t end = 0;
    uint64_t last = 0;
    uint64_t own_ticks = 0;
    uint64_t lost = 0;
    uint64_t events = 0;
    uint32_t made_by = 0;  // serial of the creating thread plus one
    bool started = false;
    bool ended = false;
    std::string name{};
    ThreadStacks stacks{};
  };

  // Of the thread whose slots are being read.
  class Sink final : public SlotSink {
   public:
    explicit Sink(ProcessReel& reel) : reel_(reel) {}
    void events(std::span<reel::Event> run) override { reel_.take(*thread, run); }
    void note(ring::Note note, uint32_t small, std::span<const uint64_t> words, uint64_t stamp) override {
      reel_.take_note(*thread, note, small, words, stamp);
    }
    void nonsense(uint64_t slots) override { reel_.nonsense_slots_ += slots; }
    Thread* thread = nullptr;

   private:
    ProcessReel& reel_;
  };

  ProcessReel(std::string path, reel::ReelWriter writer, ProcessFacts facts, const SessionClock& clock,
              const CaptureSettings& settings);

  base::Status write_beginning();
  void take(Thread& thread, std::span<reel::Event> run);
  void take_note(Thread& thread, ring::Note note, uint32_t small, std::span<const uint64_t> words, uint64_t stamp);
  void begin_thread(Thread& thread, std::span<const uint64_t> words, uint64_t stamp);
  void take_gap(Thread& thread, std::span<const uint64_t> words, uint64_t stamp);
  void take_residency(std::span<const uint64_t> words, uint32_t occasion, uint64_t stamp);
  void take_mark(Thread& thread, uint32_t bytes, std::span<const uint64_t> words, uint64_t stamp);
  void put(Thread& thread, reel::Op op, uint64_t size, uint64_t time);
  // Events of one thread.
  bool write(std::span<const reel::Event> run) {
    if (!holds_) [[likely]]
      return capture_.add(run);
    held_.insert(held_.end(), run.begin(), run.end());
    return true;
  }
  void release_held();
  void take_stack(Thread& thread, std::span<const uint64_t> words, uint64_t time);
  base::Status write_code();
  void end_threads(uint64_t end);
  void describe_threads();
  void describe_losses(uint64_t lost_in_all);
  void describe_failure(reel::proto::Ending& ending);

  std::string path_;
  reel::ReelWriter writer_;
  CaptureSettings settings_;
  std::unique_ptr<FlightWindow> window_;
  reel::CaptureWriter capture_;
  ProcessFacts facts_;
  const SessionClock& clock_;
  Metadata metadata_;
  reel::proto::PrivateMetadata confidential_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::map<uint64_t, uint32_t> runtime_blocks_;  // what the loader allocated for a thread to come -> who made it
  std::map<std::string, uint32_t> marks_;
  ProcessCode code_;
  Sink sink_;
  std::unique_ptr<ProcessWatch> watch_;
  std::vector<reel::Event> held_;
  bool holds_ = false;
  bool window_is_written_ = false;
  bool has_calls_ = false;
  base::Status status_;
  uint64_t events_ = 0;
  uint64_t lost_ = 0;
  uint64_t nonsense_slots_ = 0;
  uint64_t last_ = 0;
};

}  // namespace heapreel::collector
