// The processes: met at their record, named, and sealed when they end.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/collector/collector.h"
#include "recorder/collector/launcher.h"

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
  process->record = record;
  process->pid = static_cast<int>(told.pid);
  process->pidfd = open_pidfd(process->pid);
  process->is_gone = !process->pidfd.valid();
  ProcessFacts& facts = process->facts;
  facts.record = record;
  facts.pid = process->pid;
  facts.start = clock_.whole(told.start_stamp);
  facts.origin = told.origin;
  facts.malloc_address = told.malloc_address;
  facts.producer_version = options_.producer_version;
  process->is_root = root_pid_ == process->pid || (root_pid_ == 0 && processes_.empty() && board_.greeted.load() == 0);
  board_.greeted.store(1);
  board_.processes.fetch_add(1);

  FollowedProcess* const before = with_pid(process->pid);
  const int parent_pid = parent_of(process->pid);
  if (before != nullptr) {
    process->is_root = before->is_root;
    facts.origin = ring::Origin::kExec;
    before->was_replaced = true;  // sealed at the end of the round: we may be in the middle of a drain
    pass_name_on(*before, *process);
  }
  const auto image_before = last_reel_id_.find(process->pid);
  FollowedProcess* const parent =
      told.origin == ring::Origin::kFork && told.parent > 0 ? meet(told.parent - 1) : with_pid(parent_pid);
  if (image_before != last_reel_id_.end())
    facts.parent_reel_id = image_before->second;
  else if (parent != nullptr && parent->wanted && open_reel(*parent))
    facts.parent_reel_id = parent->reel->id();
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
  process.reel->set_hurry(in_a_hurry_);
  if (process.awaits_inheritance) process.reel->await_inheritance();
  process.lineage->reel_id = process.reel->id();
  process.reel->watch_with(sampler_, watched_parent(process));
  if (options_.collect_pid != 0) process.reel->set_second_name(with_word(path, std::to_string(process.pid)));
  last_reel_id_[process.pid] = process.reel->id();
  if (board_.first_path[0] == 0) std::strncpy(board_.first_path.data(), path.c_str(), board_.first_path.size() - 1);
  return true;
}

void Collector::attend() {
  for (const int fd : attention_.take()) {
    if (launcher_.valid() && fd == launcher_.get()) {
      hear_launcher();
      continue;
    }
    if (door_.serve(fd, {.is_family = [this](int pid) { return is_family(pid); },
                         .answer = [this](const std::string& request) { return answer(request); }}))
      continue;
    for (const auto& [record, process] : processes_) {
      if (process->pidfd.get() != fd) continue;
      process_ended(*process);
      break;
    }
  }
  attention_.done();
}

// A program that was started by its environment alone finds a collector of its own when it execs: what is left here of
// the image before is over, though its process lives. And one that never said hello will not do so any more.
void Collector::notice_replaced() {
  if (options_.collect_pid == 0) return;
  for (const auto& [record, process] : processes_)
    if (!process->is_gone && !maps_pool(process->pid, shared_.inode()) && is_alive(process->pid))
      process->was_replaced = true;
}

// A process can have come and gone before we met it. Nothing else ends a process while chunks are being read.
void Collector::bury_the_gone() {
  std::vector<uint32_t> gone;
  for (const auto& [record, process] : processes_) {
    const bool left = process->is_gone && kill(process->pid, 0) != 0 && errno == ESRCH;
    if (left || process->was_replaced) gone.push_back(record);
  }
  for (const uint32_t record : gone) {
    const auto found = processes_.find(record);
    if (found != processes_.end()) process_ended(*found->second);
  }
}

void Collector::hear_launcher() {
  LauncherMessage message{};
  const ssize_t got = recv(launcher_.get(), &message, sizeof message, MSG_DONTWAIT);
  if (got < 0) return;
  if (got != sizeof message) {  // it has gone
    attention_.unwatch(launcher_.get());
    launcher_gone_ = true;
    return end_if_last();
  }
  if (message.kind == LauncherMessage::kStarted) root_pid_ = message.pid;
  if (message.kind == LauncherMessage::kStop) stop_all(Why::kStopped, "recording was stopped");
  if (message.kind == LauncherMessage::kEnded) {
    ended_commands_[message.pid] = message.wait_status;
    root_ended_ = true;
    end_if_last();
  }
}

