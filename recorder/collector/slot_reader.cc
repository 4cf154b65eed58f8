// The loop over slots. Hot: every event of every program passes here.
#include "recorder/collector/slot_reader.h"

#include <algorithm>
#include <array>
#include <cpuid.h>
#include <cstring>

namespace heapreel::collector {
namespace {

using ring::Slot;

constexpr size_t kSlotsInLine = 64 / sizeof(Slot);

// What stands before an event and belongs to it.
struct Prefixes {
  uint32_t slots = 0;
  uint32_t stack = 0;
  uint32_t duration = 0;
  uint64_t old_address = 0;
};

class Reader {
 public:
  Reader(std::span<Slot> chunk, const SessionClock& clock, SlotSink& sink)
      : chunk_(chunk), clock_(clock), sink_(sink) {}

  uint32_t read(uint32_t from) {
    uint32_t at = from;
    while (at < chunk_.size()) {
      const uint32_t taken = take(at);
      if (taken == 0) break;
      at += taken;
    }
    flush();
    return at;
  }

 private:
  // A copy: the memory is shared, and a value must not change between its check and its use.
  Slot load(uint32_t at) const {
    Slot slot;
    slot.head = __atomic_load_n(&chunk_[at].head, __ATOMIC_ACQUIRE);  // pairs with ring::put
    slot.body = chunk_[at].body;
    return slot;
  }

  // How many slots the record at `at` takes; 0 if it is not there or not whole yet.
  uint32_t take(uint32_t at) {
    const Slot slot = load(at);
    if (slot.head == 0) return 0;
    const uint64_t op = ring::op_of(slot);
    if (op < ring::kOldPrefix) [[likely]] {
      take_event(slot, op, {});
      return 1;
    }
    return op == ring::kNote ? take_note(at, slot, {}) : take_prefixed(at);
  }

  void take_event(const Slot& slot, uint64_t op, const Prefixes& prefixes) {
    if (op == ring::kPadding) return;
    if (!reel::is_known(static_cast<uint8_t>(op))) return sink_.nonsense(1);
    if (count_ == run_.size()) flush();
    reel::Event& event = run_[count_++];
    event = reel::Event{};
    event.time = clock_.whole(ring::stamp_of(slot));
    event.size = ring::size_of(slot);
    event.object = ring::address_of(slot);
    event.op = static_cast<reel::Op>(op);
    if (prefixes.slots != 0 || reel::traits(event.op).reallocates) [[unlikely]]
      add_prefixes(event, prefixes);
  }

  static void add_prefixes(reel::Event& event, const Prefixes& prefixes) {
    event.old_object = prefixes.old_address;
    event.duration = prefixes.duration;
    event.stack = prefixes.stack;
    if (reel::traits(event.op).reallocates && event.old_object == 0) event.flags |= reel::kNullOld;
  }

  uint32_t take_prefixed(uint32_t at) {
    Prefixes prefixes;
    for (; at + prefixes.slots < chunk_.size(); ++prefixes.slots) {
      const Slot slot = load(at + prefixes.slots);
      if (slot.head == 0) return 0;
      const uint64_t op = ring::op_of(slot);
      const auto ticks = static_cast<uint32_t>(ring::size_of(slot));
      if (op == ring::kOldPrefix) {
        prefixes.old_address = ring::address_of(slot);
        prefixes.duration = ticks;
      } else if (op == ring::kCallPrefix) {
        prefixes.stack = static_cast<uint32_t>(ring::address_of(slot) >> 3);
        prefixes.duration = ticks;
      } else if (op == ring::kNote) {
        const uint32_t taken = take_note(at + prefixes.slots, slot, prefixes);
        return taken == 0 ? 0 : prefixes.slots + taken;
      } else {
        take_event(slot, op, prefixes);
        return prefixes.slots + 1;
      }
    }
    sink_.nonsense(prefixes.slots);
    return prefixes.slots;
  }

  uint32_t take_note(uint32_t at, const Slot& slot, const Prefixes& prefixes) {
    const ring::NoteHead head = ring::note_of(slot);
    const uint32_t slots = ring::slots_of(head);
    if (at + slots > chunk_.size()) {
      const auto rest = static_cast<uint32_t>(chunk_.size()) - at;
      sink_.nonsense(rest);
      return rest;
    }
    std::memcpy(words_.data(), &chunk_[at] + 1, head.words * sizeof(uint64_t));
    const std::span<const uint64_t> words(words_.data(), head.words);
    const uint64_t stamp = clock_.whole(ring::stamp_of(slot));
    if (head.note == ring::Note::kWideEvent) {
      take_wide(head.small, words, stamp, prefixes);
    } else {
      flush();
      sink_.note(head.note, head.small, words, stamp);
    }
    return slots;
  }

  void take_wide(uint32_t small, std::span<const uint64_t> words, uint64_t stamp, const Prefixes& prefixes) {
    const auto op = static_cast<uint8_t>(small & ring::kOpMask);
    if (words.size() != 4 || !reel::is_known(op)) return sink_.nonsense(1);
    if (count_ == run_.size()) flush();
    reel::Event& event = run_[count_++];
    event = reel::Event{};
    event.time = stamp;
    event.object = words[0];
    event.size = words[1];
    event.old_object = words[2];
    event.duration = std::max(static_cast<uint32_t>(words[3]), prefixes.duration);
    event.stack = prefixes.stack;
    event.op = static_cast<reel::Op>(op);
    event.flags = small >> 6 & reel::kFlagMask;
    event.align_log2 = static_cast<uint8_t>(small >> 14 & 63);
  }

  void flush() {
    if (count_ != 0) sink_.events({run_.data(), count_});
    count_ = 0;
  }

  std::span<Slot> chunk_;
  const SessionClock& clock_;
  SlotSink& sink_;
  uint32_t count_ = 0;
  std::array<reel::Event, 256> run_;
  std::array<uint64_t, ring::kNoteWordsMax + 1> words_;
};

// Empties slots, and drops their lines from our cache: the next writer would otherwise wait for us to give each up,
// which on processors of different L3 caches costs it 20 ns an event (`./dev bench record` prints the round trip).
[[gnu::target("clflushopt")]] void empty_and_flush(std::span<Slot> slots) {
  std::memset(static_cast<void*>(slots.data()), 0, slots.size_bytes());
  for (size_t i = 0; i < slots.size(); i += kSlotsInLine) __builtin_ia32_clflushopt(&slots[i]);
}

bool has_flush() {
  constexpr unsigned kFeatureLeaf = 7;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid_count(kFeatureLeaf, 0, &a, &b, &c, &d) != 0 && (b & bit_CLFLUSHOPT) != 0;
}

void empty(std::span<Slot> slots) {
  static const bool flushes = has_flush();
  if (flushes) return empty_and_flush(slots);
  std::memset(static_cast<void*>(slots.data()), 0, slots.size_bytes());
}

}  // namespace

uint32_t read_slots(std::span<Slot> chunk, uint32_t from, const SessionClock& clock, SlotSink& sink) {
  Reader reader(chunk, clock, sink);
  const uint32_t end = reader.read(from);
  empty(chunk.subspan(from, end - from));
  return end;
}

}  // namespace heapreel::collector
