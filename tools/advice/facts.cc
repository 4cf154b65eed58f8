// The answers of facts.h.
#include "tools/advice/facts.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace heapreel::advice {
namespace {

// Environments by allocator and by what they are to bring.
struct Setting {
  const char* family;
  const char* what;
  const char* environment;
};
constexpr Setting kSettings[] = {
    {"jemalloc", "give back", "MALLOC_CONF=dirty_decay_ms:1000,muzzy_decay_ms:0"},
    {"mimalloc", "give back", "MIMALLOC_PURGE_DELAY=0"},
    {"tcmalloc", "give back", "TCMALLOC_RELEASE_RATE=10"},
    {"glibc", "give back", "MALLOC_TRIM_THRESHOLD_=131072"},
    {"jemalloc", "small pages", "MALLOC_CONF=thp:never"},
    {"mimalloc", "small pages", "MIMALLOC_ALLOW_LARGE_OS_PAGES=0"},
    {"glibc", "small pages", "GLIBC_TUNABLES=glibc.malloc.hugetlb=0"},
    {"glibc", "keep", "MALLOC_MMAP_THRESHOLD_=33554432,MALLOC_TRIM_THRESHOLD_=268435456"},
};

}  // namespace

Facts::Facts(const lab::Results& from) : results(from) {
  if (from.workload) portrait = &*from.workload;
  for (const Row& row : from.allocators) {
    if (row.failed() || row.metrics.empty()) continue;
    rows.push_back(&row);
    if (row.name == from.config.reference) reference = &row;
  }
  replayed = reference != nullptr && from.gates_hold();
  whole = replayed && from.config.stop_at_seq == 0;
  if (portrait != nullptr)
    for (const auto& [kind, count] : portrait->calls) calls += static_cast<double>(count);
}

double Facts::frees() const {
  double frees = 0;
  for (const reel::ThreadPortrait& thread : portrait->threads) frees += static_cast<double>(thread.frees);
  return frees;
}

double Facts::remote_frees() const {
  double frees = 0;
  for (const reel::ThreadPortrait& thread : portrait->threads) frees += static_cast<double>(thread.remote_frees);
  return frees;
}

bool Facts::faster(const Row& row) const {
  return &row != reference && !row.ns_per_op_to_reference.tie && row.ns_per_op_to_reference.ratio.high < 1;
}

bool Facts::smaller(const Row& row, const char* metric) const {
  const auto found = row.memory_to_reference.find(metric);
  return &row != reference && found != row.memory_to_reference.end() && !found->second.tie &&
         found->second.ratio.high < 1;
}

std::optional<Facts::Cpu> Facts::program_cpu() const {
  if (results.program && results.program->references && results.program->references->cpu_s > 0)
    return Cpu{results.program->references->cpu_s, "processor time of the program, by its reference runs"};
  if (results.reel.allocator.empty() || results.reel.threads != 1 || results.reel.duration_ns == 0) return {};
  return Cpu{static_cast<double>(results.reel.duration_ns) / 1e9, "recorded time of the program's one thread"};
}

std::string family_of(const Row& row) {
  for (const char* family : {"jemalloc", "tcmalloc", "mimalloc", "glibc"})
    if (row.name.starts_with(family) || row.version.starts_with(family)) return family;
  return {};
}

std::string try_setting(const Row& row, const lab::Results& results, const char* what) {
  const std::string family = family_of(row);
  for (const Setting& setting : kSettings) {
    if (family != setting.family || std::string_view(what) != setting.what) continue;
    // The same library a second time: both take part in the same rounds.
    std::string command = "heapreel replay --allocators " + row.name;
    if (!row.library.empty()) command += ",tuned=" + row.library;
    std::string_view rest = setting.environment;
    while (!rest.empty()) {
      // glibc's list is of variables; the commas of others lie within one.
      const size_t end = family == "glibc" ? std::min(rest.find(','), rest.size()) : rest.size();
      command += fmt::format(" --set {}:{}", row.library.empty() ? row.name : "tuned", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return fmt::format("`{} {}`", command, results.reel.path);
  }
  return {};
}

}  // namespace heapreel::advice
