// What a clone is drawn from: how many lives of which cell a record has, in which phase, and nothing of their order.
//
// A record is cut into phases of the same number of events. Of each phase the model knows its length in time; of each
// cell (cell.h) how many lives it has, at least kCountLeast. Lives that no rung of the ladder finds enough company for
// are dropped and counted. Deliberately absent: any order of events, single times, names, and sizes that fewer than
// kCountLeast lives share.
#pragma once

#include <unordered_map>
#include <vector>

#include "tools/workloads/like/cell.h"

namespace heapreel::like {

struct Cell {
  CellKey key;
  uint64_t count = 0;
  double size_mean = 0;    // of a rung with exact sizes: that size
  double length_mean = 0;  // in events; each life weighs as much as its size, so that the live bytes stay
};

// A thread with at least kCountLeast events, or the record's first one.
struct ModelThread {
  uint32_t creator = 0;  // its place in the roster plus one; 0: unknown
  bool starts = false;   // within the record; others are there from the beginning
  bool ends = false;
  double start = 0;  // in phases, to an eighth
  double end = 0;
};

struct Phase {
  uint64_t duration_ns = 0;
  uint64_t rare_births = 0;  // lives of this phase that a rung with broader phases holds, and that end
  uint64_t rare_stays = 0;   // and that do not
};

// What of a record is not in its model.
struct LeftOut {
  uint64_t lives_dropped = 0;
  uint64_t bytes_dropped = 0;
  uint64_t failed = 0;
  uint64_t unknown_frees = 0;
  uint64_t null_frees = 0;
  uint64_t marks = 0;
  uint64_t gaps = 0;
  uint64_t threads = 0;  // with fewer than kCountLeast events

  bool operator==(const LeftOut&) const = default;
};

struct Model {
  uint64_t events = 0;  // of the record
  uint64_t lives = 0;
  uint64_t bytes = 0;  // of all lives
  bool timed = false;
  std::vector<Phase> phases;
  std::vector<ModelThread> threads;  // the first one first
  std::vector<Cell> cells;           // in an order of their own
  LeftOut left_out;

  double phase_events() const { return static_cast<double>(events) / static_cast<double>(phases.size()); }
};

// How many phases a record of so many events is cut into.
unsigned phases_for(uint64_t events);

// Takes the lives of one record. Memory: the model's cells, at most `cells_most` before it drops to coarser rungs.
class ModelBuilder final : public LifeSink {
 public:
  static constexpr size_t kCellsMost = size_t{1} << 21;

  // `events`: as many as the record says it has.
  ModelBuilder(uint64_t events, uint64_t ticks_per_second, size_t cells_most = kCellsMost);

  void on_event(const reel::Event& event, uint64_t position, uint64_t live_bytes) override;
  void on_life(const Life& life) override;
  Model finish();

 private:
  struct Sum {
    uint64_t count = 0;
    double bytes = 0;
    double weights = 0;  // bytes, but at least one a life
    double lengths = 0;  // by weight

    double length_mean() const { return lengths / weights; }
    void add(const Sum& other) {
      count += other.count;
      bytes += other.bytes;
      weights += other.weights;
      lengths += other.lengths;
    }
  };
  using Cells = std::unordered_map<CellKey, Sum, CellKeyHash>;
  struct Seen {
    ModelThread thread;
    uint32_t serial = 0;
    uint64_t events = 0;
  };

  unsigned phase_of(uint64_t position) const;
  uint32_t place_of(uint32_t serial);
  void meet(const reel::Event& event, uint64_t position);
  CellKey key_of(const Life& life);
  // Sends what has fewer than `least` lives to the next rung.
  void fold(unsigned rung, uint64_t least);
  void make_room();
  void keep_cells(Model& model);
  void keep_threads(Model& model);
  void keep_times(Model& model);

  uint64_t events_declared_;
  uint64_t ticks_per_second_;
  size_t cells_most_;
  std::array<Cells, kLadder.size()> rungs_;
  std::vector<Seen> threads_;
  std::unordered_map<uint32_t, uint32_t> places_;  // of serials in threads_
  std::vector<uint64_t> phase_begin_;              // ticks; of the first event of each phase
  uint64_t last_time_ = 0;
  Model model_;
};

}  // namespace heapreel::like
