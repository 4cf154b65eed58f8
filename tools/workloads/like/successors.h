// What a block becomes when it is reallocated: the cells of lives that a realloc began, found by the phase and by the
// size that they grew from.
//
// Draws are by the cells' counts, and each cell is drawn at most as often as the record has it: what rarely goes on
// must not go on for ever where its usual end was too rare to be kept. A rung's cells that stand for many phases and
// sizes weigh accordingly less against one that says exactly this phase and size. The model must outlive this.
#pragma once

#include <optional>
#include <unordered_map>

#include "tools/workloads/like/model.h"
#include "tools/workloads/stage/random.h"

namespace heapreel::like {

class Successors {
 public:
  explicit Successors(const Model& model);

  // From now on, each cell may be drawn as often again.
  void refill();

  // The place of a cell in the model; none if the record has no more reallocs of anything near this size.
  std::optional<uint32_t> draw(uint64_t old_size, unsigned phase, workloads::Random& random);

 private:
  struct Group {
    std::vector<uint32_t> cells;
    std::vector<uint64_t> sums;  // of counts, up to and with each cell
  };
  const Group* find(unsigned rung, unsigned phase, unsigned old_step) const;
  std::optional<uint32_t> draw_from(const Group* group, workloads::Random& random);

  const Model* model_;
  std::vector<uint64_t> left_;                  // by cell
  std::unordered_map<uint64_t, Group> groups_;  // by rung, phase and old size; and by old size alone
};

}  // namespace heapreel::like
