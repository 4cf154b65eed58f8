// Names and lines for the addresses of a reel, looked up once each.
//
// Keeps what it has read: memory grows with the number of different modules and addresses asked for. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/symbols/module_symbols.h"

namespace heapreel::symbols {

struct SymbolizerOptions {
  std::vector<std::string> debug_folders = {"/usr/lib/debug"};  // each with a .build-id folder
};

class Symbolizer {
 public:
  explicit Symbolizer(SymbolizerOptions options = {}) : options_(std::move(options)) {}

  // The frames of a return address (module_symbols.h). Valid as long as the symbolizer.
  const std::vector<SourceFrame>& frames(const std::string& path, const std::string& build_id, uint64_t offset);

  // What was wrong with the modules asked for so far, one text each.
  std::vector<std::string> problems() const;

 private:
  struct Known {
    ModuleSymbols symbols;
    std::unordered_map<uint64_t, std::vector<SourceFrame>> frames;
  };

  SymbolizerOptions options_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Known>> modules_;  // by path and build-id
};

}  // namespace heapreel::symbols
