// Joins the beginnings and ends of calls that a tool tells apart, thread by thread.
//
// A release is told where it begins, an allocation where it has returned: the order in which the recorder has them,
// too, and in which no block belongs to two at once. Of calls within calls (operator new calls malloc, realloc(p, 0)
// calls free) the outermost is told, for that is what the program asked for. Memory: the threads.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/importers/tracers/call_forms.h"
#include "trace_format/base/flat_map.h"

namespace heapreel::importers {

struct JoinCounts {
  uint64_t nested = 0;      // calls made by another call of this kind; not told
  uint64_t unreturned = 0;  // begun, but their return was never seen; not told
  uint64_t unbegun = 0;     // returned, but their beginning was never seen; not told
};

class CallJoiner {
 public:
  // A call begins. Whether to tell it now.
  bool begin(const reel::Event& call);

  // The call of this kind that the thread began last has returned `result` at `time`. Whether to tell it now: then it
  // is in `call`. The end of a release says nothing.
  bool end(uint32_t thread, reel::Op op, uint64_t time, uint64_t result, reel::Event& call);

  // Those that are still under way count as unreturned.
  JoinCounts counts() const;
  // What the user should know of them.
  std::vector<std::string> remarks() const;

 private:
  static constexpr size_t kDepthMax = 6;     // as many ranks as there are (call_forms.h)
  static constexpr uint32_t kInnerMax = 16;  // no call makes more calls: its return must have been lost

  struct Thread {
    reel::Event outer{};  // of what is under way
    std::array<reel::Op, kDepthMax> open{};
    uint32_t depth = 0;
    uint32_t inner = 0;           // calls within `outer` so far
    uint64_t released_block = 0;  // by the thread's last call, if that was a release
    reel::Op released_by = reel::Op::kNone;
  };

  Thread& state_of(uint32_t thread);
  void drop_lost(Thread& thread, reel::Op op);
  bool begin_release(Thread& thread, const reel::Event& call);

  base::FlatMap<Thread, 6> threads_;  // by number + 1
  JoinCounts counts_;
};

}  // namespace heapreel::importers
