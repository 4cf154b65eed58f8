// Lookup by name, with the spec as the judge of which names exist.
#include "tools/cli/arguments.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"

namespace heapreel::cli {
namespace {

[[noreturn]] void no_such_name(const CommandSpec& command, std::string_view name) {
  cli::tell("heapreel: bug: command '{}' asks for '{}', which its spec lacks\n", command.name, name);
  std::abort();
}

}  // namespace

const FlagSpec& Arguments::spec_of(std::string_view flag) const {
  const FlagSpec* spec = find_flag(*command_, flag);
  if (spec == nullptr) no_such_name(*command_, flag);
  return *spec;
}

void Arguments::expect_positional(std::string_view name) const {
  if (std::ranges::find(command_->positionals, name, &PositionalSpec::name) == command_->positionals.end()) {
    no_such_name(*command_, name);
  }
}

bool Arguments::has(std::string_view flag) const { return flags_.contains(spec_of(flag).name); }

std::optional<std::string> Arguments::get(std::string_view flag) const {
  const std::vector<std::string> values = get_all(flag);
  if (values.empty()) return std::nullopt;
  return values.back();
}

std::vector<std::string> Arguments::get_all(std::string_view flag) const {
  const FlagSpec& spec = spec_of(flag);
  const auto found = flags_.find(spec.name);
  if (found != flags_.end()) return found->second;
  if (spec.default_value.empty()) return {};
  return {std::string(spec.default_value)};
}

std::optional<uint64_t> Arguments::get_number(std::string_view flag) const {
  const std::optional<std::string> value = get(flag);
  return value ? parse_number(spec_of(flag).kind, *value) : std::nullopt;
}

std::string Arguments::positional(std::string_view name) const {
  const std::vector<std::string> values = positionals(name);
  return values.empty() ? std::string() : values.front();
}

std::vector<std::string> Arguments::positionals(std::string_view name) const {
  expect_positional(name);
  const auto found = positionals_.find(name);
  return found == positionals_.end() ? std::vector<std::string>() : found->second;
}

std::optional<uint64_t> parse_number(ValueKind kind, std::string_view text) {
  switch (kind) {
    case ValueKind::kCount:
      return parse_count(text);
    case ValueKind::kSize:
      return parse_size_bytes(text);
    case ValueKind::kDuration:
      return parse_duration_ns(text);
    case ValueKind::kNone:
    case ValueKind::kText:
    case ValueKind::kFile:
    case ValueKind::kProgram:
    case ValueKind::kChoice:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace heapreel::cli
