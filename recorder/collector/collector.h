// The collector: empties the pool into reels, one per process image, until the last of them has ended.
//
// One thread does all of it; a second (attention.h) only wakes it, a third (heart.h) says that it lives. Order: a
// process is met before its first chunk is read, a thread's chunks are read by their sequence numbers, and a process's
// reel is sealed after its last chunk.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "recorder/collector/attention.h"
#include "recorder/collector/board.h"
#include "recorder/collector/clock.h"
#include "recorder/collector/door.h"
#include "recorder/collector/heart.h"
#include "recorder/collector/hurry.h"
#include "recorder/collector/options.h"
#include "recorder/collector/process.h"
#include "recorder/collector/process_watch.h"
#include "recorder/collector/shared_pool.h"
#include "trace_format/base/ticks.h"

namespace heapreel::collector {

class Collector {
 public:
  // `launcher`: a socket over which the launcher tells how the command ended; the pool and the board outlive us.
  Collector(const RecordOptions& options, SharedPool& pool, Board& board, base::Fd launcher);

  // Returns when every recorded process has ended, or recording was stopped.
  void run();

 private:
  enum class Why : uint8_t { kEnded, kReplaced, kStopped, kLimit };

  // One round: what is full is read and given back. Returns how many chunks.
  uint32_t drain_full();
  void wake_writers(uint32_t freed);
  void set_hurry();
  void see_round(uint64_t busy_ns, uint64_t rested_ns);
  void read_chunk(uint32_t index, bool may_reorder);
  void read_images(const FollowedProcess& process);
  void trim_windows();
  void sweep_active(const FollowedProcess* of_process);
  void salvage(FollowedProcess& process);
  void empty_chunk(uint32_t index);

  void meet_new_processes();
  FollowedProcess* find_or_meet(uint32_t record);
  FollowedProcess* meet(uint32_t record);
  void take_record(FollowedProcess& process, uint32_t record);
  void replace_image_before(FollowedProcess& process);
  FollowedProcess* parent_of_process(const FollowedProcess& process);
  void link_to_parent(FollowedProcess& process, FollowedProcess* parent);
  FollowedProcess* with_pid(int pid);
  // Of forked children (collector_inherit.cc).
  void settle_inheritances();
  void inherit(FollowedProcess& heir);
  void find_lineage(FollowedProcess& process);
  void close_lineage(FollowedProcess& process);
  void put_heirs_last(std::vector<uint32_t>& chunks);
  void settle_owner(uint32_t chunk);
  void stop_waiting(FollowedProcess& heir);
  base::Result<const LiveSet*> live_set_of(Lineage& of, uint64_t stamp);
  void read_all_of(const FollowedProcess& process);

  void name_process(FollowedProcess& process, const FollowedProcess* parent);
  std::string path_told(uint32_t record) const;
  bool is_wanted(const FollowedProcess& process) const;
  bool open_reel(FollowedProcess& process);
  const ProcessWatch* watched_parent(const FollowedProcess& process);
  std::string path_for(const FollowedProcess& process);
  std::string free_name(const std::string& path, int pid);
  void pass_name_on(FollowedProcess& before, FollowedProcess& after);

  // Of the door (collector_control.cc).
  bool is_family(int pid);
  std::string answer(const std::string& request);
  std::string status_text();
  std::string switch_recording(bool on);
  std::string snapshot();
  void notice_replaced();

  void attend();
  void hear_launcher();
  void process_ended(FollowedProcess& process);
  void bury_the_gone();
  void seal_reel(FollowedProcess& process, const ProcessEnd& end, Why why);
  void finish(FollowedProcess& process, const ProcessEnd& end, Why why);
  void stop_all(Why why, const std::string& detail);
  void look_around();
  void check_limits();
  void report();

  void observe(uint64_t now_ns);
  void answer_watcher();
  void show_memory();
  void note_peak(uint64_t rss_bytes_peak);
  void show_last(const ProcessReel& reel, uint64_t end);

  void complain(const base::Error& error);
  void settle();
  void end_if_last();
  bool forks_are_under_way();
  bool all_met() const;
  void rest(bool was_idle);

  const RecordOptions& options_;
  SharedPool& shared_;
  ring::Pool pool_;
  Board& board_;
  base::Fd launcher_;
  SessionClock clock_;
  CaptureSettings capture_;
  Attention attention_;
  Heart heart_;
  LazySampler sampler_;  // outlives the reels, which watch by it
  struct {
    uint64_t show_next_ns = 0;
    uint64_t write_next_ns = 0;
  } observation_;
  Door door_;
  std::map<uint32_t, std::unique_ptr<FollowedProcess>> processes_;  // by record
  std::map<uint32_t, std::shared_ptr<Lineage>> lineages_;           // by record, also of those that have gone
  std::vector<uint32_t> read_to_;                                   // by chunk: the first slot not read
  std::map<int, int> ended_commands_;                               // pid -> wait status, from the launcher
  std::map<int, std::string> last_reel_id_;                         // by pid: for images that replace another
  std::map<std::string, uint32_t> names_given_;
  std::string first_name_;  // of the reel that got the name that was asked for
  uint32_t processes_met_ = 0;
  uint32_t snapshots_ = 0;
  uint64_t paused_at_ = 0;  // raw stamp
  Hurry hurry_;
  uint64_t rest_ns_ = 0;
  uint64_t round_ns_ = 0;  // when the last rest ended
  uint64_t next_sweep_ns_ = 0;
  uint64_t stop_at_ns_ = 0;
  uint64_t sealed_bytes_ = 0;
  uint64_t sealed_events_ = 0;
  uint64_t sealed_lost_ = 0;
  uint32_t freed_since_wake_ = 0;
  uint32_t fork_rounds_ = 0;
  uint32_t sweeps_ = 0;
  int root_pid_ = 0;
  bool root_ended_ = false;
  bool launcher_gone_ = false;
  bool over_ = false;
};

}  // namespace heapreel::collector
