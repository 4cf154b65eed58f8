// Writing records of several slots. The words go first and the head last, so that a head that can be read has all its
// words.
#include "recorder/shim/note.h"

#include <string.h>

#include "recorder/shim/chunks.h"
#include "recorder/shim/stacks.h"
#include "recorder/shim/thread.h"
#include "trace_format/event/op.h"

namespace heapreel::shim {
namespace {

void put_note(ring::Slot* at, const ring::NoteHead& head, uint64_t stamp, const uint64_t* words) {
  memcpy(static_cast<void*>(at + 1), words, head.words * sizeof *words);
  ring::put(at, ring::head_of(ring::kNote, ring::field_of(head), stamp), ring::body_of(0, stamp));
}

uint32_t saturated(uint64_t ticks) { return ticks >> 32 == 0 ? static_cast<uint32_t>(ticks) : 0xFFFFFFFF; }

// A missing old block is told by its address.
bool is_plain(const Call& call) {
  return (call.flags & ~uint32_t{reel::kNullOld}) == 0 && call.align_log2 == 0 && ring::fits(call.address, call.size) &&
         (call.old_address & ring::kUnslottableAddress) == 0;
}

bool reallocates(const Call& call) {
  return call.op == static_cast<uint64_t>(reel::Op::kRealloc) ||
         call.op == static_cast<uint64_t>(reel::Op::kReallocarray);
}

void put_plain(ring::Slot* at, const Call& call, uint64_t stamp) {
  ring::put(at, ring::head_of(call.op, call.address, stamp), ring::body_of(call.size, stamp));
}

}  // namespace

void lose(ThreadState& state) {
  ++state.lost;
  g_shim.pool.process(g_shim.process).lost.fetch_add(1, std::memory_order_relaxed);
}

bool write_note(ThreadSlot& thread, ring::Note note, uint32_t small, const uint64_t* words, uint32_t count) {
  const ring::NoteHead head{.note = note, .words = count, .small = small};
  ring::Slot* const at = reserve_slots(thread, ring::slots_of(head));
  if (at == nullptr) return false;
  thread.state->stamp = read_stamp(thread);
  put_note(at, head, thread.state->stamp, words);
  return true;
}

// In the order of the slots: prefix of the call (stack, duration), prefix of the old block, event. The event's own slot
// is written last: a prefix alone says nothing.
void write_call(ThreadSlot& thread, const Call& call) {
  const bool has_old = reallocates(call);
  const bool is_allocation = call.op < static_cast<uint64_t>(reel::Op::kFree);
  const bool has_stack = call.frame != nullptr && (call.flags & (reel::kRuntime | reel::kNoResult)) == 0;
  const uint32_t stack = is_allocation && has_stack ? stack_of_call(thread, call.frame, call.size) : 0;
  const bool timed = is_timed(thread);
  const uint64_t stamp = is_allocation ? call.done : call.begun;
  const uint32_t duration = saturated(call.done - call.begun);
  const uint32_t prefix = stack != 0 || timed ? 1 : 0;
  const bool plain = is_plain(call);
  const uint32_t slots = prefix + (plain ? 1 + (has_old ? 1 : 0) : 3);
  ring::Slot* at = reserve_slots(thread, slots);
  if (at == nullptr) return lose(*thread.state);
  thread.state->stamp = stamp;  // a sparse stamp after this event must not lie before it
  if (prefix != 0) {
    ring::put(at, ring::head_of(ring::kCallPrefix, uint64_t{stack} << 3, stamp),
              ring::body_of(timed ? duration : 0, stamp));
    ++at;
  }
  if (!plain) {
    const uint64_t words[4] = {call.address, call.size, call.old_address, duration};
    const uint32_t small = static_cast<uint32_t>(call.op) | uint32_t{call.flags} << 6 | uint32_t{call.align_log2} << 14;
    put_note(at, {.note = ring::Note::kWideEvent, .words = 4, .small = small}, stamp, words);
    return;
  }
  if (has_old) {
    ring::put(at, ring::head_of(ring::kOldPrefix, call.old_address, stamp), ring::body_of(duration, stamp));
    ++at;
  }
  put_plain(at, call, stamp);
}

void note_state(ThreadSlot& thread) {
  ThreadState& state = *thread.state;
  if (state.lost != 0) {
    const uint64_t words[2] = {state.lost, state.lost_why};
    state.lost = 0;
    write_note(thread, ring::Note::kGap, 0, words, 2);
  }
  if (state.own_ticks != 0) {
    const uint64_t words[2] = {state.own_ticks, 0};
    state.own_ticks = 0;
    write_note(thread, ring::Note::kOwnTime, 0, words, 2);
  }
}

}  // namespace heapreel::shim
