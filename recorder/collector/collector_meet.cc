// Meeting processes: each at its record in the pool, in the order in which they began.
#include <algorithm>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/collector/collector.h"

namespace heapreel::collector {
namespace {

base::Fd open_pidfd(int pid) { return base::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))); }

}  // namespace

// In the order in which they began, whatever their records: of two with one id the later has replaced the earlier.
void Collector::meet_new_processes() {
  const uint32_t made = pool_.header->processes.load(std::memory_order_acquire);
  if (made == processes_met_) return;
  processes_met_ = made;
  struct Newcomer {
    uint64_t start;
    uint32_t record;
  };
  std::vector<Newcomer> newcomers;
  const uint32_t tried = std::min(pool_.header->records_tried.load(std::memory_order_relaxed), ring::kProcessesMax);
  for (uint32_t record = 0; record < tried; ++record) {
    const ring::ProcessRecord& told = pool_.process(record);
    const bool is_ready = told.ready.load(std::memory_order_acquire) == 1;  // pairs with the shim's release
    if (is_ready && !processes_.contains(record)) newcomers.push_back({clock_.whole(told.start_stamp), record});
  }
  std::ranges::sort(newcomers, {}, &Newcomer::start);  // a child of fork before the image that replaced it
  for (const Newcomer& newcomer : newcomers) meet(newcomer.record);
}

FollowedProcess* Collector::with_pid(int pid) {
  for (const auto& [record, process] : processes_)
    if (process->pid == pid && !process->was_replaced) return process.get();
  return nullptr;
}

// Null for a record that is not there.
FollowedProcess* Collector::find_or_meet(uint32_t record) {
  if (!processes_.contains(record)) meet_new_processes();
  const auto known = processes_.find(record);
  return known == processes_.end() ? nullptr : known->second.get();
}

FollowedProcess* Collector::meet(uint32_t record) {
  if (record >= ring::kProcessesMax) return nullptr;
  const auto known = processes_.find(record);
  if (known != processes_.end()) return known->second.get();
  ring::ProcessRecord& told = pool_.process(record);
  if (told.ready.load(std::memory_order_acquire) != 1) return nullptr;  // pairs with the shim's release

  auto process = std::make_unique<FollowedProcess>();
  take_record(*process, record);
  board_.greeted.store(1);
  board_.processes.fetch_add(1);
  replace_image_before(*process);
  FollowedProcess* const parent = parent_of_process(*process);
  link_to_parent(*process, parent);
  name_process(*process, parent);
  process->wanted = is_wanted(*process);
  if (!process->wanted) told.unwanted.store(1, std::memory_order_relaxed);
  if (process->pidfd.valid()) attention_.watch(process->pidfd.get());
  FollowedProcess& kept = *process;
  processes_[record] = std::move(process);
  find_lineage(kept);
  if (kept.wanted && kept.is_root) open_reel(kept);
  return &kept;
}

void Collector::take_record(FollowedProcess& process, uint32_t record) {
  const ring::ProcessRecord& told = pool_.process(record);
  process.record = record;
  process.pid = static_cast<int>(told.pid);
  process.pidfd = open_pidfd(process.pid);
  process.is_gone = !process.pidfd.valid();
  process.is_root = root_pid_ == process.pid || (root_pid_ == 0 && processes_.empty() && board_.greeted.load() == 0);
  ProcessFacts& facts = process.facts;
  facts.record = record;
  facts.pid = process.pid;
  facts.start = clock_.whole(told.start_stamp);
  facts.origin = told.origin;
  facts.malloc_address = told.malloc_address;
  facts.producer_version = options_.producer_version;
}

// An exec leaves the id and everything outside the process as it was.
void Collector::replace_image_before(FollowedProcess& process) {
  FollowedProcess* const before = with_pid(process.pid);
  if (before == nullptr) return;
  process.is_root = before->is_root;
  process.facts.origin = ring::Origin::kExec;
  before->was_replaced = true;  // sealed at the end of the round: we may be in the middle of a drain
  pass_name_on(*before, process);
}

FollowedProcess* Collector::parent_of_process(const FollowedProcess& process) {
  const ring::ProcessRecord& told = pool_.process(process.record);
  if (told.origin == ring::Origin::kFork && told.parent > 0) return meet(told.parent - 1);
  return with_pid(parent_of(process.pid));
}

// An image that replaced another has that one for its parent.
void Collector::link_to_parent(FollowedProcess& process, FollowedProcess* parent) {
  const auto image_before = last_reel_id_.find(process.pid);
  if (image_before != last_reel_id_.end())
    process.facts.parent_reel_id = image_before->second;
  else if (parent != nullptr && parent->wanted && open_reel(*parent))
    process.facts.parent_reel_id = parent->reel->id();
}

bool Collector::is_wanted(const FollowedProcess& process) const {
  if (!options_.only.empty() && base_name(process.facts.executable) != options_.only) return false;
  if (options_.follow == Follow::kAll || process.is_root) {
    const bool replaced_root = process.is_root && process.facts.origin == ring::Origin::kExec;
    return options_.follow != Follow::kNone || !replaced_root;
  }
  return false;
}

// A forked child has its parent's memory.
const ProcessWatch* Collector::watched_parent(const FollowedProcess& process) {
  const uint32_t parent = pool_.process(process.record).parent;
  if (process.facts.origin != ring::Origin::kFork || parent == 0) return nullptr;
  const auto known = processes_.find(parent - 1);
  return known == processes_.end() || known->second->reel == nullptr ? nullptr : known->second->reel->watch();
}

bool Collector::open_reel(FollowedProcess& process) {
  if (process.reel != nullptr) return true;
  const std::string path = path_for(process);
  auto reel = ProcessReel::create(path, options_.overwrite, process.facts, clock_, capture_);
  if (!reel) {
    complain(reel.error());
    process.wanted = false;
    process.lineage->lost = true;
    pool_.process(process.record).unwanted.store(1, std::memory_order_relaxed);
    return false;
  }
  process.reel = std::move(*reel);
  process.reel->set_hurry(hurry_.is_on());
  if (process.awaits_inheritance) process.reel->await_inheritance();
  process.lineage->reel_id = process.reel->id();
  process.reel->watch_with(sampler_, watched_parent(process));
  if (options_.collect_pid != 0) process.reel->set_second_name(with_word(path, std::to_string(process.pid)));
  last_reel_id_[process.pid] = process.reel->id();
  if (board_.first_path[0] == 0) std::strncpy(board_.first_path.data(), path.c_str(), board_.first_path.size() - 1);
  return true;
}

}  // namespace heapreel::collector
