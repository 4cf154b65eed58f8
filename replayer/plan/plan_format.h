// The layout of a plan: a reel prepared for replay, mmap-able, for machines of this kind only.
//
//   PlanHeader | extents of stretches, interleaved as the threads grew | ThreadPlan[] | Extent[] | Checkpoint[]
//
// A thread's ops lie in its extents, in order. An extent is a row of stretches; a stretch is its head and then its ops.
// What happens now and then (progress, window, pace, log) happens at the heads, so that ops are 16 bytes and their loop
// has nothing to decide. Twins: plan_writer.h and plan_file.h.
//
// **Slots and turns.** A slot holds the pointer of a living object in its low 48 bits and a turn in its high 16. An op
// with kWait first waits until the slot's turn is the op's; such an op always stands behind an op of another thread on
// the same slot. A birth stores its pointer with its turn (with kWait it awaits turn - 1). Any other op that does not
// end the object stores the pointer with turn + 1 (realloc: the new pointer; the object keeps its slot). An op that
// ends it stores {null, turn + 1} if it has kPublish, and nothing otherwise: then the same thread reuses the slot.
// Every wait is for an op that is earlier in replay order, so the earliest op that is not done can always be done: no
// deadlock.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapreel::plan {

inline constexpr uint64_t kPlanMagic = 0x006e616c506c6548;  // "HelPlan\0"
inline constexpr uint32_t kPlanVersion = 1;

// Numbers below 57 are those of the reel's kinds of call (trace_format/event/op.h), where there is one.
enum class Kind : uint8_t {
  kMalloc = 1,
  kCalloc = 2,
  kRealloc = 3,
  kReallocarray = 4,
  kMemalign = 5,
  kPosixMemalign = 6,
  kAlignedAlloc = 7,
  kValloc = 8,
  kPvalloc = 9,
  kNew = 10,
  kNewArray = 11,
  kNewNothrow = 12,
  kNewArrayNothrow = 13,
  kNewAligned = 14,
  kNewArrayAligned = 15,
  kNewAlignedNothrow = 16,
  kNewArrayAlignedNothrow = 17,
  kReallocOfNull = 18,       // realloc(nullptr, n): a birth
  kReallocarrayOfNull = 19,  // the same by reallocarray
  kReallocToNothing = 20,    // realloc(p, 0) that freed: if another allocator returns a block, it is freed at once
  kReallocarrayToNothing = 21,
  kFree = 32,
  kFreeSized = 33,
  kFreeAlignedSized = 34,
  kDelete = 35,
  kDeleteArray = 36,
  kDeleteSized = 37,
  kDeleteArraySized = 38,
  kDeleteAligned = 39,
  kDeleteArrayAligned = 40,
  kDeleteSizedAligned = 41,
  kDeleteArraySizedAligned = 42,
  kDeleteNothrow = 43,
  kDeleteArrayNothrow = 44,
  kDeleteAlignedNothrow = 45,
  kDeleteArrayAlignedNothrow = 46,
  kUsableSize = 56,
  kTouch =
      60,  // write to pages [size >> 32, size & 0xffffffff) of a block of 64 KiB or more: as the record saw them appear
  kSpawn =
      61,  // start thread `slot`, once fewer than `size` threads live: as many as live then in the record, it included
};
inline constexpr size_t kKinds = 64;

inline constexpr uint8_t kAlignMask = 0x3f;  // of Op::mode: log2 of the alignment the call named, 0: none
inline constexpr uint8_t kWait = 0x40;
inline constexpr uint8_t kPublish = 0x80;

struct Op {
  uint64_t size = 0;  // bytes asked for; of sized frees, the size they are told; calloc and reallocarray: the product
  uint32_t slot = 0;
  uint16_t turn = 0;
  Kind kind{};
  uint8_t mode = 0;
};
static_assert(sizeof(Op) == 16);

// A slot's turns run from 1 to kTurnLast; a slot that has used them up is never used again. The turns of an object that
// lives through more ops than that go on modulo 2^16; if other threads waited for it then, the plan has kTurnsWrap.
inline constexpr uint16_t kTurnLast = 0xfff0;
inline constexpr int kTurnShift = 48;
inline constexpr uint64_t kPointerMask = (uint64_t{1} << kTurnShift) - 1;

// At most kStretchOps ops of one thread, whose places in replay order span less than kStretchSpanOps and whose recorded
// times span less than kStretchSpanNs: far less than the progress window, so that the window cannot block whom it waits
// for. In a strict plan a stretch also ends where another thread's op comes next.
inline constexpr uint32_t kStretchOps = 64;
inline constexpr uint64_t kStretchSpanOps = 1024;
inline constexpr uint64_t kStretchSpanNs = 100'000;

