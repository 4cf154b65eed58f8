// An ELF file on disk, opened by libelf: build-id, where it is loaded, function symbols.
//
// Read only and tolerant: what is missing or broken is empty. Absent: DWARF (debug_info.h).
#pragma once

#include <cstdint>
#include <libelf.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trace_format/base/file.h"

namespace heapreel::symbols {

struct FunctionSymbol {
  uint64_t address = 0;   // as linked
  uint64_t bytes = 0;     // 0: unknown
  uint64_t end = 0;       // after its last byte; where its section ends if that is unknown
  const char* name = "";  // lives as long as the file
};

class ElfFile {
 public:
  // Empty if there is no such file, or none in ELF.
  static std::optional<ElfFile> open(const std::string& path);

  Elf* get() const { return elf_.get(); }
  const std::string& path() const { return path_; }
  const std::string& build_id() const { return build_id_; }
  // The linked address of the first byte that is mapped: what an offset of 0 means.
  uint64_t first_address() const { return first_address_; }
  // The functions of .symtab and .dynsym, by address.
  std::vector<FunctionSymbol> functions() const;

 private:
  struct End {
    void operator()(Elf* elf) const { elf_end(elf); }
  };

  base::Fd fd_;
  std::unique_ptr<Elf, End> elf_;
  std::string path_;
  std::string build_id_;
  uint64_t first_address_ = 0;
};

}  // namespace heapreel::symbols
