// The loader's own program headers, by its base address in the auxiliary vector.
#include "recorder/shim/loader.h"

#include <elf.h>
#include <sys/auxv.h>

namespace heapreel::shim {

void find_loader(uint64_t& begin, uint64_t& end) {
  begin = end = 0;
  const uint64_t base = getauxval(AT_BASE);
  if (base == 0) return;
  const auto* const elf = reinterpret_cast<const Elf64_Ehdr*>(base);
  const auto* const headers = reinterpret_cast<const Elf64_Phdr*>(base + elf->e_phoff);
  for (int i = 0; i < elf->e_phnum; ++i) {
    if (headers[i].p_type != PT_LOAD || (headers[i].p_flags & PF_X) == 0) continue;
    begin = base + headers[i].p_vaddr;
    end = begin + headers[i].p_memsz;
  }
}

}  // namespace heapreel::shim