struct Stretch {
  uint64_t time_ns = 0;     // recorded time of its first op, from the reel's first event
  uint64_t seq = 0;         // place of its first op in replay order, over all threads, from 0
  int64_t net_bytes = 0;    // by how much its ops change the live bytes
  uint64_t rise_bytes = 0;  // by how much they exceed the level at its start
  uint32_t ops = 0;
  uint32_t checkpoint = 0;   // if not 0, checkpoint number `checkpoint` - 1 is taken before its first op
  uint32_t next_thread = 0;  // strict plans: whose stretch follows in replay order; its own index at the end
  uint32_t reserved = 0;
};
static_assert(sizeof(Stretch) == 48);

struct Extent {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

struct ThreadPlan {
  uint32_t serial = 0;   // in the reel
  uint32_t creator = 0;  // index of the thread that spawns it; its own for thread 0, which is the program's main thread
  uint64_t first_extent = 0;
  uint64_t extents = 0;
  uint64_t ops = 0;
  uint64_t stretches = 0;
  uint64_t first_seq = 0;  // of its first stretch; that of its spawn if it has none
  uint64_t first_time_ns = 0;
  uint64_t last_time_ns = 0;
};
static_assert(sizeof(ThreadPlan) == 64);

// From this size on the record knows which pages of a block were touched, and kTouch replays it.
inline constexpr uint64_t kLargeBytes = 65536;

// A moment at which the memory pass measures: some evenly spread in recorded time, some in ops, one at the peak.
struct Checkpoint {
  uint64_t time_ns = 0;
  uint64_t seq = 0;
  uint64_t live_bytes = 0;  // in replay order, before the op `seq`
  uint64_t thread = 0;
};

// What of the reel is not replayed as it was recorded, each with its rule (docs/methodology.md).
struct Policies {
  uint64_t failed_allocations = 0;  // left out
  uint64_t unknown_frees = 0;       // of blocks born outside the reel: left out
  uint64_t unknown_reallocs = 0;    // of such blocks: replayed as realloc(nullptr, n)
  uint64_t inherited_blocks = 0;    // live when the reel began: born by malloc at their place
  uint64_t implied_frees = 0;       // nobody recorded them: freed where the address was handed out again
  uint64_t double_frees = 0;        // left out
  uint64_t runtime_events = 0;  // made by the runtime for its threads: left out, the replay's threads make their own
  uint64_t lost_events = 0;     // the record's gaps
  uint64_t inversions_repaired = 0;    // stamps that contradicted the order that addresses prove
  uint64_t touches_without_block = 0;  // notes of resident pages whose block is not known
  uint64_t out_of_place = 0;           // events that contradict themselves otherwise: left out
};

enum PlanFlag : uint64_t {
  kStrictPlan = 1,     // stretches end where another thread's op comes next
  kTouchRecorded = 2,  // what pages of large blocks were touched is known, or there are no such blocks
  kTurnsWrap = 4       // an object's turns went round while threads waited for each other: not without a window
};

struct PlanHeader {
  uint64_t magic = kPlanMagic;
  uint32_t version = kPlanVersion;
  uint32_t header_bytes = 0;
  uint64_t file_bytes = 0;
  uint64_t flags = 0;
  uint64_t threads_offset = 0, threads = 0;
  uint64_t extents_offset = 0, extents = 0;
  uint64_t checkpoints_offset = 0, checkpoints = 0;
  uint64_t slots = 0;
  uint64_t threads_alive_max = 0;  // at once, the main thread included
  uint64_t ops = 0;                // touches and spawns included
  uint64_t stretches = 0;
  uint64_t duration_ns = 0;
  uint64_t page_bytes = 0;  // of the recorded machine

  // The record, as the replay must reproduce it. Over ops, so without what the policies leave out.
  uint64_t ops_by_kind[kKinds] = {};
  uint64_t bytes_requested = 0;     // by births and reallocs
  uint64_t cross_thread_frees = 0;  // by frees and deletes; as `info` counts them
  uint64_t cross_thread_reallocs = 0;
  uint64_t live_peak_bytes = 0;
  uint64_t live_peak_time_ns = 0;
  uint64_t live_mean_bytes = 0;  // over recorded time
  uint64_t live_end_bytes = 0;
  uint64_t live_end_objects = 0;
  uint64_t live_peak_objects = 0;
  uint64_t events = 0;  // of the reel
  Policies policies;
  uint8_t content_id[32] = {};  // of the reel; zero where it was not known
  uint64_t hash = 0;            // XXH64 of the header with this field 0, and then of the three tables
};
static_assert(sizeof(PlanHeader) % 8 == 0);

}  // namespace heapreel::plan
