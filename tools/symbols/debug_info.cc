#include "tools/symbols/debug_info.h"

#include <algorithm>
#include <dwarf.h>

#include "tools/symbols/demangle.h"

namespace heapreel::symbols {
namespace {

constexpr int kNestingMax = 200;  // of scopes; hostile files nest without end
constexpr int kSpansBack = 64;    // how many spans may enclose a place, or lie between it and the one that does

// Calls `add(start, end)` for each stretch of code of a DIE.
template <class Add>
void for_each_range(Dwarf_Die* die, Add add) {
  Dwarf_Addr base = 0;
  Dwarf_Addr start = 0;
  Dwarf_Addr end = 0;
  for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;)
    if (start != 0 && start < end) add(start, end);
}

// The innermost of the spans around an address, or the end. Sorted as Unit::functions is.
template <class Spans>
auto innermost(Spans& spans, uint64_t address) {
  auto at = std::upper_bound(spans.begin(), spans.end(), address,
                             [](uint64_t wanted, const auto& span) { return wanted < span.start; });
  for (int i = 0; i < kSpansBack && at != spans.begin(); ++i)
    if (address < (--at)->end) return at;
  return spans.end();
}

template <class Spans>
void sort_spans(Spans& spans) {
  std::sort(spans.begin(), spans.end(), [](const auto& one, const auto& other) {
    return one.start != other.start ? one.start < other.start : one.end > other.end;
  });
}

bool may_hold_functions(int tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
    case DW_TAG_subprogram:
    case DW_TAG_lexical_block:
      return true;
    default:
      return false;
  }
}

std::string name_of(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  for (const unsigned which : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name})
    if (dwarf_attr_integrate(die, which, &attribute) != nullptr)
      if (const char* const name = dwarf_formstring(&attribute)) return demangle(name);
  const char* const name = dwarf_diename(die);
  return name == nullptr ? std::string() : name;
}

std::string path_of(const char* file, Dwarf_Die* unit) {
  if (file == nullptr) return {};
  Dwarf_Attribute attribute;
  if (*file == '/' || dwarf_attr(unit, DW_AT_comp_dir, &attribute) == nullptr) return file;
  const char* const folder = dwarf_formstring(&attribute);
  return folder == nullptr ? file : std::string(folder) + '/' + file;
}

void set_line(SourceFrame& frame, Dwarf_Die* unit, uint64_t address) {
  Dwarf_Line* const line = dwarf_getsrc_die(unit, address);
  if (line == nullptr) return;
  frame.file = path_of(dwarf_linesrc(line, nullptr, nullptr), unit);
  int number = 0;
  if (dwarf_lineno(line, &number) == 0) frame.line = static_cast<uint32_t>(number);
  if (dwarf_linecol(line, &number) == 0) frame.column = static_cast<uint32_t>(number);
}

uint32_t number_of(Dwarf_Die* die, unsigned which) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(die, which, &attribute) == nullptr || dwarf_formudata(&attribute, &value) != 0) return 0;
  return static_cast<uint32_t>(value);
}

