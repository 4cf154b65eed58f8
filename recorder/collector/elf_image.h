// What the recorder wants to know of an ELF file: where its segments go, and its build-id.
//
// The parser is total: any bytes in, an ElfImage or an Error with an offset out. It reads the program headers and the
// notes they name, and nothing else; section headers may be missing.
// Absent: 32-bit and big-endian files (Unsupported), symbols and DWARF (tools/symbols).
#pragma once

#include <elf.h>
#include <functional>
#include <string>
#include <vector>

#include "trace_format/base/bytes.h"
#include "trace_format/base/result.h"

namespace heapreel::collector {

struct ElfImage {
  std::vector<Elf64_Phdr> headers;
  std::string build_id;  // lower-case hex; empty if the file has none
};

// Reads up to `into.size()` bytes at an offset, fewer only at the end; returns how many.
using ReadAt = std::function<base::Result<size_t>(uint64_t offset, std::span<uint8_t> into)>;

base::Result<ElfImage> parse_elf(const ReadAt& read, const std::string& path);
base::Result<ElfImage> read_elf(const std::string& path);

// The build-id among the bytes of a PT_NOTE segment, as hex; empty if there is none. Tolerates any bytes.
std::string build_id_in_notes(base::Bytes notes);

}  // namespace heapreel::collector
