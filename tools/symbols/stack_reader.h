// The call stacks of a reel with names: numbers of events in, frames out.
//
// Module paths are confidential metadata: a scrubbed reel has none, and its frames keep module number and offset only.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "tools/symbols/symbolizer.h"
#include "trace_format/store/metadata.h"
#include "trace_format/store/stack_tree.h"

namespace heapreel::symbols {

struct StackFrame {
  uint32_t module = 0;      // serial; 0: none
  std::string module_path;  // empty if unknown
  uint64_t offset = 0;      // of the return address, from the module's first byte; without a module the address itself
  SourceFrame source;       // empty if unknown
};

class StackReader {
 public:
  // Both live as long as the reader.
  StackReader(const reel::ReelMetadata& metadata, Symbolizer& symbolizer);

  // The innermost first, inlined calls as frames of their own. Empty if there is no such stack.
  std::vector<StackFrame> frames(uint32_t stack) const;

 private:
  struct ModuleNames {
    std::string path;
    std::string build_id;
  };

  void add_frames_of(const reel::StackNode& node, std::vector<StackFrame>& frames) const;

  reel::StackTree tree_;
  Symbolizer* symbolizer_;
  std::unordered_map<uint32_t, ModuleNames> modules_;  // by serial
};

}  // namespace heapreel::symbols
