// The two symbol tables of an ELF file: the dynamic one, found as the loader finds it, and the full one, if it is left.
#pragma once

#include <elf.h>
#include <string_view>
#include <vector>

#include "recorder/target/elf_file.h"
#include "recorder/target/elf_input.h"

namespace heapreel::target {

// A string table. A name that would leave it is empty.
struct Names {
  std::vector<char> bytes;
  std::string_view at(uint64_t offset) const;
};

struct DynamicTables {
  Names names;
  uint64_t symbols_offset = 0;
  uint64_t symbols = 0;  // how many
};

base::Result<DynamicTables> find_dynamic_tables(const ElfInput& in, const std::vector<Elf64_Phdr>& segments,
                                                const std::vector<Elf64_Dyn>& entries);

// Fill `exported` and `internal`.
base::Status collect_exported(const ElfInput& in, const DynamicTables& dynamic, ElfFile& elf);
base::Status collect_internal(const ElfInput& in, const Elf64_Ehdr& header, ElfFile& elf);

}  // namespace heapreel::target
