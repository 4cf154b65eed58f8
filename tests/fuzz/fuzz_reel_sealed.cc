// Any content under hashes that are right: what a hostile writer can make reaches every layer behind the checksums.
#include <google/protobuf/stubs/logging.h>

#include "tests/fuzz/sealed_reel.h"
#include "tests/trace_format/memory_file.h"
#include "tests/trace_format/soundness.h"

namespace {
constexpr size_t kBytesMax = 1U << 14;  // so that a run is quick
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heapreel;
  google::protobuf::SetLogHandler(nullptr);
  if (size > kBytesMax) return 0;
  tests::RawReel reel;
  for (tests::SealedReader reader({data, size}); reader.next(reel);) {
  }
  const tests::MemoryFile file(reel.finished());
  const tests::Verdict verdict = tests::verdict_of(file.path());
  if (!verdict.opened && verdict.error.why.empty()) std::abort();
  return 0;
}
