// The questions of knobs.h. Each library is asked by its own functions, looked up in its own file.
//
// Names are those that the library's own variables use, without their prefix. The two headers are the packages' that
// the runners are built with; what is in them and not in the library that runs is not asked for.
#include "replayer/runner/knobs.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "replayer/runner/own_function.h"
#include "replayer/runner/tunables.h"

#if __has_include(<gperftools/malloc_extension.h>)
#include <gperftools/malloc_extension.h>
#define HEAPREEL_KNOWS_TCMALLOC 1
#endif
#if __has_include(<mimalloc.h>)
#include <mimalloc.h>
#define HEAPREEL_KNOWS_MIMALLOC 1
#endif

namespace heapreel::runner {
namespace {

// Appends lines to the board; one that does not fit is left out.
class Sheet {
 public:
  explicit Sheet(measure::Board& board) : board_(board) {}

  [[gnu::format(printf, 3, 4)]] void add(const char* name, const char* format, ...) {
    char value[64];
    va_list values;
    va_start(values, format);
    std::vsnprintf(value, sizeof value, format, values);
    va_end(values);
    const size_t used = std::strlen(board_.knobs);
    const size_t room = sizeof board_.knobs - used;
    const int needed = std::snprintf(board_.knobs + used, room, "%s=%s\n", name, value);
    if (needed < 0 || static_cast<size_t>(needed) >= room) board_.knobs[used] = 0;
  }

 private:
  measure::Board& board_;
};

using Mallctl = int (*)(const char*, void*, size_t*, void*, size_t);

template <class Value>
bool ask_jemalloc(Mallctl mallctl, const char* name, Value& value) {
  char path[64];
  std::snprintf(path, sizeof path, "opt.%s", name);
  size_t bytes = sizeof value;
  return mallctl(path, static_cast<void*>(&value), &bytes, nullptr, 0) == 0;
}

// From the manual of jemalloc 5.3; one that a version does not have is left out.
bool write_jemalloc(measure::Board& board, Sheet& sheet) {
  const auto mallctl = own_function<Mallctl>(board, "mallctl");
  if (mallctl == nullptr) return false;
  if (unsigned arenas = 0; ask_jemalloc(mallctl, "narenas", arenas)) {
    if (arenas != 0)
      sheet.add("narenas", "%u", arenas);
    else
      sheet.add("narenas", "default");
  }
  for (const char* name : {"dirty_decay_ms", "muzzy_decay_ms"})
    if (ssize_t ms = 0; ask_jemalloc(mallctl, name, ms)) sheet.add(name, "%zd", ms);
  for (const char* name : {"background_thread", "tcache", "retain", "hpa"})
    if (bool on = false; ask_jemalloc(mallctl, name, on)) sheet.add(name, "%s", on ? "true" : "false");
  for (const char* name : {"tcache_max", "max_background_threads", "oversize_threshold", "lg_extent_max_active_fit"})
    if (size_t value = 0; ask_jemalloc(mallctl, name, value)) sheet.add(name, "%zu", value);
  for (const char* name : {"thp", "metadata_thp", "percpu_arena", "dss"})
    if (const char* text = nullptr; ask_jemalloc(mallctl, name, text)) sheet.add(name, "%s", text);
  return true;
}

#if HEAPREEL_KNOWS_TCMALLOC
bool write_tcmalloc(measure::Board& board, Sheet& sheet) {
  const auto instance = own_function<MallocExtension* (*)()>(board, "_ZN15MallocExtension8instanceEv");
  if (instance == nullptr) return false;
  MallocExtension& extension = *instance();
  const auto add_number = [&](const char* name, const char* property) {
    if (size_t value = 0; extension.GetNumericProperty(property, &value)) sheet.add(name, "%zu", value);
  };
  add_number("max_total_thread_cache_bytes", "tcmalloc.max_total_thread_cache_bytes");
  add_number("aggressive_decommit", "tcmalloc.aggressive_memory_decommit");
  add_number("heap_limit_mb", "tcmalloc.heap_limit_mb");
  sheet.add("release_rate", "%g", extension.GetMemoryReleaseRate());
  return true;
}
#else
bool write_tcmalloc(measure::Board&, Sheet&) { return false; }
#endif

#if HEAPREEL_KNOWS_MIMALLOC
// Options go by numbers, which change between versions: only the header's own version is asked.
bool write_mimalloc(measure::Board& board, Sheet& sheet) {
  const auto version = own_function<int (*)()>(board, "mi_version");
  const auto option = own_function<long (*)(mi_option_t)>(board, "mi_option_get");
  if (version == nullptr || option == nullptr || version() != MI_MALLOC_VERSION) return false;
#if MI_MALLOC_VERSION >= 200 && MI_MALLOC_VERSION < 210
  const auto add = [&](const char* name, mi_option_t number) { sheet.add(name, "%ld", option(number)); };
  add("eager_commit", mi_option_eager_commit);
  add("eager_commit_delay", mi_option_eager_commit_delay);
  add("large_os_pages", mi_option_large_os_pages);
  add("reserve_huge_os_pages", mi_option_reserve_huge_os_pages);
  add("reserve_os_memory", mi_option_reserve_os_memory);  // in KiB
  add("limit_os_alloc", mi_option_limit_os_alloc);
  add("page_reset", mi_option_page_reset);
  add("allow_decommit", mi_option_allow_decommit);
  add("decommit_delay", mi_option_decommit_delay);
  add("segment_decommit_delay", mi_option_segment_decommit_delay);
  add("abandoned_page_decommit", mi_option_abandoned_page_decommit);
  add("max_segment_reclaim", mi_option_max_segment_reclaim);
  add("use_numa_nodes", mi_option_use_numa_nodes);
#endif
  return true;
}
#else
bool write_mimalloc(measure::Board&, Sheet&) { return false; }
#endif

// The C library reads the loader's tunables when it first allocates, and says nothing itself.
void write_glibc(Sheet& sheet) {
  for (const char* name : {"arena_max", "arena_test", "mmap_threshold", "mmap_max", "trim_threshold", "top_pad",
                           "tcache_count", "tcache_max", "tcache_unsorted_limit", "mxfast", "hugetlb"}) {
    char full[64];
    std::snprintf(full, sizeof full, "glibc.malloc.%s", name);
    const Tunable tunable = read_tunable(full);
    if (!tunable.known) continue;
    if (tunable.was_set)
      sheet.add(name, "%" PRIu64, tunable.value);
    else
      sheet.add(name, "default");
  }
}

}  // namespace

void write_knobs(measure::Board& board) {
  Sheet sheet(board);
  if (write_jemalloc(board, sheet) || write_tcmalloc(board, sheet) || write_mimalloc(board, sheet)) return;
  const char* const slash = std::strrchr(board.library, '/');
  if (slash != nullptr && std::strcmp(slash + 1, "libc.so.6") == 0) write_glibc(sheet);
}

}  // namespace heapreel::runner
