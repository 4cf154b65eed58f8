// The data of catalogue.h.
#include "tools/tune/catalogue.h"

namespace heapreel::tune {
namespace {

// One, two, and one for each processor if that is something else.
std::vector<std::string> arena_counts(unsigned processors) {
  std::vector<std::string> counts = {"1", "2"};
  if (processors > 2) counts.push_back(std::to_string(processors));
  return counts;
}

void add_jemalloc(std::vector<KnobSpec>& knobs, unsigned processors) {
  const auto add = [&knobs](std::string_view name, std::vector<std::string> values, std::string_view why) {
    knobs.push_back({"jemalloc", name, "MALLOC_CONF", Form::kMallocConf, std::move(values), why});
  };
  add("narenas", arena_counts(processors), "fewer arenas hold less free memory apart, and are contended for more");
  add("dirty_decay_ms", {"0", "1000", "60000"}, "how long unused pages are kept for reuse before they are given back");
  add("muzzy_decay_ms", {"10000"}, "unused pages are first given back lazily, which costs fewer faults");
  add("background_thread", {"true"}, "a thread of its own gives pages back, and not the one that frees");
  add("thp", {"always", "never"}, "huge pages: fewer faults and table walks for more resident memory");
  add("metadata_thp", {"auto"}, "huge pages for its own tables");
  add("tcache", {"false"}, "without caches for threads: less memory held, a lock for each call");
  add("lg_tcache_max", {"12", "18"}, "up to which size threads keep freed blocks, as a power of two");
}

void add_tcmalloc(std::vector<KnobSpec>& knobs) {
  const auto add = [&knobs](std::string_view name, std::string_view variable, std::vector<std::string> values,
                            std::string_view why) {
    knobs.push_back({"tcmalloc", name, variable, Form::kVariable, std::move(values), why});
  };
  add("max_total_thread_cache_bytes", "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES", {"4194304", "134217728"},
      "how much all threads together keep of what was freed");
  add("release_rate", "TCMALLOC_RELEASE_RATE", {"10", "0"}, "how eagerly free pages are given back; 0: never");
  add("aggressive_decommit", "TCMALLOC_AGGRESSIVE_DECOMMIT", {"1"}, "free pages are given back at once");
}

void add_mimalloc(std::vector<KnobSpec>& knobs) {
  const auto add = [&knobs](std::string_view name, std::string_view variable, std::vector<std::string> values,
                            std::string_view why) {
    knobs.push_back({"mimalloc", name, variable, Form::kVariable, std::move(values), why});
  };
  add("decommit_delay", "MIMALLOC_DECOMMIT_DELAY", {"0", "500"},
      "how long unused pages are kept before they are given back, in ms (later versions: purge_delay)");
  add("segment_decommit_delay", "MIMALLOC_SEGMENT_DECOMMIT_DELAY", {"0"}, "the same of whole segments");
  add("allow_decommit", "MIMALLOC_ALLOW_DECOMMIT", {"0"}, "give nothing back");
  add("page_reset", "MIMALLOC_PAGE_RESET", {"1"}, "give a page back as soon as all of its blocks are free");
  add("eager_commit", "MIMALLOC_EAGER_COMMIT", {"0"}, "take memory page by page, and not by segments");
  add("reserve_os_memory", "MIMALLOC_RESERVE_OS_MEMORY", {"1GiB"},
      "one arena from the start, and no more system calls");
  add("large_os_pages", "MIMALLOC_LARGE_OS_PAGES", {"1"}, "huge pages: fewer faults for more resident memory");
}

void add_glibc(std::vector<KnobSpec>& knobs, unsigned processors) {
  const auto add = [&knobs](std::string_view name, std::vector<std::string> values, std::string_view why) {
    knobs.push_back({"glibc", name, "GLIBC_TUNABLES", Form::kGlibcTunable, std::move(values), why});
  };
  add("arena_max", arena_counts(processors), "fewer arenas hold less free memory apart, and are contended for more");
  add("mmap_threshold", {"65536", "1048576", "33554432"},
      "from which size on a block has a mapping of its own, given back when it is freed; set, it stays where it is");
  add("trim_threshold", {"131072", "67108864"}, "how much free memory at the heap's end is kept");
  add("top_pad", {"1048576"}, "by how much more than needed the heap grows at a time");
  add("tcache_count", {"0", "64", "1000"}, "how many freed blocks of a size each thread keeps");
  add("hugetlb", {"1"}, "huge pages: fewer faults for more resident memory");
}

}  // namespace

std::vector<KnobSpec> catalogue(unsigned processors) {
  std::vector<KnobSpec> knobs;
  add_jemalloc(knobs, processors);
  add_tcmalloc(knobs);
  add_mimalloc(knobs);
  add_glibc(knobs, processors);
  return knobs;
}

}  // namespace heapreel::tune