// Where the call stood that was replaced by its callee's code.
void set_call_site(SourceFrame& frame, Dwarf_Die* unit, Dwarf_Die* inlined) {
  Dwarf_Files* files = nullptr;
  size_t count = 0;
  const uint32_t file = number_of(inlined, DW_AT_call_file);
  if (dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
    frame.file = path_of(dwarf_filesrc(files, file, nullptr, nullptr), unit);
  frame.line = number_of(inlined, DW_AT_call_line);
  frame.column = number_of(inlined, DW_AT_call_column);
}

// The child of `scope` that is an inlined call or a block around the address.
bool step_inside(Dwarf_Die* scope, uint64_t address, Dwarf_Die* inside) {
  Dwarf_Die child;
  for (int more = dwarf_child(scope, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
    const int tag = dwarf_tag(&child);
    if ((tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block) || dwarf_haspc(&child, address) != 1)
      continue;
    *inside = child;
    return true;
  }
  return false;
}

// The function, and the calls inlined into it around the address, the outermost first.
std::vector<Dwarf_Die> scopes_at(Dwarf_Die function, uint64_t address) {
  std::vector<Dwarf_Die> scopes{function};
  Dwarf_Die scope = function;
  for (int depth = 0; depth < kNestingMax; ++depth) {
    Dwarf_Die inside;
    if (!step_inside(&scope, address, &inside)) break;
    if (dwarf_tag(&inside) == DW_TAG_inlined_subroutine) scopes.push_back(inside);
    scope = inside;
  }
  return scopes;
}

}  // namespace

std::optional<DebugInfo> DebugInfo::open(const ElfFile& file) {
  DebugInfo info;
  info.dwarf_.reset(dwarf_begin_elf(file.get(), DWARF_C_READ, nullptr));
  if (info.dwarf_ == nullptr) return std::nullopt;
  Dwarf_CU* unit = nullptr;
  Dwarf_Die die;
  while (dwarf_get_units(info.dwarf_.get(), unit, &unit, nullptr, nullptr, &die, nullptr) == 0)
    if (dwarf_tag(&die) == DW_TAG_compile_unit) info.add_unit(die);
  if (info.units_.empty()) return std::nullopt;
  sort_spans(info.unit_spans_);
  return info;
}

void DebugInfo::add_unit(Dwarf_Die die) {
  const size_t unit = units_.size();
  units_.push_back({.die = die, .indexed = false, .functions = {}});
  for_each_range(&die, [&](uint64_t start, uint64_t end) {
    unit_spans_.push_back({.start = start, .end = end, .die = 0, .unit = unit});
  });
}

void DebugInfo::index_below(Unit& unit, Dwarf_Die* parent, int depth) {  // NOLINT(misc-no-recursion): bounded
  Dwarf_Die child;
  if (depth > kNestingMax) return;
  for (int more = dwarf_child(parent, &child); more == 0; more = dwarf_siblingof(&child, &child)) {
    const int tag = dwarf_tag(&child);
    if (tag == DW_TAG_subprogram)
      for_each_range(&child, [&](uint64_t start, uint64_t end) {
        unit.functions.push_back({.start = start, .end = end, .die = dwarf_dieoffset(&child), .unit = 0});
      });
    if (may_hold_functions(tag)) index_below(unit, &child, depth + 1);
  }
}

void DebugInfo::index(size_t number) {
  Unit& unit = units_[number];
  if (unit.indexed) return;
  index_below(unit, &unit.die, 0);
  sort_spans(unit.functions);
  unit.indexed = true;
}

DebugInfo::Unit* DebugInfo::unit_at(uint64_t address) {
  const auto span = innermost(unit_spans_, address);
  if (span == unit_spans_.end()) return nullptr;
  index(span->unit);
  return &units_[span->unit];
}

std::vector<SourceFrame> DebugInfo::frames(uint64_t address) {
  Unit* const unit = unit_at(address);
  if (unit == nullptr) return {};
  SourceFrame innermost_frame;
  set_line(innermost_frame, &unit->die, address);
  const auto function = innermost(unit->functions, address);
  Dwarf_Die die;
  if (function == unit->functions.end() || dwarf_offdie(dwarf_.get(), function->die, &die) == nullptr)
    return innermost_frame.line == 0 ? std::vector<SourceFrame>{} : std::vector<SourceFrame>{innermost_frame};
  std::vector<Dwarf_Die> scopes = scopes_at(die, address);
  std::vector<SourceFrame> frames;
  for (size_t i = scopes.size(); i-- > 0;) {
    SourceFrame frame = frames.empty() ? innermost_frame : SourceFrame{};
    if (!frames.empty()) set_call_site(frame, &unit->die, &scopes[i + 1]);
    frame.function = name_of(&scopes[i]);
    frame.inlined = i > 0;
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace heapreel::symbols
