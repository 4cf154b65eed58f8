// The events of a program that never ran: lives drawn from a model, in replay order.
//
//   each phase's cells --urn--> births, evenly spaced --> deaths, by what their cells say --> reallocs, by the sizes
//
// The same model, seed and number of events give the same stream on every machine. A phase is stretched or shortened
// with the number of events; lifetimes are not, so that a steady program keeps its live bytes. Memory: the model, and
// the blocks alive that will die. Deliberately absent: any order from the record, also within a burst.
#pragma once

#include <queue>

#include "tools/workloads/like/successors.h"
#include "tools/workloads/like/urn.h"

namespace heapreel::like {

struct CloneOptions {
  uint64_t seed = 1;
  uint64_t events = 0;  // about so many; 0: as many as the record has
};

class CloneStream final : public reel::EventStream {
 public:
  // The model must outlive the stream.
  CloneStream(const Model& model, const CloneOptions& options);

  base::Result<bool> next(reel::EventBatch& batch) override;

  uint64_t events() const { return events_; }
  uint64_t end_ns() const { return end_ns_; }
  uint32_t threads() const { return static_cast<uint32_t>(model_->threads.size()); }

 private:
  // A block that will die, or a thread that begins or ends.
  struct Due {
    double at = 0;  // position
    uint64_t object = 0;
    uint64_t size = 0;
    uint32_t cell = 0;
    uint32_t thread = 0;
    uint64_t number = 0;  // of two at once, the elder first

    bool operator>(const Due& other) const { return at != other.at ? at > other.at : number > other.number; }
  };
  // A thread's first or last moment.
  struct Turn {
    double at = 0;
    uint32_t thread = 0;
    bool starts = false;
  };

  void begin_phase();
  bool step();
  void take_turn();
  void give_birth(uint32_t cell, double at);
  void die(const Due& due);
  void settle(uint32_t cell, reel::Event birth, double at);
  void emit(reel::Event event, double at);
  double length_of(const Cell& cell, double at);
  double draw_around(double mean, double least, double most);
  uint64_t size_of(const Cell& cell);
  uint32_t birth_thread(uint32_t wanted);
  uint32_t death_thread(uint32_t wanted, uint32_t born_by);
  uint32_t any_thread(uint32_t but);
  uint64_t share_of(uint32_t cell);
  uint64_t rounded(double count) { return static_cast<uint64_t>(count + random_.unit()); }
  double phase_begin(double phase) const { return phase * phase_events_; }

  const Model* model_;
  workloads::Random random_;
  double stretch_;  // events of the clone for each of the record
  Successors successors_;
  double phase_events_;  // of the clone
  unsigned phase_ = 0;   // the current one
  bool phase_begun_ = false;
  std::vector<uint64_t> left_;  // by cell: lives not given to any phase yet
  std::vector<uint32_t> colours_;
  Urn urn_;
  double next_birth_ = 0;
  double birth_step_ = 0;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
  std::vector<Turn> turns_;  // the latest first
  std::vector<bool> is_alive_;
  std::vector<uint32_t> alive_;   // threads but the first
  std::vector<double> phase_ns_;  // when each begins
  std::vector<reel::Event> batch_;
  uint64_t events_ = 0;
  uint64_t objects_ = 0;
  uint64_t end_ns_ = 0;
};

}  // namespace heapreel::like
