// What an ELF file says of itself: machine, loader, needed libraries, and the symbols that matter to a recorder.
//
// Total: any bytes give a value or an Error with an offset. Every count and length that the file declares is bounded
// before it is used, and the file is read by pread: one that shrinks meanwhile is an error, not a SIGBUS. Deliberately
// absent: relocations, symbol versions, and what files of other machines hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trace_format/base/file.h"

namespace heapreel::target {

struct ElfIdentity {
  uint8_t bits = 0;  // 32 or 64
  bool little_endian = true;
  uint16_t machine = 0;  // EM_* of elf.h
  friend bool operator==(const ElfIdentity&, const ElfIdentity&) = default;
};

// What this program itself is.
ElfIdentity own_identity();

// "x86-64, 64 bit".
std::string identity_text(const ElfIdentity& identity);

struct ElfFile {
  ElfIdentity identity;
  uint16_t type = 0;                    // ET_EXEC, ET_DYN...
  std::string interpreter{};            // the loader it asks for; empty if none
  bool has_dynamic = false;             // with no interpreter: it relocates itself (static-pie) or is a library
  bool is_go = false;                   // carries the Go linker's note
  std::string soname{};                 // empty if none
  std::vector<std::string> needed{};    // its libraries, as it names them
  std::vector<std::string> exported{};  // symbols of interest (symbols.h) that it defines for everybody
  std::vector<std::string> internal{};  // those it defines for itself, as far as a symbol table is left
  bool symbol_table_skipped = false;    // too large to be searched
};

bool has_elf_magic(base::Bytes head);

// Reads a file of our own class and machine in full; of another, `identity` and `type` only.
base::Result<ElfFile> read_elf(const base::Fd& fd, const std::string& path);

}  // namespace heapreel::target
