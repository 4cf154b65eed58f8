// Which settings of allocators may stay: variables and options that the allocators document, with numbers and words of
// a closed list as values. A path, a name or a password is none of them.
#include <algorithm>
#include <array>
#include <string_view>

#include "trace_format/pack/scrub_texts.h"

namespace heapreel::reel {
namespace {

using std::string_view;

// One value each. glibc 2.36, gperftools 2.10 and mimalloc 2.0 document them, and CPython its PYTHONMALLOC.
constexpr std::array kVariables = std::to_array<string_view>({
    "MALLOC_ARENA_MAX",
    "MALLOC_ARENA_TEST",
    "MALLOC_CHECK_",
    "MALLOC_MMAP_MAX_",
    "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_PERTURB_",
    "MALLOC_TOP_PAD_",
    "MALLOC_TRIM_THRESHOLD_",
    "MIMALLOC_ABANDONED_PAGE_RESET",
    "MIMALLOC_ALLOW_DECOMMIT",
    "MIMALLOC_ALLOW_LARGE_OS_PAGES",
    "MIMALLOC_ARENA_EAGER_COMMIT",
    "MIMALLOC_ARENA_RESERVE",
    "MIMALLOC_DECOMMIT_DELAY",
    "MIMALLOC_EAGER_COMMIT",
    "MIMALLOC_EAGER_COMMIT_DELAY",
    "MIMALLOC_LARGE_OS_PAGES",
    "MIMALLOC_PAGE_RESET",
    "MIMALLOC_PURGE_DECOMMITS",
    "MIMALLOC_PURGE_DELAY",
    "MIMALLOC_RESERVE_HUGE_OS_PAGES",
    "MIMALLOC_RESERVE_OS_MEMORY",
    "MIMALLOC_RESET_DECOMMITS",
    "MIMALLOC_RESET_DELAY",
    "MIMALLOC_SEGMENT_CACHE",
    "MIMALLOC_USE_NUMA_NODES",
    "PYTHONMALLOC",
    "TCMALLOC_AGGRESSIVE_DECOMMIT",
    "TCMALLOC_DISABLE_MEMORY_RELEASE",
    "TCMALLOC_ENABLE_SIZED_DELETE",
    "TCMALLOC_HEAP_LIMIT_MB",
    "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES",
    "TCMALLOC_RELEASE_RATE",
    "TCMALLOC_SAMPLE_PARAMETER",
    "TCMALLOC_SKIP_MMAP",
    "TCMALLOC_SKIP_SBRK",
    "TCMALLOC_TRANSFER_NUM_OBJ",
});

// A variable that holds a list of options, each with a value behind a mark.
struct ListVariable {
  string_view name;
  char between;
  char mark;
};
constexpr std::array kLists = std::to_array<ListVariable>({{"GLIBC_TUNABLES", ':', '='},
                                                           {"MALLOC_CONF", ',', ':'},
                                                           {"_RJEM_MALLOC_CONF", ',', ':'},
                                                           {"JE_MALLOC_CONF", ',', ':'}});

// jemalloc 5.3's that change what is handed out or given back; glibc's of elf/dl-tunables.list for malloc.
constexpr std::array kOptions = std::to_array<string_view>({
    "background_thread",
    "cache_oblivious",
    "dirty_decay_ms",
    "dss",
    "hpa",
    "lg_extent_max_active_fit",
    "lg_tcache_max",
    "max_background_threads",
    "metadata_thp",
    "muzzy_decay_ms",
    "narenas",
    "oversize_threshold",
    "percpu_arena",
    "retain",
    "tcache",
    "tcache_max",
    "thp",
    "trust_madvise",
    "glibc.malloc.arena_max",
    "glibc.malloc.arena_test",
    "glibc.malloc.check",
    "glibc.malloc.hugetlb",
    "glibc.malloc.mmap_max",
    "glibc.malloc.mmap_threshold",
    "glibc.malloc.mxfast",
    "glibc.malloc.perturb",
    "glibc.malloc.tcache_count",
    "glibc.malloc.tcache_max",
    "glibc.malloc.tcache_unsorted_limit",
    "glibc.malloc.top_pad",
    "glibc.malloc.trim_threshold",
});

constexpr std::array kWords = std::to_array<string_view>(
    {"true",   "false",    "yes",    "no",      "on",        "off",          "always",
     "never",  "auto",     "percpu", "phycpu",  "default",   "disabled",     "debug",
     "malloc", "pymalloc", "none",   "primary", "secondary", "malloc_debug", "pymalloc_debug"});

template <class List>
bool holds(const List& list, string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// "-1", "131072", "0x20000", "1.5", "64k"; at most as long as 2^64.
bool is_number(string_view text) {
  constexpr size_t kLettersMax = 20;
  if (text.empty() || text.size() > kLettersMax) return false;
  if (text.starts_with("0x"))
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF", 2) == text.npos;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (!text.empty() && string_view("kKmMgG").find(text.back()) != text.npos) text.remove_suffix(1);
  return !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
}

bool is_plain(string_view value) { return is_number(value) || holds(kWords, value); }

std::string known_options(string_view options, const ListVariable& list) {
  std::string kept;
  for (size_t at = 0; at <= options.size();) {
    const size_t end = std::min(options.find(list.between, at), options.size());
    const string_view option = options.substr(at, end - at);
    const size_t mark = std::min(option.find(list.mark), option.size());
    if (mark < option.size() && holds(kOptions, option.substr(0, mark)) && is_plain(option.substr(mark + 1))) {
      if (!kept.empty()) kept += list.between;
      kept += option;
    }
    at = end + 1;
  }
  return kept;
}

}  // namespace

std::string known_setting(const std::string& text) {
  const size_t mark = text.find('=');
  if (mark == std::string::npos) return {};
  const string_view name = string_view(text).substr(0, mark);
  const string_view value = string_view(text).substr(mark + 1);
  if (holds(kVariables, name) && is_plain(value)) return text;
  for (const ListVariable& list : kLists) {
    if (name != list.name) continue;
    const std::string kept = known_options(value, list);
    return kept.empty() ? std::string() : std::string(name) + "=" + kept;
  }
  return {};
}

}  // namespace heapreel::reel
