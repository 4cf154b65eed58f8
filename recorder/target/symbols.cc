// Tables first, lookups below. The names were read from the libraries themselves (Debian 12: jemalloc 5.3, gperftools
// 2.10, mimalloc 2.0; gcc 12 and clang 14 for the sanitizers) and from the sources of those Debian lacks.
#include "recorder/target/symbols.h"

#include <algorithm>
#include <array>

namespace heapreel::target {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEntryPoints = {"malloc"sv,
                                     "calloc"sv,
                                     "realloc"sv,
                                     "reallocarray"sv,
                                     "free"sv,
                                     "cfree"sv,
                                     "memalign"sv,
                                     "posix_memalign"sv,
                                     "valloc"sv,
                                     "pvalloc"sv,
                                     "free_sized"sv,
                                     "aligned_alloc"sv,
                                     "malloc_usable_size"sv,
                                     "free_aligned_sized"sv};

// Itanium ABI: global operator new, new[], delete and delete[], in every form a program may replace. Placement forms
// (_ZnwmPv) are the program's own business, and those of classes begin with _ZN.
constexpr std::array kOperatorHeads = {"_Znwm"sv, "_Znam"sv, "_ZdlPv"sv, "_ZdaPv"sv};
constexpr std::array kOperatorTails = {
    ""sv, "m"sv, "RKSt9nothrow_t"sv, "St11align_val_t"sv, "mSt11align_val_t"sv, "St11align_val_tRKSt9nothrow_t"sv};

struct Mark {
  std::string_view text;
  std::string_view owner;
};

constexpr std::array kSanitizerSymbols = {
    Mark{"__asan_init", "AddressSanitizer"}, Mark{"__hwasan_init", "HWAddressSanitizer"},
    Mark{"__lsan_init", "LeakSanitizer"},    Mark{"__msan_init", "MemorySanitizer"},
    Mark{"__tsan_init", "ThreadSanitizer"},  Mark{"__memprof_init", "MemProf"}};

// Parts of file names: gcc's libasan.so.8, clang's libclang_rt.asan-x86_64.so and libclang_rt.asan.so.
constexpr std::array kSanitizerLibraries = {
    Mark{"libasan.so", "AddressSanitizer"},      Mark{"libclang_rt.asan", "AddressSanitizer"},
    Mark{"libhwasan.so", "HWAddressSanitizer"},  Mark{"libclang_rt.hwasan", "HWAddressSanitizer"},
    Mark{"liblsan.so", "LeakSanitizer"},         Mark{"libclang_rt.lsan", "LeakSanitizer"},
    Mark{"libtsan.so", "ThreadSanitizer"},       Mark{"libclang_rt.tsan", "ThreadSanitizer"},
    Mark{"libclang_rt.msan", "MemorySanitizer"}, Mark{"libclang_rt.memprof", "MemProf"}};

constexpr std::array kAllocatorSymbols = {Mark{"mallctl", "jemalloc"},
                                          Mark{"je_malloc", "jemalloc"},
                                          Mark{"je_mallocx", "jemalloc"},
                                          Mark{"_rjem_malloc", "jemalloc (Rust's)"},
                                          Mark{"_rjem_mallocx", "jemalloc (Rust's)"},
                                          Mark{"mi_malloc", "mimalloc"},
                                          Mark{"tc_malloc", "tcmalloc"},
                                          Mark{"TCMallocInternalMalloc", "tcmalloc"},
                                          Mark{"sn_malloc", "snmalloc"},
                                          Mark{"rpmalloc", "rpmalloc"},
                                          Mark{"scalable_malloc", "TBB's malloc"},
                                          Mark{"GC_malloc", "the Boehm collector"}};

constexpr std::array kAllocatorLibraries = {
    Mark{"libjemalloc", "jemalloc"}, Mark{"libtcmalloc", "tcmalloc"}, Mark{"libmimalloc", "mimalloc"},
    Mark{"libsnmalloc", "snmalloc"}, Mark{"librpmalloc", "rpmalloc"}, Mark{"libtbbmalloc", "TBB's malloc"},
    Mark{"libhoard", "Hoard"},       Mark{"libscudo", "Scudo"},       Mark{"libclang_rt.scudo", "Scudo"}};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <class Marks>
std::string_view owner_by_prefix(const Marks& marks, std::string_view path) {
  const std::string_view name = file_name(path);
  const auto found = std::ranges::find_if(marks, [name](const Mark& mark) { return name.starts_with(mark.text); });
  return found == marks.end() ? std::string_view() : found->owner;
}

template <class Marks>
std::string_view owner_by_name(const Marks& marks, std::string_view symbol) {
  const auto found = std::ranges::find(marks, symbol, &Mark::text);
  return found == marks.end() ? std::string_view() : found->owner;
}

}  // namespace

bool is_operator(std::string_view symbol) {
  return std::ranges::any_of(kOperatorHeads, [symbol](std::string_view head) {
    if (!symbol.starts_with(head)) return false;
    return std::ranges::find(kOperatorTails, symbol.substr(head.size())) != kOperatorTails.end();
  });
}

bool is_entry_point(std::string_view symbol) {
  return std::ranges::find(kEntryPoints, symbol) != kEntryPoints.end() || is_operator(symbol);
}

// Asked of every symbol of large programs: most are out by their length or as C++ names.
bool is_interesting(std::string_view symbol) {
  constexpr size_t kLongestName = 32;
  if (symbol.starts_with("_Z")) return is_operator(symbol);
  if (symbol.size() > kLongestName) return false;
  return is_entry_point(symbol) || !sanitizer_of_symbol(symbol).empty() || !allocator_of_symbol(symbol).empty();
}

std::string_view sanitizer_of_library(std::string_view library) {
  return owner_by_prefix(kSanitizerLibraries, library);
}
std::string_view sanitizer_of_symbol(std::string_view symbol) { return owner_by_name(kSanitizerSymbols, symbol); }
std::string_view allocator_of_library(std::string_view library) {
  return owner_by_prefix(kAllocatorLibraries, library);
}
std::string_view allocator_of_symbol(std::string_view symbol) { return owner_by_name(kAllocatorSymbols, symbol); }

}  // namespace heapreel::target
