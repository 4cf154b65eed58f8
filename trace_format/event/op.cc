// The table behind op.h.
#include "trace_format/event/op.h"

namespace heapreel::reel {
namespace {

constexpr OpTraits allocation(std::string_view name, bool aligned = false) {
  return {.name = name, .allocates = true, .aligned = aligned};
}
constexpr OpTraits reallocation(std::string_view name) {
  return {.name = name, .allocates = true, .reallocates = true};
}
constexpr OpTraits release(std::string_view name, bool sized = false, bool aligned = false) {
  return {.name = name, .frees = true, .sized = sized, .aligned = aligned};
}

constexpr std::array<OpTraits, kOpLimit> make_traits() {
  std::array<OpTraits, kOpLimit> table{};
  auto set = [&table](Op op, OpTraits value) { table[static_cast<uint8_t>(op)] = value; };
  set(Op::kMalloc, allocation("malloc"));
  set(Op::kCalloc, allocation("calloc"));
  set(Op::kRealloc, reallocation("realloc"));
  set(Op::kReallocarray, reallocation("reallocarray"));
  set(Op::kMemalign, allocation("memalign", true));
  set(Op::kPosixMemalign, allocation("posix_memalign", true));
  set(Op::kAlignedAlloc, allocation("aligned_alloc", true));
  set(Op::kValloc, allocation("valloc"));
  set(Op::kPvalloc, allocation("pvalloc"));
  set(Op::kNew, allocation("new"));
  set(Op::kNewArray, allocation("new[]"));
  set(Op::kNewNothrow, allocation("new_nothrow"));
  set(Op::kNewArrayNothrow, allocation("new[]_nothrow"));
  set(Op::kNewAligned, allocation("new_aligned", true));
  set(Op::kNewArrayAligned, allocation("new[]_aligned", true));
  set(Op::kNewAlignedNothrow, allocation("new_aligned_nothrow", true));
  set(Op::kNewArrayAlignedNothrow, allocation("new[]_aligned_nothrow", true));
  set(Op::kInherited, allocation("inherited", true));
  set(Op::kFree, release("free"));
  set(Op::kFreeSized, release("free_sized", true));
  set(Op::kFreeAlignedSized, release("free_aligned_sized", true, true));
  set(Op::kDelete, release("delete"));
  set(Op::kDeleteArray, release("delete[]"));
  set(Op::kDeleteSized, release("delete_sized", true));
  set(Op::kDeleteArraySized, release("delete[]_sized", true));
  set(Op::kDeleteAligned, release("delete_aligned", false, true));
  set(Op::kDeleteArrayAligned, release("delete[]_aligned", false, true));
  set(Op::kDeleteSizedAligned, release("delete_sized_aligned", true, true));
  set(Op::kDeleteArraySizedAligned, release("delete[]_sized_aligned", true, true));
  set(Op::kDeleteNothrow, release("delete_nothrow"));
  set(Op::kDeleteArrayNothrow, release("delete[]_nothrow"));
  set(Op::kDeleteAlignedNothrow, release("delete_aligned_nothrow", false, true));
  set(Op::kDeleteArrayAlignedNothrow, release("delete[]_aligned_nothrow", false, true));
  set(Op::kUsableSize, {.name = "usable_size"});
  set(Op::kMark, {.name = "mark"});
  set(Op::kThreadStart, {.name = "thread_start"});
  set(Op::kThreadEnd, {.name = "thread_end"});
  set(Op::kGap, {.name = "gap"});
  return table;
}

}  // namespace

const std::array<OpTraits, kOpLimit> kOpTraits = make_traits();

}  // namespace heapreel::reel
