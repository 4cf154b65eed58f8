// Any text is mappings or none, the same ones however it is cut into pieces; and what is not malloc's is part of the
// whole.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "recorder/observe/smaps_walk.h"

namespace {

using namespace heapreel::observe;  // NOLINT: a fuzzer of this folder

std::vector<Vma> parse(std::string_view text, size_t piece_bytes) {
  std::vector<Vma> vmas;
  SmapsParser parser([&](const Vma& vma) { vmas.push_back(vma); });
  for (size_t at = 0; at < text.size(); at += piece_bytes) parser.feed(text.substr(at, piece_bytes));
  parser.finish();
  return vmas;
}

bool same(const Vma& a, const Vma& b) {
  return a.start == b.start && a.end == b.end && a.anon_bytes == b.anon_bytes && a.swap_bytes == b.swap_bytes &&
         a.lazy_free_bytes == b.lazy_free_bytes && a.anon_huge_bytes == b.anon_huge_bytes && a.name == b.name;
}

// Malloc's blocks begin where every third mapping does.
void walk_over(const std::vector<Vma>& vmas) {
  MallocMap map;
  for (size_t i = 0; i < vmas.size(); i += 3) map.born(vmas[i].start, i % 2 == 0 ? 100'000 : 100, i);
  SmapsWalk walk(map);
  for (int time = 0; time < 2; ++time) {
    walk.begin();
    for (const Vma& vma : vmas) walk.visit(vma, [](Extent extent) { return extent.end - extent.start; });
    const WalkReading reading = walk.end();
    if (reading.mappings > vmas.size()) std::abort();
    if (vmas.size() == 1 && reading.non_malloc_bytes > reading.anon_bytes) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = parse(text, size + 1);
  const auto pieces = parse(text, 5);
  if (whole.size() != pieces.size()) std::abort();
  for (size_t i = 0; i < whole.size(); ++i)
    if (!same(whole[i], pieces[i]) || whole[i].start >= whole[i].end) std::abort();
  walk_over(whole);
  return 0;
}
