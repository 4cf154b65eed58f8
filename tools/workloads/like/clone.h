// The events of a program that never ran: lives drawn from a model, in replay order.
//
//   each phase's cells --urn--> births, evenly spaced --> deaths, by what their cells say --> reallocs, by the sizes
//
// The same model, seed and number of events give the same stream on every machine. A clone of fewer events ends early;
// one of more runs through the phases again, with new chances: what never died in the record is freed in the first
// phase of the next run, so that the live bytes keep their level. Memory: the model, and the blocks alive that will
// die. Deliberately absent: any order from the record, also within a burst.
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
  uint32_t threads() const { return serials_; }

 private:
  // A block that will die.
  struct Due {
    double at = 0;  // position
    uint64_t object = 0;
    uint64_t size = 0;
    uint32_t cell = 0;
    uint32_t thread = 0;  // of the birth; threads go by their place in the roster, here as below
    uint64_t number = 0;  // of two at once, the elder first

    bool operator>(const Due& other) const { return at != other.at ? at > other.at : number > other.number; }
  };
  // A thread's first or last moment.
  struct Turn {
    double at = 0;
    uint32_t thread = 0;
    bool starts = false;
  };

  void begin_run();
  void end_run();
  void begin_phase();
  bool step();
  bool next_phase();
  uint32_t draw_birth();
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
  uint64_t last_birth_phase(const Cell& cell) const;
  void die_of_age(const Due& due);
  // Where the current run has a place that is given in phases.
  double place_of(double phases) const { return run_begin_ + phases * phase_events_; }
  double length() const { return static_cast<double>(model_->events); }

  const Model* model_;
  workloads::Random random_;
  Successors successors_;
  double phase_events_;
  double limit_;  // positions of the whole clone
  uint64_t events_most_;
  double run_begin_ = 0;  // of the current run through the record
  double run_begin_ns_ = 0;
  unsigned phase_ = 0;  // the current one
  bool phase_begun_ = false;
  std::vector<uint64_t> left_;  // by cell: lives not given to any phase yet
  std::vector<uint32_t> colours_;
  Urn urn_;
  double next_birth_ = 0;
  double birth_step_ = 0;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
  std::vector<Turn> turns_;          // the latest first
  std::vector<uint32_t> serial_of_;  // by place in the roster, in the current run
  uint32_t serials_ = 0;
  std::vector<bool> is_alive_;
  std::vector<uint32_t> alive_;   // threads but the first
  std::vector<double> phase_ns_;  // when each begins
  std::vector<reel::Event> batch_;
  uint64_t events_ = 0;
  uint64_t objects_ = 0;
  uint64_t end_ns_ = 0;
};

}  // namespace heapreel::like
