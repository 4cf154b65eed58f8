// The ends of processes, of the command, and of the collector itself.
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

#include "recorder/collector/collector.h"
#include "recorder/collector/launcher.h"

namespace heapreel::collector {

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
  if (process.reel != nullptr) seal_reel(process, end, why);
  if (why == Why::kEnded || why == Why::kReplaced) {
    ring::ProcessRecord& record = pool_.process(process.record);
    record.unwanted.store(0, std::memory_order_relaxed);
    record.ready.store(0, std::memory_order_release);
  }
  close_lineage(process);
  processes_.erase(process.record);
  if (why == Why::kEnded || why == Why::kReplaced) end_if_last();
}

void Collector::seal_reel(FollowedProcess& process, const ProcessEnd& end, Why why) {
  ProcessReel& reel = *process.reel;
  reel::proto::Ending ending = ending_of(end);
  if (why == Why::kLimit) ending.set_cause(reel::proto::Ending::LIMIT_REACHED);
  if (why == Why::kStopped) ending.set_cause(reel::proto::Ending::STOPPED);
  if (why == Why::kLimit || why == Why::kStopped) ending.set_detail(reel.metadata().ending().detail());
  ending.set_end(reel.reel_time(clock_.now()));
  show_last(reel, ending.end());
  if (reel.path() == first_name_)  // the runs without us were of the whole command
    for (const auto& reference : options_.references) *reel.metadata().add_references() = reference;
  const uint64_t lost = pool_.process(process.record).lost.load(std::memory_order_relaxed);
  if (auto sealed = reel.seal(std::move(ending), lost); !sealed) complain(sealed.error());
  sealed_events_ += reel.events();
  sealed_bytes_ += reel.bytes();
  sealed_lost_ += reel.lost();
  board_.reels.fetch_add(1);
  close_lineage(process);
  process.reel.reset();
  report();
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