// The root's wait status comes from the launcher, which is its parent.
void Collector::process_ended(FollowedProcess& process) {
  ProcessEnd end{.replaced = process.was_replaced, .wait_status = {}, .exit_reached = false};
  if (end.replaced) return finish(process, end, Why::kReplaced);
  end.exit_reached = pool_.process(process.record).exit_reached.load(std::memory_order_acquire) != 0;
  for (int patience = 0; patience < 1000 && process.pid == root_pid_ && !launcher_gone_; ++patience) {
    if (ended_commands_.contains(process.pid)) break;
    usleep(1000);
    hear_launcher();
    if (over_) return;  // it was told to stop, and has finished everybody
  }
  const auto told = ended_commands_.find(process.pid);
  if (told != ended_commands_.end())
    end.wait_status = told->second;
  else
    end.wait_status = wait_status_of(process.pidfd);
  finish(process, end, Why::kEnded);
}

void Collector::finish(FollowedProcess& process, const ProcessEnd& end, Why why) {
  salvage(process);
  inherit(process);
  if (process.pidfd.valid()) attention_.unwatch(process.pidfd.get());
  ring::ProcessRecord& record = pool_.process(process.record);
  if (process.reel != nullptr) {
    reel::proto::Ending ending = ending_of(end);
    if (why == Why::kLimit) ending.set_cause(reel::proto::Ending::LIMIT_REACHED);
    if (why == Why::kStopped) ending.set_cause(reel::proto::Ending::STOPPED);
    if (why == Why::kLimit || why == Why::kStopped) ending.set_detail(process.reel->metadata().ending().detail());
    ending.set_end(process.reel->reel_time(clock_.now()));
    show_last(*process.reel, ending.end());
    if (process.reel->path() == first_name_)  // the runs without us were of the whole command
      for (const auto& reference : options_.references) *process.reel->metadata().add_references() = reference;
    const uint64_t lost = record.lost.load(std::memory_order_relaxed);
    if (auto sealed = process.reel->seal(std::move(ending), lost); !sealed) complain(sealed.error());
    sealed_events_ += process.reel->events();
    sealed_bytes_ += process.reel->bytes();
    sealed_lost_ += process.reel->lost();
    board_.reels.fetch_add(1);
    close_lineage(process);
    process.reel.reset();
    report();
  }
  if (why == Why::kEnded || why == Why::kReplaced) {
    record.unwanted.store(0, std::memory_order_relaxed);
    record.ready.store(0, std::memory_order_release);
  }
  close_lineage(process);
  processes_.erase(process.record);
  if (why == Why::kEnded || why == Why::kReplaced) end_if_last();
}

// The command has ended, and so have the reels of all that ended with it; what lives on is not waited for.
void Collector::settle() {
  if (!root_ended_ || board_.settled.load() != 0 || forks_are_under_way() || !all_met()) return;
  for (const auto& [record, process] : processes_)
    if (process->pid == root_pid_ || !is_alive(process->pid)) return;
  board_.settled.store(1);
  wake(board_.settled, 1);
}

// While the command lives it may still start what is to be recorded, even if it is not recorded itself.
void Collector::end_if_last() {
  if (over_ || !processes_.empty() || forks_are_under_way() || !all_met()) return;
  over_ = root_ended_ || (launcher_gone_ && (board_.greeted.load() != 0 || !is_alive(root_pid_)));
}

// For a while: a child that was killed before it could speak would keep us for ever.
bool Collector::forks_are_under_way() {
  constexpr uint32_t kPatienceRounds = 500;  // about a second
  return pool_.header->forks.load(std::memory_order_seq_cst) != 0 && ++fork_rounds_ < kPatienceRounds;
}

bool Collector::all_met() const { return pool_.header->processes.load(std::memory_order_seq_cst) == processes_met_; }

}  // namespace heapreel::collector
