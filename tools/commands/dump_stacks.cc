#include "tools/commands/dump_stacks.h"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal.h"

namespace heapreel::commands {
namespace {

using Json = nlohmann::ordered_json;

std::string shown(std::string_view text) { return cli::printable(text, cli::wants_utf8()); }

std::string place_of(const symbols::StackFrame& frame) {
  if (frame.module == 0) return fmt::format("{:#x}", frame.offset);
  const std::string module =
      frame.module_path.empty() ? fmt::format("module {}", frame.module) : shown(frame.module_path);
  return fmt::format("{}+{:#x}", module, frame.offset);
}

Json as_json(const symbols::StackFrame& frame) {
  Json json;
  if (!frame.module_path.empty())
    json["module"] = frame.module_path;
  else if (frame.module != 0)
    json["module"] = fmt::format("module {}", frame.module);
  json["offset"] = frame.offset;
  const symbols::SourceFrame& source = frame.source;
  if (!source.function.empty()) json["function"] = source.function;
  if (!source.file.empty()) json["file"] = source.file;
  if (source.line != 0) json["line"] = source.line;
  if (source.inlined) json["inlined"] = true;
  return json;
}

}  // namespace

std::string stack_as_text(const std::vector<symbols::StackFrame>& frames) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const symbols::StackFrame& frame : frames) {
    const symbols::SourceFrame& source = frame.source;
    const std::string function = source.function.empty() ? place_of(frame) : shown(source.function);
    fmt::format_to(out, "{:>16}{}", "", function);
    if (!source.file.empty()) fmt::format_to(out, " ({}:{})", shown(source.file), source.line);
    if (source.file.empty() && !source.function.empty()) fmt::format_to(out, " ({})", place_of(frame));
    text += '\n';
  }
  return text;
}

std::string stack_as_json(const std::vector<symbols::StackFrame>& frames) {
  Json list = Json::array();
  for (const symbols::StackFrame& frame : frames) list.push_back(as_json(frame));
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace heapreel::commands
