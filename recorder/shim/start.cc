// Start-up of the shim.
#include "recorder/shim/start.h"

#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "recorder/shim/attach.h"
#include "recorder/shim/big_blocks.h"
#include "recorder/shim/loader.h"
#include "recorder/shim/next.h"
#include "recorder/shim/os.h"
#include "recorder/shim/stacks.h"
#include "recorder/shim/thread.h"

extern "C" const char __libc_single_threaded __attribute__((weak));  // glibc 2.32

namespace heapreel::shim {
namespace {

constexpr char kNeverSingle = 0;
constexpr uint8_t kNothingBig[kBigFilterBytes] = {};
ring::PoolHeader g_no_pool;  // zero: dormant
uint32_t g_started = 0;      // 0 not yet, 1 under way, 2 done

uint32_t take_process_record() {
  ring::PoolHeader& header = *g_shim.header;
  const uint32_t first = header.records_tried.fetch_add(1, std::memory_order_relaxed);
  for (uint32_t i = 0; i < ring::kProcessesMax; ++i) {
    const uint32_t index = (first + i) % ring::kProcessesMax;
    uint32_t free = 0;
    if (g_shim.pool.process(index).ready.compare_exchange_strong(free, 2, std::memory_order_acquire)) return index;
  }
  return ring::kProcessesMax;
}

// Its end, where the name stands. Of a script, the script.
void tell_path(ring::ProcessRecord& record) {
  const char* path = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (path == nullptr) path = "";
  const size_t length = strlen(path);
  const size_t room = sizeof record.path - 1;
  const size_t kept = length < room ? length : room;
  memcpy(record.path, path + length - kept, kept);
  record.path[kept] = 0;
}

void fill(ring::ProcessRecord& record, ring::Origin origin, uint32_t parent) {
  record.pid = static_cast<uint32_t>(os::call(SYS_getpid));
  record.parent = parent;
  record.origin = origin;
  const bool forked = origin == ring::Origin::kFork && g_shim.fork_stamp != 0;
  record.start_stamp = forked ? g_shim.fork_stamp : read_stamp(t_thread);
  g_shim.fork_stamp = 0;
  record.malloc_address = reinterpret_cast<uintptr_t>(g_next.malloc);
  record.threads.store(0, std::memory_order_relaxed);
  record.exit_reached.store(0, std::memory_order_relaxed);
  record.lost.store(0, std::memory_order_relaxed);
  record.bootstrap_bytes = bootstrap_bytes();
  tell_path(record);
  record.ready.store(1, std::memory_order_release);  // pairs with the collector's scan of the records
  g_shim.header->processes.fetch_add(1, std::memory_order_seq_cst);
}

void take_options() {
  const ring::PoolOptions& options = g_shim.header->options;
  const bool thorough = options.stacks != ring::StackWalk::kNone || options.time_calls_every != 0 ||
                        options.clock != ring::ClockSource::kTsc;
  g_shim.start_guard = thorough ? uint32_t{kThorough} : 0;
  g_shim.stacks_alone = options.time_calls_every == 0 && options.clock == ring::ClockSource::kTsc ? 1 : 0;
  g_shim.leaf_guard = next_is_glibc() ? 0 : uint32_t{kNested};
  prepare_stacks(options);
}

// A collector that sleeps would meet a short-lived process when it has gone, and could say nothing of it.
void announce() {
  std::atomic<uint32_t>& asleep = g_shim.header->collector_asleep;
  if (asleep.exchange(0, std::memory_order_seq_cst) != 0)
    os::futex_wake(&asleep, 1);  // pairs with the collector's rest
}

bool start() {
  resolve_next();
  if (&__libc_single_threaded != nullptr) g_shim.single_threaded = &__libc_single_threaded;
  find_loader(g_shim.loader_begin, g_shim.loader_end);
  if (!map_pool(g_shim.pool)) return false;
  g_shim.arena = static_cast<Arena*>(os::map_wiped_on_fork(sizeof(Arena)));
  if (g_shim.arena == nullptr) return false;
  g_shim.has_end_key = pthread_key_create(&g_shim.end_key, thread_ends) == 0 ? 1 : 0;
  g_shim.header = g_shim.pool.header;
  take_options();
  adopt_process(ring::Origin::kStart);
  announce();
  return g_shim.arena->in_use != 0;
}

// Runs at load, so that the process is known even if it never allocates; and a marker that exit() was reached.
[[gnu::constructor]] void at_load() {
  ThreadSlot& thread = t_thread;
  const uint32_t guard = thread.guard;
  thread.guard |= kHolding;
  const bool ready = start_once();
  thread.guard = guard;
  if (ready) begin_stacks(thread);
}

[[gnu::destructor]] void at_exit() {
  ThreadSlot& thread = t_thread;
  if (g_started != 2 || g_shim.arena == nullptr || g_shim.arena->in_use == 0) return;
  const uint32_t guard = thread.guard;
  thread.guard |= kHolding;
  if (thread.state->in_use != 0 && is_recording()) note_all_big_blocks(thread);
  g_shim.pool.process(g_shim.process).exit_reached.store(1, std::memory_order_release);
  thread.guard = guard;
}

}  // namespace

Shim g_shim = {.header = &g_no_pool, .single_threaded = &kNeverSingle, .big_filter = kNothingBig};

bool start_once() {
  uint32_t not_yet = 0;
  if (__atomic_load_n(&g_started, __ATOMIC_ACQUIRE) == 0 &&
      __atomic_compare_exchange_n(&g_started, &not_yet, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    if (!start()) g_shim.header = &g_no_pool;
    __atomic_store_n(&g_started, 2, __ATOMIC_RELEASE);
    __atomic_store_n(&g_shim.is_started, 1, __ATOMIC_RELEASE);
  }
  return __atomic_load_n(&g_started, __ATOMIC_ACQUIRE) == 2 && g_shim.header != &g_no_pool;
}

void leave_session() { g_shim.header = &g_no_pool; }

// A child of fork comes here with the parent's g_shim and a wiped arena.
void adopt_process(ring::Origin origin) {
  Arena& arena = *g_shim.arena;
  const uint32_t parent = origin == ring::Origin::kFork ? g_shim.process + 1 : 0;
  const uint32_t index = take_process_record();
  if (index == ring::kProcessesMax) {
    g_shim.header->processes_refused.fetch_add(1, std::memory_order_relaxed);
    leave_session();
    return;
  }
  g_shim.process = index;
  g_shim.big_filter = arena.big_filter;
  arena.in_use = 1;
  fill(g_shim.pool.process(index), origin, parent);
}

}  // namespace heapreel::shim
