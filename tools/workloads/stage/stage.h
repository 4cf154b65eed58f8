// Where simulated programs run: actors take turns by their clocks, and what they call comes out in order of time.
//
//   actors --step--> each thread's calls --merged by time--> events in replay order, objects by number
//
// The actor whose clock is furthest behind always acts next, in small steps (a request, a batch; some thousand calls at
// most). What one actor leaves for another goes through a Mailbox (mailbox.h) or under a SimLock (sim_lock.h), which
// keep it from being seen before it was done. The stream is a function of the actors alone: nothing depends on the
// machine. Memory: the blocks alive, and the calls between the slowest clock and the fastest.
#pragma once

#include <memory>
#include <queue>

#include "tools/workloads/stage/blocks.h"
#include "tools/workloads/stage/sim_thread.h"
#include "trace_format/resolve/event_stream.h"

namespace heapreel::workloads {

class Stage;

enum class Step : uint8_t {
  kAgain,  // act again when it is this thread's turn
  kPark,   // not before somebody wakes it: Mailbox::wait() says when to return this
  kOver,   // the thread ends
};

// What a thread does.
class Actor {
 public:
  virtual ~Actor() = default;
  // One small piece of work, which moves the thread's clock on.
  virtual Step step(SimThread& self) = 0;
};

// Where a stream ends, whichever comes first. A program that is cut there leaves its blocks alive.
struct StageLimits {
  uint64_t events = ~uint64_t{0};
  uint64_t time_ns = ~uint64_t{0};
};

class Stage final : public reel::EventStream {
 public:
  explicit Stage(const StageLimits& limits) : limits_(limits) {}

  // The program's first thread has no creator.
  SimThread& add_thread(std::unique_ptr<Actor> actor, SimThread* creator = nullptr);
  // A parked thread acts again, at `time` or later; of any other this does nothing.
  void wake(SimThread& thread, uint64_t time);

  base::Result<bool> next(reel::EventBatch& batch) override;

  uint32_t threads() const { return static_cast<uint32_t>(players_.size()); }
  uint64_t events() const { return events_; }
  uint64_t end_ns() const { return end_ns_; }

 private:
  struct Player {
    SimThread thread;
    std::unique_ptr<Actor> actor;
    bool parked = false;
    size_t next = 0;  // in thread.told_: what is not handed on yet
  };
  // Whose turn it is, and when. The earliest first; of two at once, the older thread.
  struct Turn {
    uint64_t time;
    uint32_t player;

    bool operator>(const Turn& other) const { return time != other.time ? time > other.time : player > other.player; }
  };
  using Turns = std::priority_queue<Turn, std::vector<Turn>, std::greater<>>;

  void act();
  void hand_on_before(uint64_t time);
  bool hand_on(reel::Event event);
  void forget_handed_on();

  StageLimits limits_;
  Blocks blocks_;
  std::vector<std::unique_ptr<Player>> players_;
  Turns turns_;
  Turns heads_;  // the first call of each thread that is not handed on yet; used while merging
  std::vector<reel::Event> batch_;
  uint64_t steps_ = 0;
  uint64_t events_ = 0;
  uint64_t objects_ = 0;
  uint64_t end_ns_ = 0;
  bool over_ = false;
};

}  // namespace heapreel::workloads
