// A thread's life in the shim.
#include "recorder/shim/thread.h"

#include <pthread.h>
#include <sys/syscall.h>

#include "recorder/shim/chunks.h"
#include "recorder/shim/note.h"
#include "recorder/shim/os.h"
#include "recorder/shim/record.h"
#include "recorder/shim/stacks.h"
#include "recorder/shim/start.h"

namespace heapreel::shim {
namespace {

constexpr uint32_t kLastEndRound = 3;  // of PTHREAD_DESTRUCTOR_ITERATIONS, 4
constexpr uint64_t kListTag = uint64_t{1} << 32;

ThreadState g_no_state;  // of a thread not yet known: no room, not in use

// The states that ended threads left are taken first; the list carries a tag, as it is popped by many.
ThreadState* take_state() {
  Arena& arena = *g_shim.arena;
  uint64_t head = __atomic_load_n(&arena.free_states, __ATOMIC_ACQUIRE);
  while (static_cast<uint32_t>(head) != 0) {
    ThreadState& state = arena.states[static_cast<uint32_t>(head) - 1];
    const uint64_t next = ((head & ~(kListTag - 1)) + kListTag) | __atomic_load_n(&state.next_free, __ATOMIC_RELAXED);
    if (__atomic_compare_exchange_n(&arena.free_states, &head, next, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
      return &state;
  }
  const uint32_t index = __atomic_fetch_add(&arena.states_used, 1, __ATOMIC_RELAXED);
  return index < kThreadStatesMax ? &arena.states[index] : nullptr;
}

void give_back(ThreadState* state) {
  Arena& arena = *g_shim.arena;
  const uint64_t index = static_cast<uint64_t>(state - arena.states) + 1;
  uint64_t head = __atomic_load_n(&arena.free_states, __ATOMIC_RELAXED);
  do {
    __atomic_store_n(&state->next_free, static_cast<uint32_t>(head), __ATOMIC_RELAXED);
  } while (!__atomic_compare_exchange_n(&arena.free_states, &head, (head & ~(kListTag - 1)) | index, false,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

// glibc keeps the thread's dtv at %fs:8, one entry behind the start of the block that its maker allocated (x86-64
// psABI TLS, glibc sysdeps/x86_64/nptl/tls.h).
uint64_t dtv_block() {
  uint64_t dtv;
  asm("movq %%fs:8, %0" : "=r"(dtv));
  return dtv != 0 ? dtv - 16 : 0;
}

void note_start(ThreadSlot& thread) {
  const uint64_t words[4] = {kernel_tid(), dtv_block(), reinterpret_cast<uintptr_t>(__builtin_frame_address(0)), 0};
  write_note(thread, ring::Note::kThreadStart, 0, words, 4);
}

}  // namespace

__thread ThreadSlot t_thread = {&g_no_state, kFresh, ~uint32_t{0}, 0, 0, 0, 0, 0, 0, 0, 0, 0};

bool may_enter_kernel() { return (t_thread.guard & kSilent) == 0; }

uint32_t kernel_tid() { return may_enter_kernel() ? static_cast<uint32_t>(os::call(SYS_gettid)) : 0; }

uint64_t read_stamp(const ThreadSlot& thread) {
  if ((thread.guard & kStampless) != 0) return g_shim.header->coarse_stamp.load(std::memory_order_relaxed);
  return g_shim.header->options.clock == ring::ClockSource::kTsc ? read_clock() : os::read_monotonic_raw();
}

// A thread that is known again after its end (a late destructor) keeps its serial and goes on with its chunks.
bool adopt_thread(ThreadSlot& thread) {
  if (g_shim.arena->in_use == 0) adopt_process(ring::Origin::kFork);
  ThreadState* const state = take_state();
  if (state == nullptr) return false;
  *state = ThreadState{.chunk = ring::kNoChunk, .in_use = 1};
  thread.state = state;
  thread.guard = (thread.guard & (kNested | kMaking | kStampless | kSilent | kHolding)) | g_shim.start_guard;
  const bool is_new = thread.serial == ~uint32_t{0};
  if (is_new) thread.serial = g_shim.pool.process(g_shim.process).threads.fetch_add(1, std::memory_order_relaxed);
  if (is_new) note_start(thread);
  if (g_shim.has_end_key != 0) pthread_setspecific(g_shim.end_key, &t_thread);
  return true;
}

bool adopt_child(ThreadSlot& thread) {
  thread.serial = ~uint32_t{0};
  thread.next_sequence = 0;
  thread.end_rounds = 0;
  const uint32_t guard = thread.guard;
  thread.guard |= kHolding;
  const bool adopted = adopt_thread(thread) && thread.state->chunk != ring::kNoChunk;
  thread.guard = guard;
  return adopted;
}

void thread_ends(void*) {
  ThreadSlot& thread = t_thread;
  if (thread.state->in_use == 0) return;
  if (thread.end_rounds++ < kLastEndRound) {
    pthread_setspecific(g_shim.end_key, &t_thread);
    return;
  }
  const os::SignalsBlocked no_handlers(may_enter_kernel());
  const uint64_t now = read_stamp(thread);
  write_call(thread, {.op = static_cast<uint64_t>(reel::Op::kThreadEnd), .begun = now, .done = now});
  ThreadState* const state = thread.state;
  note_state(thread);
  give_up_chunk(*state);
  forget_stacks(thread);
  thread.state = &g_no_state;
  thread.guard |= kFresh;
  state->in_use = 0;
  give_back(state);
}

}  // namespace heapreel::shim
