// What forked children inherit: the blocks that lived in the parent at the fork, as events at the front of the child's
// reel.
//
// A child's events are kept back until its parent's up to the fork have been written, and read again from the parent's
// reel (live_cursor.h). A child that makes no call of its own, as before an exec, inherits nothing: nobody would ask.
#include <algorithm>
#include <fmt/format.h>

#include "recorder/collector/collector.h"

namespace heapreel::collector {

// To be called when the process has its place and its start.
void Collector::find_lineage(FollowedProcess& process) {
  const ring::ProcessRecord& told = pool_.process(process.record);
  auto lineage = std::make_shared<Lineage>();
  lineage->start = lineage->forked_at = process.facts.start;
  lineage->process = process.wanted ? &process : nullptr;
  const auto parent = lineages_.find(told.parent - 1);
  const bool is_fork = process.facts.origin == ring::Origin::kFork && told.parent > 0 && parent != lineages_.end();
  // A record can have found another owner since: it started later.
  if (is_fork && process.wanted && parent->second->start <= lineage->start) adopt(*lineage, parent->second);
  process.awaits_inheritance = lineage->parent != nullptr;
  if (lineage->parent != nullptr) {
    ++lineage->parent->heirs;
    if (process.facts.parent_reel_id.empty()) process.facts.parent_reel_id = lineage->parent->reel_id;
  }
  process.lineage = lineage;
  lineages_[process.record] = std::move(lineage);
}

// What an heir wrote is read when all others' chunks have been; of several heirs, the eldest's first.
void Collector::put_heirs_last(std::vector<uint32_t>& chunks) {
  const auto start_if_heir = [this](uint32_t chunk) -> uint64_t {
    const FollowedProcess* const process = find_or_meet(pool_.chunk(chunk).process);
    return process != nullptr && process->awaits_inheritance ? process->facts.start : 0;
  };
  if (std::ranges::any_of(chunks, start_if_heir)) std::ranges::stable_sort(chunks, {}, start_if_heir);
}

void Collector::settle_owner(uint32_t chunk) {
  const auto owner = processes_.find(pool_.chunk(chunk).process);
  if (owner != processes_.end()) inherit(*owner->second);
}

// Those that have made a call, the eldest first: what it inherited is its own children's, too.
void Collector::settle_inheritances() {
  std::vector<FollowedProcess*> heirs;
  for (const auto& [record, process] : processes_)
    if (process->awaits_inheritance && process->reel != nullptr && process->reel->has_calls())
      heirs.push_back(process.get());
  std::ranges::sort(heirs, {}, [](const FollowedProcess* heir) { return heir->facts.start; });
  for (FollowedProcess* const heir : heirs) inherit(*heir);
}

void Collector::inherit(FollowedProcess& heir) {
  if (!heir.awaits_inheritance || heir.reel == nullptr || !heir.reel->has_calls()) return;
  const std::shared_ptr<Lineage> from = heir.lineage->parent;
  if (auto live = live_set_of(*from, heir.lineage->forked_at); live)
    heir.reel->inherit(**live);
  else
    heir.reel->inherit_nothing(live.error());
  stop_waiting(heir);
}

// It has what it inherits, or never will.
void Collector::stop_waiting(FollowedProcess& heir) {
  if (!heir.awaits_inheritance) return;
  heir.awaits_inheritance = false;
  Lineage& parent = *heir.lineage->parent;
  parent.of_window.reset();
  --parent.heirs;
  if (parent.process == nullptr && parent.heirs == 0) parent.cursor.reset();
  if (heir.reel != nullptr && heir.reel->has_calls()) heir.lineage->parent.reset();
}

// What lived at a raw stamp. Of one that made no call of its own, that is what it inherited.
base::Result<const LiveSet*> Collector::live_set_of(Lineage& of, uint64_t stamp) {
  FollowedProcess* const process = of.process;
  if (process != nullptr) read_all_of(*process);
  if (of.lost)
    return base::fail(base::Error{.code = base::ErrorCode::kIo,
                                  .what = "cannot read the parent's reel",
                                  .why = "it could not be written to its end",
                                  .hint = "make room for both reels"});
  const bool has_reel = process != nullptr && process->reel != nullptr;
  const bool had_calls = has_reel ? process->reel->has_calls() : of.had_calls;
  if (!had_calls && of.parent != nullptr) return live_set_of(*of.parent, of.forked_at);
  if (has_reel) {
    inherit(*process);
    process->reel->flush();
    HEAPREEL_TRY(process->reel->status());
  }
  const uint64_t time = stamp - std::min(stamp, of.start);
  if (has_reel && process->reel->window() != nullptr) {
    auto live = process->reel->window()->live_at(time);
    if (!live) return base::fail(live.error());
    of.of_window = std::make_unique<LiveSet>(std::move(*live));
    return of.of_window.get();
  }
  if (time < of.window_begin) return base::over_limit("cannot tell what lived", "that part was not kept");
  if (of.cursor == nullptr || of.cursor->time() > time)
    of.cursor = std::make_unique<LiveCursor>(clock_.ticks_per_second());
  if (has_reel || had_calls) HEAPREEL_TRY(of.cursor->advance(has_reel ? process->reel->part_path() : of.path, time));
  if (of.cursor->live().overflowed())
    return base::over_limit("cannot tell what was inherited",
                            fmt::format("more than {} blocks were live", LiveSet::kBlocksMax));
  return &of.cursor->live();
}

// Everything its threads have written by now, also in chunks that are on their way to us.
void Collector::read_all_of(const FollowedProcess& process) {
  const uint32_t used = std::min(pool_.header->chunks_used.load(std::memory_order_relaxed), pool_.chunks());
  for (uint32_t index = 0; index < used; ++index) {
    const ring::ChunkHeader& header = pool_.chunk(index);
    const bool taken = header.state.load(std::memory_order_acquire) != ring::ChunkState::kFree;
    if (taken && header.process == process.record) read_chunk(index, false);
  }
}

// The process has gone; its children, and theirs, may still ask.
void Collector::close_lineage(FollowedProcess& process) {
  Lineage& lineage = *process.lineage;
  stop_waiting(process);
  lineage.process = nullptr;
  if (process.reel != nullptr) {
    lineage.had_calls = process.reel->has_calls();
    lineage.lost = lineage.lost || !process.reel->status();
    lineage.path = process.reel->path();
    if (process.reel->window() != nullptr) lineage.window_begin = process.reel->window()->begin();
  }
  if (lineage.heirs == 0) lineage.cursor.reset();
}

}  // namespace heapreel::collector
