// The counting of model.h.
#include "tools/workloads/like/model.h"

#include <cmath>

#include "tools/workloads/like/grid.h"
#include "trace_format/base/ticks.h"

namespace heapreel::like {
namespace {

// A phase of fewer events would have too few lives of a kind for its cells to be kept.
constexpr uint64_t kPhaseEventsLeast = 2048;
constexpr double kThreadSteps = 8;  // starts and ends of threads are known to this part of a phase

double down_to_step(double phases) { return std::floor(phases * kThreadSteps) / kThreadSteps; }
double up_to_step(double phases) { return std::ceil(phases * kThreadSteps) / kThreadSteps; }

uint64_t clamped(double value) { return value < 0 ? 0 : static_cast<uint64_t>(value); }

}  // namespace

unsigned phases_for(uint64_t events) {
  return static_cast<unsigned>(std::clamp<uint64_t>(events / kPhaseEventsLeast, 1, kPhasesMost));
}

ModelBuilder::ModelBuilder(uint64_t events, uint64_t ticks_per_second, size_t cells_most)
    : events_declared_(std::max<uint64_t>(events, 1)), ticks_per_second_(ticks_per_second), cells_most_(cells_most) {
  model_.phases.resize(phases_for(events));
}

unsigned ModelBuilder::phase_of(uint64_t position) const {
  const auto phases = static_cast<unsigned>(model_.phases.size());
  const double share = static_cast<double>(position) / static_cast<double>(events_declared_);
  return std::min(static_cast<unsigned>(share * phases), phases - 1);
}

uint32_t ModelBuilder::place_of(uint32_t serial) {
  const auto [found, is_new] = places_.try_emplace(serial, static_cast<uint32_t>(threads_.size()));
  if (is_new) threads_.push_back({.thread = {}, .serial = serial});
  return found->second;
}

// Keeps the roster.
void ModelBuilder::meet(const reel::Event& event, uint64_t position) {
  // The first thread of all is nobody's child.
  if (threads_.empty() && event.op == reel::Op::kThreadStart && event.size != 0)
    place_of(static_cast<uint32_t>(event.size - 1));
  const uint32_t place = place_of(event.thread);
  const bool is_first_seen = ++threads_[place].events == 1;
  const double at =
      static_cast<double>(position) / static_cast<double>(events_declared_) * static_cast<double>(model_.phases.size());
  if (event.op == reel::Op::kThreadEnd) {
    threads_[place].thread.ends = place != 0;
    threads_[place].thread.end = up_to_step(at);
  }
  if (event.op != reel::Op::kThreadStart || !is_first_seen || place == 0) return;
  const uint32_t creator = event.size != 0 ? place_of(static_cast<uint32_t>(event.size - 1)) + 1 : 0;
  threads_[place].thread.starts = true;
  threads_[place].thread.start = down_to_step(at);
  threads_[place].thread.creator = creator;
}

void ModelBuilder::on_event(const reel::Event& event, uint64_t position, uint64_t) {
  meet(event, position);
  const unsigned phase = phase_of(position);
  while (phase_begin_.size() <= phase) phase_begin_.push_back(event.time);
  last_time_ = event.time;
  ++model_.events;
  if (reel::traits(event.op).allocates && (event.flags & reel::kFailed) != 0) ++model_.left_out.failed;
  if (reel::traits(event.op).frees && event.object == reel::kNoObject)
    ++((event.flags & reel::kUnknown) != 0 ? model_.left_out.unknown_frees : model_.left_out.null_frees);
  if (event.op == reel::Op::kMark) ++model_.left_out.marks;
  if (event.op == reel::Op::kGap) ++model_.left_out.gaps;
}

CellKey ModelBuilder::key_of(const Life& life) {
  CellKey key{.size = life.size, .born_by = place_of(life.born_by)};
  key.phase = static_cast<uint16_t>(phase_of(life.born));
  key.birth = life.birth;
  key.death = life.death;
  key.flags = life.flags;
  key.align_log2 = life.align_log2;
  key.reads = life.reads;
  key.lasts = kNever;
  key.died_by = kSameThread;
  if (life.has_old) key.old_step = static_cast<uint16_t>(size_step(life.old_size) + 1);
  if (!life.freed()) return key;
  const uint64_t lasted = life.died - life.born;
  const bool is_short = lasted * model_.phases.size() < events_declared_;
  key.lasts = static_cast<uint16_t>(is_short ? life_step(lasted) : kPhaseOfDeath + phase_of(life.died));
  if (life.died_by != life.born_by) key.died_by = place_of(life.died_by);
  return key;
}

void ModelBuilder::on_life(const Life& life) {
  ++model_.lives;
  model_.bytes += life.size;
  const auto weight = static_cast<double>(std::max<uint64_t>(life.size, 1));
  const double length = life.freed() ? static_cast<double>(life.died - life.born) : 0;
  rungs_[0][key_of(life)].add(
      {.count = 1, .bytes = static_cast<double>(life.size), .weights = weight, .lengths = weight * length});
  if (rungs_[0].size() > cells_most_) make_room();
}

void ModelBuilder::fold(unsigned rung, uint64_t least) {
  const bool is_last = rung + 1 == rungs_.size();
  for (auto cell = rungs_[rung].begin(); cell != rungs_[rung].end();) {
    const auto& [key, sum] = *cell;
    if (sum.count >= least) {
      ++cell;
      continue;
    }
    if (is_last) {
      model_.left_out.lives_dropped += sum.count;
      model_.left_out.bytes_dropped += clamped(sum.bytes);
    } else {
      rungs_[rung + 1][seen_from(key, rung + 1, sum.length_mean())].add(sum);
      const bool loses_phase = kLadder[rung].phase_shift == 0 && kLadder[rung + 1].phase_shift != 0;
      Phase& phase = model_.phases[loses_phase ? key.phase : 0];
      if (loses_phase && key.old_step == 0) (key.lasts == kNever ? phase.rare_stays : phase.rare_births) += sum.count;
    }
    cell = rungs_[rung].erase(cell);
  }
}

// The thinnest cells go first; a record of endless variety ends up on coarser rungs, never in more memory.
void ModelBuilder::make_room() {
  for (uint64_t least = kCountLeast; rungs_[0].size() > cells_most_ / 2; least *= 2) fold(0, least);
  for (unsigned rung = 1; rung + 1 < rungs_.size(); ++rung)
    for (uint64_t least = kCountLeast; rungs_[rung].size() > cells_most_ / 2; least *= 2) fold(rung, least);
}

void ModelBuilder::keep_cells(Model& model) {
  for (unsigned rung = 0; rung < rungs_.size(); ++rung) {
    fold(rung, kCountLeast);
    for (const auto& [key, sum] : rungs_[rung]) {
      const double size_mean = sum.bytes / static_cast<double>(sum.count);
      model.cells.push_back({.key = key, .count = sum.count, .size_mean = size_mean, .length_mean = sum.length_mean()});
    }
    rungs_[rung].clear();
  }
  // A hash map's order is the library's choice.
  const auto words = [](const Cell& cell) { return std::bit_cast<std::array<uint64_t, 4>>(cell.key); };
  std::ranges::sort(model.cells, {}, words);
}

// Those with too few events leave the roster; whoever they created has no creator then.
void ModelBuilder::keep_threads(Model& model) {
  std::vector<uint32_t> kept(threads_.size(), kOtherThread);
  for (uint32_t place = 0; place < threads_.size(); ++place) {
    if (place != 0 && threads_[place].events < kCountLeast) continue;
    kept[place] = static_cast<uint32_t>(model.threads.size());
    model.threads.push_back(threads_[place].thread);
  }
  model.left_out.threads = threads_.size() - model.threads.size();
  for (ModelThread& thread : model.threads)
    if (thread.creator != 0) {
      const uint32_t creator = kept[thread.creator - 1];
      thread.creator = creator == kOtherThread ? 0 : creator + 1;
    }
  for (Cell& cell : model.cells)
    for (uint32_t* thread : {&cell.key.born_by, &cell.key.died_by})
      if (*thread < threads_.size()) *thread = kept[*thread];
}

void ModelBuilder::keep_times(Model& model) {
  phase_begin_.resize(model.phases.size(), last_time_);
  phase_begin_.push_back(last_time_);
  for (size_t i = 0; i < model.phases.size(); ++i)
    model.phases[i].duration_ns = base::ticks_to_ns(phase_begin_[i + 1] - phase_begin_[i], ticks_per_second_);
  model.timed = last_time_ != phase_begin_.front();
}

Model ModelBuilder::finish() {
  keep_cells(model_);
  keep_threads(model_);
  keep_times(model_);
  return std::move(model_);
}

}  // namespace heapreel::like
