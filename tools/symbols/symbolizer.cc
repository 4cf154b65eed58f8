#include "tools/symbols/symbolizer.h"

namespace heapreel::symbols {

const std::vector<SourceFrame>& Symbolizer::frames(const std::string& path, const std::string& build_id,
                                                   uint64_t offset) {
  std::unique_ptr<Known>& module = modules_[{path, build_id}];
  if (module == nullptr)
    module = std::make_unique<Known>(Known{.symbols = {path, build_id, options_.debug_folders}, .frames = {}});
  const auto [place, is_new] = module->frames.try_emplace(offset);
  if (is_new) place->second = module->symbols.frames(offset);
  return place->second;
}

std::vector<std::string> Symbolizer::problems() const {
  std::vector<std::string> problems;
  for (const auto& [key, module] : modules_)
    if (!module->symbols.problem().empty()) problems.push_back(module->symbols.problem());
  return problems;
}

}  // namespace heapreel::symbols
