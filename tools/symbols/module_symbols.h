// What is known of one module's code on this machine: its own file, or a debug file with its build-id.
//
// A file whose build-id differs from the recorded one is never used: names of another build would be lies. Then
// problem() says so, and frames() knows nothing. Debug files are looked for by build-id in
// FOLDER/.build-id/xx/rest.debug only: nothing is downloaded, no debuginfod server is asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/symbols/debug_info.h"
#include "tools/symbols/elf_file.h"

namespace heapreel::symbols {

class ModuleSymbols {
 public:
  // `build_id` is the recorded one; empty if there is none: then any file of that path must do.
  ModuleSymbols(const std::string& path, const std::string& build_id, const std::vector<std::string>& debug_folders);

  // For a return address, `offset` from the module's first mapped byte: the call stands before it. The innermost first;
  // empty if nothing is known.
  std::vector<SourceFrame> frames(uint64_t offset);

  // Why there are no symbols, or none to trust; empty if all is well.
  const std::string& problem() const { return problem_; }

 private:
  void open_own(const std::string& path, const std::string& build_id);
  void open_debug_file(const std::string& build_id, const std::vector<std::string>& debug_folders);
  const FunctionSymbol* symbol_at(uint64_t address) const;

  std::optional<ElfFile> own_;
  std::optional<ElfFile> debug_file_;
  std::optional<DebugInfo> debug_info_;
  std::vector<FunctionSymbol> symbols_;  // by address
  uint64_t first_address_ = 0;
  std::string problem_;
};

}  // namespace heapreel::symbols
