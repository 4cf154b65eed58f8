// A few fixed slots; never freed, so that the handler cannot come upon freed memory.
#include "trace_format/base/unfinished.h"

#include <array>
#include <atomic>
#include <climits>
#include <cstring>
#include <unistd.h>

namespace heapreel::base {
namespace {

enum State : int { kFree, kFilling, kTaken };

struct Slot {
  std::atomic<int> state{kFree};  // kTaken is released by note_unfinished() and acquired by whoever reads the path
  std::array<char, PATH_MAX> path{};
};

std::array<Slot, kUnfinishedMax> slots;
static_assert(std::atomic<int>::is_always_lock_free, "the handler must not lock");

}  // namespace

bool note_unfinished(const std::string& path) {
  if (path.size() >= PATH_MAX) return false;
  for (Slot& slot : slots) {
    int expected = kFree;
    if (!slot.state.compare_exchange_strong(expected, kFilling)) continue;
    std::memcpy(slot.path.data(), path.c_str(), path.size() + 1);
    slot.state.store(kTaken, std::memory_order_release);
    return true;
  }
  return false;
}

void forget_unfinished(const std::string& path) {
  for (Slot& slot : slots) {
    if (slot.state.load(std::memory_order_acquire) != kTaken || path != slot.path.data()) continue;
    slot.state.store(kFree);
    return;
  }
}

void remove_unfinished() {
  for (const Slot& slot : slots)
    if (slot.state.load(std::memory_order_acquire) == kTaken) ::unlink(slot.path.data());
}

}  // namespace heapreel::base
