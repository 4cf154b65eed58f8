#include "tools/symbols/stack_reader.h"

namespace heapreel::symbols {

StackReader::StackReader(const reel::ReelMetadata& metadata, Symbolizer& symbolizer)
    : tree_(metadata.shared), symbolizer_(&symbolizer) {
  for (const auto& module : metadata.shared.modules()) modules_[module.serial()].build_id = module.build_id();
  for (const auto& name : metadata.confidential.modules()) modules_[name.serial()].path = name.path();
}

void StackReader::add_frames_of(const reel::StackNode& node, std::vector<StackFrame>& frames) const {
  StackFrame frame{.module = node.module, .module_path = {}, .offset = node.offset, .source = {}};
  const auto module = modules_.find(node.module);
  if (node.module != 0 && module != modules_.end()) frame.module_path = module->second.path;
  if (frame.module_path.empty()) return frames.push_back(frame);
  const auto& sources = symbolizer_->frames(frame.module_path, module->second.build_id, node.offset);
  if (sources.empty()) frames.push_back(frame);
  for (const SourceFrame& source : sources) {
    frame.source = source;
    frames.push_back(frame);
  }
}

std::vector<StackFrame> StackReader::frames(uint32_t stack) const {
  std::vector<StackFrame> frames;
  for (const reel::StackNode& node : tree_.frames(stack)) add_frames_of(node, frames);
  return frames;
}

}  // namespace heapreel::symbols
