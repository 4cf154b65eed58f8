// Any bytes as a recording, plain or compressed: its calls come out, or an error says why not.
#include <cstdlib>

#include "tests/trace_format/memory_file.h"
#include "tools/importers/mlogcol.h"

namespace {
constexpr size_t kBytesMax = 1U << 14;  // so that a run is quick
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heapreel;
  if (size > kBytesMax) return 0;
  const tests::MemoryFile file({data, size});
  auto reader = importers::MlogcolReader::open(file.path());
  if (!reader && reader.error().why.empty()) std::abort();
  reel::Event event;
  uint64_t events = 0;
  while (reader && reader->next(event)) {
    if (++events > reader->events() || !reel::is_known(static_cast<uint8_t>(event.op))) std::abort();
  }
  if (reader && reader->status() && events != reader->events()) std::abort();
  return 0;
}
