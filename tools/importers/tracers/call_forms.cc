#include "tools/importers/tracers/call_forms.h"

#include <algorithm>
#include <array>
#include <bit>

namespace heapreel::importers {
namespace {

using reel::Op;

// The most frequent come first: the table is searched from its front.
constexpr CallForm kForms[] = {
    {"malloc", Op::kMalloc, "s"},
    {"free", Op::kFree, "o"},
    {"_Znwm", Op::kNew, "s"},
    {"_ZdlPvm", Op::kDeleteSized, "os"},
    {"_ZdlPv", Op::kDelete, "o"},
    {"realloc", Op::kRealloc, "os"},
    {"calloc", Op::kCalloc, "ns"},
    {"_Znam", Op::kNewArray, "s"},
    {"_ZdaPv", Op::kDeleteArray, "o"},
    {"_ZdaPvm", Op::kDeleteArraySized, "os"},
    {"memalign", Op::kMemalign, "as"},
    {"posix_memalign", Op::kPosixMemalign, "ras"},
    {"aligned_alloc", Op::kAlignedAlloc, "as"},
    {"reallocarray", Op::kReallocarray, "ons"},
    {"valloc", Op::kValloc, "s"},
    {"pvalloc", Op::kPvalloc, "s"},
    {"cfree", Op::kFree, "o"},
    {"free_sized", Op::kFreeSized, "os"},
    {"free_aligned_sized", Op::kFreeAlignedSized, "oas"},
    {"_ZnwmRKSt9nothrow_t", Op::kNewNothrow, "s"},
    {"_ZnamRKSt9nothrow_t", Op::kNewArrayNothrow, "s"},
    {"_ZnwmSt11align_val_t", Op::kNewAligned, "sa"},
    {"_ZnamSt11align_val_t", Op::kNewArrayAligned, "sa"},
    {"_ZnwmSt11align_val_tRKSt9nothrow_t", Op::kNewAlignedNothrow, "sa"},
    {"_ZnamSt11align_val_tRKSt9nothrow_t", Op::kNewArrayAlignedNothrow, "sa"},
    {"_ZdlPvSt11align_val_t", Op::kDeleteAligned, "oa"},
    {"_ZdaPvSt11align_val_t", Op::kDeleteArrayAligned, "oa"},
    {"_ZdlPvmSt11align_val_t", Op::kDeleteSizedAligned, "osa"},
    {"_ZdaPvmSt11align_val_t", Op::kDeleteArraySizedAligned, "osa"},
    {"_ZdlPvRKSt9nothrow_t", Op::kDeleteNothrow, "o"},
    {"_ZdaPvRKSt9nothrow_t", Op::kDeleteArrayNothrow, "o"},
    {"_ZdlPvSt11align_val_tRKSt9nothrow_t", Op::kDeleteAlignedNothrow, "oa"},
    {"_ZdaPvSt11align_val_tRKSt9nothrow_t", Op::kDeleteArrayAlignedNothrow, "oa"},
    {"operator new(unsigned long)", Op::kNew, "s"},
    {"operator new[](unsigned long)", Op::kNewArray, "s"},
    {"operator new(unsigned long, std::nothrow_t const&)", Op::kNewNothrow, "s"},
    {"operator new[](unsigned long, std::nothrow_t const&)", Op::kNewArrayNothrow, "s"},
    {"operator new(unsigned long, std::align_val_t)", Op::kNewAligned, "sa"},
    {"operator new[](unsigned long, std::align_val_t)", Op::kNewArrayAligned, "sa"},
    {"operator new(unsigned long, std::align_val_t, std::nothrow_t const&)", Op::kNewAlignedNothrow, "sa"},
    {"operator new[](unsigned long, std::align_val_t, std::nothrow_t const&)", Op::kNewArrayAlignedNothrow, "sa"},
    {"operator delete(void*)", Op::kDelete, "o"},
    {"operator delete[](void*)", Op::kDeleteArray, "o"},
    {"operator delete(void*, unsigned long)", Op::kDeleteSized, "os"},
    {"operator delete[](void*, unsigned long)", Op::kDeleteArraySized, "os"},
    {"operator delete(void*, std::align_val_t)", Op::kDeleteAligned, "oa"},
    {"operator delete[](void*, std::align_val_t)", Op::kDeleteArrayAligned, "oa"},
    {"operator delete(void*, unsigned long, std::align_val_t)", Op::kDeleteSizedAligned, "osa"},
    {"operator delete[](void*, unsigned long, std::align_val_t)", Op::kDeleteArraySizedAligned, "osa"},
    {"operator delete(void*, std::nothrow_t const&)", Op::kDeleteNothrow, "o"},
    {"operator delete[](void*, std::nothrow_t const&)", Op::kDeleteArrayNothrow, "o"},
};

// memalign rounds an alignment up to a power of two (glibc 2.36, malloc/malloc.c); the other calls fail. So do all with
// more than half of the address space.
uint8_t log2_of(uint64_t alignment) {
  constexpr uint64_t kMax = 63;
  return alignment <= 1 ? uint8_t{0} : static_cast<uint8_t>(std::min<uint64_t>(std::bit_width(alignment - 1), kMax));
}

constexpr std::array<uint8_t, reel::kOpLimit> make_ranks() {
  std::array<uint8_t, reel::kOpLimit> ranks{};
  auto set = [&ranks](uint8_t rank, auto... ops) { ((ranks[static_cast<uint8_t>(ops)] = rank), ...); };
  set(uint8_t{1}, Op::kMalloc, Op::kFree);
  set(uint8_t{2}, Op::kCalloc, Op::kRealloc, Op::kMemalign, Op::kFreeSized, Op::kFreeAlignedSized, Op::kDelete);
  set(uint8_t{3}, Op::kReallocarray, Op::kPosixMemalign, Op::kAlignedAlloc, Op::kValloc, Op::kPvalloc, Op::kDeleteArray,
      Op::kDeleteSized, Op::kDeleteNothrow, Op::kDeleteAligned);
  set(uint8_t{4}, Op::kNew, Op::kNewAligned, Op::kDeleteArraySized, Op::kDeleteArrayNothrow, Op::kDeleteArrayAligned,
      Op::kDeleteSizedAligned, Op::kDeleteAlignedNothrow);
  set(uint8_t{5}, Op::kNewArray, Op::kNewNothrow, Op::kNewArrayAligned, Op::kNewAlignedNothrow,
      Op::kDeleteArraySizedAligned, Op::kDeleteArrayAlignedNothrow);
  set(uint8_t{6}, Op::kNewArrayNothrow, Op::kNewArrayAlignedNothrow);
  return ranks;
}
constexpr std::array<uint8_t, reel::kOpLimit> kRanks = make_ranks();

}  // namespace

const CallForm* find_call(std::string_view name) {
  const auto* const found = std::ranges::find(kForms, name, &CallForm::name);
  return found == std::end(kForms) ? nullptr : found;
}

int call_rank(Op op) { return kRanks[static_cast<uint8_t>(op)]; }

bool fill_call(const CallForm& form, std::span<const uint64_t> arguments, reel::Event& event) {
  std::string_view letters = form.arguments;
  if (letters.front() == 'r' && arguments.size() + 1 == letters.size()) letters.remove_prefix(1);
  if (arguments.size() < letters.size()) return false;
  event = {.op = form.op};
  uint64_t count = 1;
  for (size_t i = 0; i < letters.size(); ++i) {
    const uint64_t value = arguments[i];
    if (letters[i] == 's') event.size = value;
    if (letters[i] == 'n') count = value;
    if (letters[i] == 'a') event.align_log2 = log2_of(value);
    if (letters[i] == 'o') (reel::traits(form.op).frees ? event.object : event.old_object) = value;
  }
  // More than the address space: the call fails, and its size is as large as a number can be.
  if (__builtin_mul_overflow(event.size, count, &event.size)) event.size = ~uint64_t{0};
  return true;
}

}  // namespace heapreel::importers
