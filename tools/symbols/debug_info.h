// From an address to functions and lines by DWARF, inlined calls told apart.
//
// Addresses are as linked. Each unit is indexed when it is first needed. Does not rely on .debug_aranges, which not
// every compiler writes. Absent: searching for debug files (module_symbols.h), split DWARF's .dwo files. One thread.
#pragma once

#include <elfutils/libdw.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/symbols/elf_file.h"

namespace heapreel::symbols {

struct SourceFrame {
  std::string function;  // empty if unknown
  std::string file;      // empty if unknown
  uint32_t line = 0;     // 0: unknown
  uint32_t column = 0;
  bool inlined = false;  // its code stands in the next frame's function

  bool operator==(const SourceFrame&) const = default;
};

class DebugInfo {
 public:
  // Empty if the file has no debug information. The file must live as long.
  static std::optional<DebugInfo> open(const ElfFile& file);

  // The innermost first: what was inlined at this place, and the function it stands in. Empty if unknown.
  std::vector<SourceFrame> frames(uint64_t address);

 private:
  struct Span {
    uint64_t start;
    uint64_t end;
    Dwarf_Off die;  // of a function
    size_t unit;
  };
  struct Unit {
    Dwarf_Die die;
    bool indexed = false;
    std::vector<Span> functions;  // by start; of two with one start the longer first
  };
  struct End {
    void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
  };

  void add_unit(Dwarf_Die die);
  void index(size_t unit);
  void index_below(Unit& unit, Dwarf_Die* parent, int depth);
  Unit* unit_at(uint64_t address);

  std::unique_ptr<Dwarf, End> dwarf_;
  std::vector<Unit> units_;
  std::vector<Span> unit_spans_;
};

}  // namespace heapreel::symbols
