// The index and the draw of successors.h.
#include "tools/workloads/like/successors.h"

#include "tools/workloads/like/grid.h"

namespace heapreel::like {
namespace {

constexpr unsigned kAnyPhase = 0xffff;
constexpr unsigned kAnyRung = 0xff;
constexpr unsigned kOldOctaveShift = 3;
constexpr int kTries = 8;

uint64_t name_of(unsigned rung, unsigned phase, unsigned old_step) {
  return (uint64_t{rung} << 32) | (uint64_t{phase} << 16) | old_step;
}

unsigned group_at(unsigned number, unsigned shift) { return shift == kAll ? 0 : number >> shift; }

// How much more a cell of the rung stands for than one phase and one step of size.
double breadth_of(const Rung& rung) {
  const unsigned phases = rung.phase_shift == kAll ? kPhasesMost : 1U << rung.phase_shift;
  const unsigned steps = rung.old_shift == kAll ? 1U << 5U : 1U << rung.old_shift;
  return static_cast<double>(phases) * steps;
}

}  // namespace

void Successors::refill() {
  left_.clear();
  for (const Cell& cell : model_->cells) left_.push_back(cell.count);
}

Successors::Successors(const Model& model) : model_(&model) {
  const auto put = [this](uint64_t name, uint32_t at, uint64_t count) {
    Group& group = groups_[name];
    group.cells.push_back(at);
    group.sums.push_back((group.sums.empty() ? 0 : group.sums.back()) + count);
  };
  for (uint32_t at = 0; at < model.cells.size(); ++at) {
    const CellKey& key = model.cells[at].key;
    const uint64_t count = model.cells[at].count;
    if (key.old_step == 0) continue;
    put(name_of(key.rung, key.phase, key.old_step - 1U), at, count);
    // Where nothing stands for this phase: the same size at any time, or, last, a like one.
    const unsigned shift = kLadder[key.rung].old_shift;
    if (shift == 0) put(name_of(kAnyRung, kAnyPhase, key.old_step - 1U), at, count);
    const auto step = static_cast<unsigned>(group_of(key.old_step - 1U, shift, 0xfff).first);
    if (shift <= kOldOctaveShift) put(name_of(kAnyRung - 1, kAnyPhase, step >> kOldOctaveShift), at, count);
  }
}

const Successors::Group* Successors::find(unsigned rung, unsigned phase, unsigned old_step) const {
  const auto found = groups_.find(name_of(rung, phase, old_step));
  return found == groups_.end() ? nullptr : &found->second;
}

std::optional<uint32_t> Successors::draw_from(const Group* group, workloads::Random& random) {
  for (int i = 0; i < kTries && group != nullptr; ++i) {
    const auto found = std::ranges::upper_bound(group->sums, random.below(group->sums.back()));
    const uint32_t cell = group->cells[static_cast<size_t>(found - group->sums.begin())];
    if (left_[cell] == 0) continue;
    --left_[cell];
    return cell;
  }
  return std::nullopt;
}

std::optional<uint32_t> Successors::draw(uint64_t old_size, unsigned phase, workloads::Random& random) {
  const unsigned step = size_step(old_size);
  std::array<const Group*, kLadder.size()> groups{};
  std::array<double, kLadder.size()> weights{};
  double total = 0;
  for (unsigned rung = 0; rung < kLadder.size(); ++rung) {
    const Rung& seen = kLadder[rung];
    groups[rung] = find(rung, group_at(phase, seen.phase_shift), group_at(step, seen.old_shift));
    if (groups[rung] == nullptr) continue;
    weights[rung] = static_cast<double>(groups[rung]->sums.back()) / breadth_of(seen);
    total += weights[rung];
  }
  double chosen = random.unit() * total;
  for (unsigned rung = 0; rung < kLadder.size(); ++rung) {
    if (chosen < weights[rung])
      if (const auto cell = draw_from(groups[rung], random)) return cell;
    chosen -= weights[rung];
  }
  if (const auto cell = draw_from(find(kAnyRung, kAnyPhase, step), random)) return cell;
  return draw_from(find(kAnyRung - 1, kAnyPhase, step >> kOldOctaveShift), random);
}

}  // namespace heapreel::like
