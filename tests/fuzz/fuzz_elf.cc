// Any bytes as a program: a report comes out, or an error says why not. What is reported is bounded.
#include <cstdlib>

#include "recorder/target/elf_file.h"
#include "tests/trace_format/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace heapreel;
  const tests::MemoryFile file({data, size});
  const auto fd = base::open_for_reading(file.path());
  if (!fd) return 0;
  const auto elf = target::read_elf(*fd, file.path());
  if (!elf && elf.error().why.empty()) std::abort();
  if (elf && (elf->interpreter.size() > size || elf->needed.size() > size)) std::abort();
  return 0;
}
