// Any bytes as a file: it opens as a reel or it does not, and all that can be read of it is read.
#include <google/protobuf/stubs/logging.h>

#include "tests/trace_format/memory_file.h"
#include "tests/trace_format/soundness.h"

namespace {
constexpr size_t kBytesMax = 1U << 16;  // so that a run is quick
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heapreel;
  google::protobuf::SetLogHandler(nullptr);
  if (size > kBytesMax) return 0;
  const tests::MemoryFile file({data, size});
  const tests::Verdict verdict = tests::verdict_of(file.path());
  if (!verdict.opened && verdict.error.why.empty()) std::abort();
  return 0;
}
