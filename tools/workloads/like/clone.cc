// The draws of clone.h.
#include "tools/workloads/like/clone.h"

#include <cmath>

#include "tools/workloads/like/grid.h"

namespace heapreel::like {
namespace {

constexpr size_t kBatchEvents = 1U << 14;
constexpr uint64_t kStream = 0x6c696b65;  // tells the clone's chances from those of a workload with the same seed

double stretch_of(const Model& model, const CloneOptions& options) {
  if (options.events == 0 || model.events == 0) return 1;
  return static_cast<double>(options.events) / static_cast<double>(model.events);
}

}  // namespace

CloneStream::CloneStream(const Model& model, const CloneOptions& options)
    : model_(&model),
      random_(options.seed, kStream),
      stretch_(stretch_of(model, options)),
      successors_(model, stretch_) {
  phase_events_ = model.phase_events() * stretch_;
  for (const Cell& cell : model.cells) left_.push_back(rounded(static_cast<double>(cell.count) * stretch_));
  is_alive_.resize(model.threads.size());
  for (uint32_t i = 0; i < model.threads.size(); ++i) {
    const ModelThread& thread = model.threads[i];
    is_alive_[i] = !thread.starts;
    if (!thread.starts && i != 0) alive_.push_back(i);
    if (thread.starts) turns_.push_back({phase_begin(thread.start), i, true});
    if (thread.ends) turns_.push_back({phase_begin(std::max(thread.end, thread.start)), i, false});
  }
  std::ranges::stable_sort(turns_, [](const Turn& a, const Turn& b) {
    return a.at != b.at ? a.at > b.at : a.starts != b.starts ? b.starts : a.thread > b.thread;
  });
  phase_ns_.push_back(0);
  for (const Phase& phase : model.phases)
    phase_ns_.push_back(phase_ns_.back() + static_cast<double>(phase.duration_ns) * stretch_);
}

// How many lives of a cell begin in the current phase.
uint64_t CloneStream::share_of(uint32_t at) {
  const CellKey& key = model_->cells[at].key;
  const unsigned shift = kLadder[key.rung].phase_shift;
  const Range range = group_of(key.phase, shift, model_->phases.size() - 1);
  if (key.old_step != 0 || phase_ < range.first || phase_ > range.last) return 0;
  uint64_t share = left_[at];
  if (phase_ != range.last && key.birth != reel::Op::kInherited) {
    double rest = 0;
    for (uint64_t phase = phase_; phase <= range.last; ++phase)
      rest += static_cast<double>(model_->phases[phase].rare_births);
    const auto own = static_cast<double>(model_->phases[phase_].rare_births);
    share = rest > 0 ? std::min(share, rounded(static_cast<double>(share) * own / rest)) : 0;
  }
  left_[at] -= share;
  return share;
}

void CloneStream::begin_phase() {
  phase_begun_ = true;
  colours_.clear();
  std::vector<uint64_t> balls;
  for (uint32_t at = 0; at < model_->cells.size(); ++at) {
    const uint64_t share = share_of(at);
    if (share == 0) continue;
    if (model_->cells[at].key.birth == reel::Op::kInherited) {
      for (uint64_t i = 0; i < share; ++i) give_birth(at, phase_begin(phase_));
      continue;
    }
    colours_.push_back(at);
    balls.push_back(share);
  }
  urn_ = Urn(balls);
  birth_step_ = urn_.left() != 0 ? phase_events_ / static_cast<double>(urn_.left()) : 0;
  next_birth_ = phase_begin(phase_) + birth_step_ / 2;
}

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

// How many positions after its birth at `at` a block dies. In the record's positions: a lifetime does not stretch.
double CloneStream::length_of(const Cell& cell, double at) {
  const Rung& rung = kLadder[cell.key.rung];
  const double phase = model_->phase_events();
  if ((cell.key.lasts & kPhaseOfDeath) != 0) {
    const double born = at / stretch_;
    const double begin = std::max(static_cast<double>(cell.key.lasts & ~unsigned{kPhaseOfDeath}) * phase, born);
    const double end = std::max(static_cast<double>((cell.key.lasts & ~unsigned{kPhaseOfDeath}) + 1) * phase, begin);
    return std::max(1.0, begin + random_.unit() * (end - begin) - born);
  }
  const Range steps = group_of(cell.key.lasts, rung.life_shift, kLifeStepLast);
  const auto least = static_cast<double>(life_at(static_cast<unsigned>(steps.first)));
  const auto most = static_cast<double>(life_at(static_cast<unsigned>(steps.last) + 1));
  return draw_around(cell.length_mean, least, std::min(most, std::max(static_cast<double>(model_->events), least + 1)));
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
  const double phases = at / phase_events_;
  const size_t phase = std::min(static_cast<size_t>(phases), model_->phases.size() - 1);
  const double ns =
      phase_ns_[phase] + std::min(phases - static_cast<double>(phase), 1.0) * (phase_ns_[phase + 1] - phase_ns_[phase]);
  end_ns_ = std::max(end_ns_, static_cast<uint64_t>(ns));
  event.time = end_ns_;
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
  if (cell.key.lasts == kNever) return;
  dues_.push({.at = now + length_of(cell, now),
              .object = objects_,
              .size = birth.size,
              .cell = at,
              .thread = birth.thread,
              .number = objects_});
}

void CloneStream::give_birth(uint32_t at, double now) {
  const CellKey& key = model_->cells[at].key;
  reel::Event event{.thread = birth_thread(key.born_by), .op = key.birth};
  event.flags = key.flags & (reel::kNullOld | reel::kRuntime);
  event.align_log2 = key.align_log2;
  settle(at, event, now);
}

void CloneStream::die(const Due& due) {
  const CellKey& key = model_->cells[due.cell].key;
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
  const auto phase = std::min(static_cast<size_t>(due.at / phase_events_), model_->phases.size() - 1);
  const auto heir = successors_.draw(due.size, static_cast<unsigned>(phase), random_);
  if (heir) return settle(*heir, event, due.at);
  // Nothing near was ever reallocated as far as the model knows.
  emit({.object = due.object, .thread = event.thread, .op = reel::Op::kFree}, due.at);
}

void CloneStream::take_turn() {
  const Turn turn = turns_.back();
  turns_.pop_back();
  reel::Event event{.thread = turn.thread, .op = turn.starts ? reel::Op::kThreadStart : reel::Op::kThreadEnd};
  if (turn.starts) event.size = model_->threads[turn.thread].creator;
  is_alive_[turn.thread] = turn.starts;
  if (turn.starts)
    alive_.push_back(turn.thread);
  else
    std::erase(alive_, turn.thread);
  emit(event, turn.at);
}

// The next thing to happen. False when nothing ever will.
bool CloneStream::step() {
  if (!phase_begun_) begin_phase();
  const double phase_end = phase_begin(phase_ + 1.0);
  const bool is_last = phase_ + 1 == model_->phases.size();
  const double birth = urn_.left() != 0 ? next_birth_ : phase_end;
  const double due = dues_.empty() ? phase_end : dues_.top().at;
  const double end = turns_.empty() ? phase_end : turns_.back().at;
  if (!turns_.empty() && (turns_.back().starts ? end <= std::min(birth, due) : end < std::min(birth, due))) {
    take_turn();
  } else if (!dues_.empty() && due <= birth) {
    const Due now = dues_.top();
    dues_.pop();
    die(now);
  } else if (urn_.left() != 0) {
    const uint32_t cell = colours_[urn_.draw(random_)];
    const double now = next_birth_;
    next_birth_ += birth_step_;
    give_birth(cell, now);
  } else if (!turns_.empty() && end <= phase_end) {
    take_turn();
  } else if (!is_last) {
    ++phase_;
    phase_begun_ = false;
  } else {
    return false;
  }
  return true;
}

base::Result<bool> CloneStream::next(reel::EventBatch& batch) {
  batch_.clear();
  const uint64_t first_event = events_;
  const uint64_t first_object = objects_ + 1;
  while (batch_.size() < kBatchEvents && step()) {
  }
  batch = {.events = batch_, .first_event = first_event, .first_object = first_object};
  return !batch_.empty();
}

}  // namespace heapreel::like
