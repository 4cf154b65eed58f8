#include "tools/symbols/module_symbols.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/symbols/demangle.h"

namespace heapreel::symbols {

ModuleSymbols::ModuleSymbols(const std::string& path, const std::string& build_id,
                             const std::vector<std::string>& debug_folders) {
  open_own(path, build_id);
  if (own_) {
    first_address_ = own_->first_address();
    symbols_ = own_->functions();
    debug_info_ = DebugInfo::open(*own_);
  }
  if (!debug_info_) open_debug_file(own_ && build_id.empty() ? own_->build_id() : build_id, debug_folders);
  if (own_ || debug_file_) problem_.clear();
}

void ModuleSymbols::open_own(const std::string& path, const std::string& build_id) {
  own_ = ElfFile::open(path);
  if (!own_) {
    problem_ = fmt::format("{} cannot be read here", path);
  } else if (!build_id.empty() && own_->build_id() != build_id) {
    problem_ = fmt::format("{} is not the file that was recorded: its build-id is {}, not {}", path,
                           own_->build_id().empty() ? "missing" : own_->build_id(), build_id);
    own_.reset();
  }
}

void ModuleSymbols::open_debug_file(const std::string& build_id, const std::vector<std::string>& debug_folders) {
  if (build_id.size() < 3) return;
  for (const std::string& folder : debug_folders) {
    auto file =
        ElfFile::open(fmt::format("{}/.build-id/{}/{}.debug", folder, build_id.substr(0, 2), build_id.substr(2)));
    if (!file || file->build_id() != build_id) continue;
    debug_file_ = std::move(file);
    debug_info_ = DebugInfo::open(*debug_file_);
    first_address_ = debug_file_->first_address();
    std::vector<FunctionSymbol> more = debug_file_->functions();
    if (!more.empty()) symbols_ = std::move(more);
    return;
  }
}

const FunctionSymbol* ModuleSymbols::symbol_at(uint64_t address) const {
  auto above = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                [](uint64_t wanted, const FunctionSymbol& symbol) { return wanted < symbol.address; });
  if (above == symbols_.begin()) return nullptr;
  const uint64_t start = std::prev(above)->address;
  const auto first =
      std::lower_bound(symbols_.begin(), above, start,
                       [](const FunctionSymbol& symbol, uint64_t wanted) { return symbol.address < wanted; });
  return address < first->end ? &*first : nullptr;
}

std::vector<SourceFrame> ModuleSymbols::frames(uint64_t offset) {
  const uint64_t address = first_address_ + offset - 1;
  std::vector<SourceFrame> frames;
  if (debug_info_) frames = debug_info_->frames(address);
  if (!frames.empty() && !frames.back().function.empty()) return frames;
  const FunctionSymbol* const symbol = symbol_at(address);
  if (symbol == nullptr) return frames;
  if (frames.empty()) frames.emplace_back();
  frames.back().function = demangle(symbol->name);
  return frames;
}

}  // namespace heapreel::symbols
