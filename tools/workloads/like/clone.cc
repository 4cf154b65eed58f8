// The draws of clone.h.
#include "tools/workloads/like/clone.h"

namespace heapreel::like {
namespace {

constexpr size_t kBatchEvents = 1U << 14;
constexpr uint64_t kStream = 0x6c696b65;  // tells the clone's chances from those of a workload with the same seed

}  // namespace

CloneStream::CloneStream(const Model& model, const CloneOptions& options)
    : model_(&model),
      random_(options.seed, kStream),
      successors_(model),
      phase_events_(model.phase_events()),
      limit_(static_cast<double>(options.events != 0 ? options.events : model.events)),
      events_most_(options.events != 0 ? options.events : ~uint64_t{0}),
      serial_of_(model.threads.size()),
      is_alive_(model.threads.size()) {
  phase_ns_.push_back(0);
  for (const Phase& phase : model.phases)
    phase_ns_.push_back(phase_ns_.back() + static_cast<double>(phase.duration_ns));
  for (uint32_t i = 0; i < model.threads.size(); ++i) {
    if (model.threads[i].starts) continue;
    serial_of_[i] = serials_++;
    is_alive_[i] = true;
    if (i != 0) alive_.push_back(i);
  }
  begin_run();
}

void CloneStream::begin_run() {
  phase_ = 0;
  phase_begun_ = false;
  successors_.refill();
  left_.clear();
  for (const Cell& cell : model_->cells) left_.push_back(cell.count);
  for (uint32_t i = 0; i < model_->threads.size(); ++i) {
    const ModelThread& thread = model_->threads[i];
    if (thread.starts) turns_.push_back({place_of(thread.start), i, true});
    if (thread.ends && (thread.starts || is_alive_[i]))
      turns_.push_back({place_of(std::max(thread.end, thread.start)), i, false});
  }
  std::ranges::stable_sort(turns_, [](const Turn& a, const Turn& b) {
    return a.at != b.at ? a.at > b.at : a.starts != b.starts ? b.starts : a.thread > b.thread;
  });
}

// The threads that began in this run end with it; the next one begins its own.
void CloneStream::end_run() {
  turns_.clear();
  const double end = place_of(static_cast<double>(model_->phases.size()));
  for (uint32_t i = static_cast<uint32_t>(model_->threads.size()); i-- > 0;)
    if (model_->threads[i].starts && is_alive_[i]) turns_.push_back({end, i, false});
  while (!turns_.empty()) take_turn();
  run_begin_ = end;
  run_begin_ns_ += phase_ns_.back();
  begin_run();
}

// What ends within the run is born early enough for that.
uint64_t CloneStream::last_birth_phase(const Cell& cell) const {
  if (cell.key.lasts == kNever) return model_->phases.size() - 1;
  return static_cast<uint64_t>(std::max(length() - cell.length_mean, 0.0) / phase_events_);
}

// How many lives of a cell begin in the current phase.
uint64_t CloneStream::share_of(uint32_t at) {
  const CellKey& key = model_->cells[at].key;
  const unsigned shift = kLadder[key.rung].phase_shift;
  const Range range = group_of(key.phase, shift, model_->phases.size() - 1);
  if (key.old_step != 0 || phase_ < range.first || left_[at] == 0) return 0;
  const uint64_t last = std::min(range.last, last_birth_phase(model_->cells[at]));
  uint64_t share = left_[at];
  if (phase_ < last && key.birth != reel::Op::kInherited) {
    const auto weight = [this, &key](uint64_t phase) {
      const Phase& rare = model_->phases[phase];
      return static_cast<double>(key.lasts == kNever ? rare.rare_stays : rare.rare_births);
    };
    double rest = 0;
    for (uint64_t phase = phase_; phase <= last; ++phase) rest += weight(phase);
    const double due = rest > 0 ? static_cast<double>(share) * weight(phase_) / rest : 0;
    share = std::min(share, static_cast<uint64_t>(due + random_.unit()));
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
      for (uint64_t i = 0; i < share; ++i) give_birth(at, place_of(phase_));
      continue;
    }
    colours_.push_back(at);
    balls.push_back(share);
  }
  urn_ = Urn(balls);
  birth_step_ = urn_.left() != 0 ? phase_events_ / static_cast<double>(urn_.left()) : 0;
  next_birth_ = place_of(phase_) + birth_step_ / 2;
}

void CloneStream::take_turn() {
  const Turn turn = turns_.back();
  turns_.pop_back();
  const uint32_t creator = model_->threads[turn.thread].creator;
  reel::Event event{.thread = turn.thread, .op = turn.starts ? reel::Op::kThreadStart : reel::Op::kThreadEnd};
  if (turn.starts) {
    serial_of_[turn.thread] = serials_++;
    alive_.push_back(turn.thread);
    if (creator != 0 && is_alive_[creator - 1]) event.size = serial_of_[creator - 1] + uint64_t{1};
  } else {
    std::erase(alive_, turn.thread);
  }
  is_alive_[turn.thread] = turn.starts;
  emit(event, turn.at);
}

// A cell whose thread is there to give birth, as far as a few draws find one.
uint32_t CloneStream::draw_birth() {
  constexpr size_t kTries = 8;
  std::array<size_t, kTries> refused{};
  size_t tries = 0, colour = urn_.draw(random_);
  const auto is_absent = [this](size_t drawn) {
    const uint32_t thread = model_->cells[colours_[drawn]].key.born_by;
    return thread < is_alive_.size() && !is_alive_[thread];
  };
  while (is_absent(colour) && tries < kTries && urn_.left() != 0) {
    refused[tries++] = colour;
    colour = urn_.draw(random_);
  }
  for (size_t i = 0; i < tries; ++i) urn_.put_back(refused[i]);
  return colours_[colour];
}

// The next thing to happen. False when nothing ever will.
bool CloneStream::step() {
  if (!phase_begun_) begin_phase();
  const double phase_end = place_of(phase_ + 1.0);
  const double birth = urn_.left() != 0 ? next_birth_ : phase_end;
  const double due = dues_.empty() ? phase_end : std::min(dues_.top().at, phase_end);
  const double end = turns_.empty() ? phase_end : std::min(turns_.back().at, phase_end);
  const double now = std::min({birth, due, end});
  if (now > limit_) return false;
  const bool begins_thread = !turns_.empty() && turns_.back().starts;
  if (end < phase_end && (begins_thread ? end <= now : end < std::min(birth, due))) {
    take_turn();
  } else if (!dues_.empty() && dues_.top().at <= std::min(birth, phase_end)) {
    const Due top = dues_.top();
    dues_.pop();
    die(top);
  } else if (urn_.left() != 0) {
    next_birth_ += birth_step_;
    give_birth(draw_birth(), birth);
  } else if (!turns_.empty() && turns_.back().at <= phase_end) {
    take_turn();
  } else {
    return next_phase();
  }
  return true;
}

bool CloneStream::next_phase() {
  phase_begun_ = false;
  if (++phase_ < model_->phases.size()) return true;
  if (place_of(phase_) >= limit_) return false;
  end_run();
  return true;
}

base::Result<bool> CloneStream::next(reel::EventBatch& batch) {
  batch_.clear();
  const uint64_t first_event = events_;
  const uint64_t first_object = objects_ + 1;
  while (batch_.size() < kBatchEvents && events_ < events_most_ && step()) {
  }
  batch = {.events = batch_, .first_event = first_event, .first_object = first_object};
  return !batch_.empty();
}

}  // namespace heapreel::like
