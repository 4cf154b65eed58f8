// The life of one block of a clone, from birth to death; clone.cc decides when there is one.
#include <cmath>

#include "tools/workloads/like/clone.h"
#include "tools/workloads/like/grid.h"

namespace heapreel::like {
namespace {

// The plain way to free what was never freed.
reel::Op free_of(reel::Op birth) {
  switch (birth) {
    case reel::Op::kNew:
    case reel::Op::kNewNothrow:
      return reel::Op::kDelete;
    case reel::Op::kNewArray:
    case reel::Op::kNewArrayNothrow:
      return reel::Op::kDeleteArray;
    case reel::Op::kNewAligned:
    case reel::Op::kNewAlignedNothrow:
      return reel::Op::kDeleteAligned;
    case reel::Op::kNewArrayAligned:
    case reel::Op::kNewArrayAlignedNothrow:
      return reel::Op::kDeleteArrayAligned;
    default:
      return reel::Op::kFree;
  }
}

}  // namespace

// Only means stand in the model but for exact sizes: the points of the scale on both sides of it, in such shares that
// the mean stays.
uint64_t CloneStream::size_of(const Cell& cell) {
  if (kLadder[cell.key.rung].exact_size) return cell.key.size;
  const unsigned step = size_step(static_cast<uint64_t>(std::ceil(cell.size_mean)));
  const uint64_t above = size_at(step);
  const uint64_t below = step > 1 ? size_at(step - 1) : above;
  if (above == below) return above;
  const double share = (cell.size_mean - static_cast<double>(below)) / static_cast<double>(above - below);
  return random_.chance(share) ? above : below;
}

// From `least` to `most`, and `mean` on average.
double CloneStream::draw_around(double mean, double least, double most) {
  const double share = std::clamp((mean - least) / std::max(most - least, 1.0), 0.001, 0.999);
  return least + (most - least) * std::pow(random_.unit(), 1 / share - 1);
}

// How many positions after its birth at `at` a block dies: within this run, or, if the record never saw it die, in the
// first phase of the next.
double CloneStream::length_of(const Cell& cell, double at) {
  if (cell.key.lasts == kNever) return run_begin_ + length() - at + random_.unit() * phase_events_;
  const Rung& rung = kLadder[cell.key.rung];
  const double born = at - run_begin_;
  const double rest = std::max(length() - born, 1.0);
  if ((cell.key.lasts & kPhaseOfDeath) != 0) {
    const double phase = cell.key.lasts & ~unsigned{kPhaseOfDeath};
    const double begin = std::max(phase * phase_events_, born);
    const double end = std::max((phase + 1) * phase_events_, begin);
    return std::clamp(begin + random_.unit() * (end - begin) - born, 1.0, rest);
  }
  const Range steps = group_of(cell.key.lasts, rung.life_shift, kLifeStepLast);
  const auto least = static_cast<double>(life_at(static_cast<unsigned>(steps.first)));
  const auto most = static_cast<double>(life_at(static_cast<unsigned>(steps.last) + 1));
  return draw_around(cell.length_mean, std::min(least, rest), std::min(most, rest));
}

uint32_t CloneStream::any_thread(uint32_t but) {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries && !alive_.empty(); ++i)
    if (const uint32_t thread = alive_[random_.below(alive_.size())]; thread != but) return thread;
  return 0;
}

uint32_t CloneStream::birth_thread(uint32_t wanted) {
  return wanted < is_alive_.size() && is_alive_[wanted] ? wanted : any_thread(0);
}

uint32_t CloneStream::death_thread(uint32_t wanted, uint32_t born_by) {
  if (wanted == kSameThread) return is_alive_[born_by] ? born_by : any_thread(born_by);
  return wanted < is_alive_.size() && is_alive_[wanted] ? wanted : any_thread(born_by);
}

void CloneStream::emit(reel::Event event, double at) {
  const double phases = std::max(at - run_begin_, 0.0) / phase_events_;
  const size_t phase = std::min(static_cast<size_t>(phases), model_->phases.size() - 1);
  const double ns =
      phase_ns_[phase] + std::min(phases - static_cast<double>(phase), 1.0) * (phase_ns_[phase + 1] - phase_ns_[phase]);
  end_ns_ = std::max(end_ns_, static_cast<uint64_t>(run_begin_ns_ + ns));
  event.time = end_ns_;
  event.thread = serial_of_[event.thread];
  batch_.push_back(event);
  ++events_;
}

// A block is born: what comes of it.
void CloneStream::settle(uint32_t at, reel::Event birth, double now) {
  const Cell& cell = model_->cells[at];
  birth.size = size_of(cell);
  birth.object = ++objects_;
  emit(birth, now);
  for (unsigned i = 0; i < cell.key.reads; ++i)
    emit({.object = birth.object, .thread = birth.thread, .op = reel::Op::kUsableSize}, now);
  if (cell.key.lasts == kNever && run_begin_ + length() >= limit_) return;
  const double end = now + length_of(cell, now);
  if (end > limit_) return;
  dues_.push(
      {.at = end, .object = objects_, .size = birth.size, .cell = at, .thread = birth.thread, .number = objects_});
}

void CloneStream::give_birth(uint32_t at, double now) {
  const CellKey& key = model_->cells[at].key;
  reel::Event event{.thread = birth_thread(key.born_by), .op = key.birth};
  event.flags = key.flags & (reel::kNullOld | reel::kRuntime);
  event.align_log2 = key.align_log2;
  // Only what lives before the first event is inherited.
  if (key.birth == reel::Op::kInherited && run_begin_ > 0) event.op = reel::Op::kMalloc;
  settle(at, event, now);
}

void CloneStream::die_of_age(const Due& due) {
  const CellKey& key = model_->cells[due.cell].key;
  reel::Event event{.object = due.object, .thread = death_thread(kSameThread, due.thread), .op = free_of(key.birth)};
  if (reel::traits(event.op).aligned) event.align_log2 = key.align_log2;
  emit(event, due.at);
}

void CloneStream::die(const Due& due) {
  const CellKey& key = model_->cells[due.cell].key;
  if (key.lasts == kNever) return die_of_age(due);
  reel::Event event{.thread = death_thread(key.died_by, due.thread), .op = key.death};
  if (!reel::traits(key.death).reallocates) {
    event.object = due.object;
    if (reel::traits(key.death).sized) event.size = due.size;
    if (reel::traits(key.death).aligned) event.align_log2 = key.align_log2;
    return emit(event, due.at);
  }
  event.old_object = due.object;
  if ((key.flags & reel::kNoResult) != 0) {
    event.flags = reel::kNoResult;
    return emit(event, due.at);
  }
  const auto heir = successors_.draw(due.size, phase_, random_);
  if (heir) return settle(*heir, event, due.at);
  // Nothing near was ever reallocated as far as the model knows.
  emit({.object = due.object, .thread = event.thread, .op = reel::Op::kFree}, due.at);
}

}  // namespace heapreel::like
