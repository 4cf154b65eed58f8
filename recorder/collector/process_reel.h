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
#include "recorder/collector/slot_reader.h"
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
};

class ProcessReel {
 public:
  using Metadata = reel::proto::Metadata;

  static base::Result<std::unique_ptr<ProcessReel>> create(const std::string& path, bool overwrite,
                                                           const ProcessFacts& facts, const SessionClock& clock,
                                                           int level);

  // The sink for the slots of one thread, valid until the next call.
  SlotSink& thread(uint32_t serial, uint32_t tid);

  // Names of threads that live now, by kernel id.
  void thread_name(uint32_t tid, const std::string& name);
  // For whoever has more to say of the process: what is put here goes into the last metadata block.
  Metadata& metadata() { return metadata_; }
  reel::proto::PrivateMetadata& confidential() { return confidential_; }

  // If the name is taken at the end, by a recording that began with ours.
  void set_second_name(const std::string& path) { writer_.set_second_name(path); }

  uint64_t reel_time(uint64_t stamp) const { return stamp > facts_.start ? stamp - facts_.start : 0; }
  uint64_t bytes() const { return writer_.bytes(); }
  uint64_t events() const { return events_; }
  uint64_t lost() const { return lost_; }
  size_t threads() const { return threads_.size(); }
  const ProcessFacts& facts() const { return facts_; }
  const std::string& path() const { return path_; }
  const std::string& part_path() const { return writer_.part_path(); }
  std::string id() const { return {writer_.id().begin(), writer_.id().end()}; }
  const base::Status& status() const { return status_; }

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

  ProcessReel(std::string path, reel::ReelWriter writer, ProcessFacts facts, const SessionClock& clock, int level);

  base::Status write_beginning();
  void take(Thread& thread, std::span<reel::Event> run);
  void take_note(Thread& thread, ring::Note note, uint32_t small, std::span<const uint64_t> words, uint64_t stamp);
  void begin_thread(Thread& thread, std::span<const uint64_t> words, uint64_t stamp);
  void take_gap(Thread& thread, std::span<const uint64_t> words, uint64_t stamp);
  void take_residency(std::span<const uint64_t> words, uint32_t occasion, uint64_t stamp);
  void take_mark(Thread& thread, uint32_t bytes, std::span<const uint64_t> words, uint64_t stamp);
  void put(Thread& thread, reel::Op op, uint64_t size, uint64_t time);
  void end_threads(uint64_t end);
  void describe_threads();
  void describe_losses(uint64_t lost_in_all);
  void describe_failure(reel::proto::Ending& ending);

  std::string path_;
  reel::ReelWriter writer_;
  reel::CaptureWriter capture_;
  ProcessFacts facts_;
  const SessionClock& clock_;
  Metadata metadata_;
  reel::proto::PrivateMetadata confidential_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::map<uint64_t, uint32_t> runtime_blocks_;  // what the loader allocated for a thread to come -> who made it
  std::map<std::string, uint32_t> marks_;
  Sink sink_;
  base::Status status_;
  uint64_t events_ = 0;
  uint64_t lost_ = 0;
  uint64_t nonsense_slots_ = 0;
  uint64_t last_ = 0;
  uint64_t last_residency_time_ = 0;
  uint64_t last_residency_block_ = 0;
};

}  // namespace heapreel::collector
