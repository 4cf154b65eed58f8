// The words of one command line after parsing: what a command asks for its flags and arguments.
//
// Values were checked against the command's spec before the command sees them, so a getter cannot fail on what the
// user typed. Asking for a name the spec lacks is a bug in the command, and aborts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/command_spec.h"

namespace heapreel::cli {

class Arguments {
 public:
  // `command` must outlive the arguments.
  explicit Arguments(const CommandSpec& command) : command_(&command) {}

  const CommandSpec& command() const { return *command_; }

  // Was the flag given? A default does not count.
  bool has(std::string_view flag) const;

  // The flag's value (empty if it may be left out and was), else its default, else nothing.
  std::optional<std::string> get(std::string_view flag) const;

  // Every value of a repeatable flag, in order; its default alone if none was given.
  std::vector<std::string> get_all(std::string_view flag) const;

  // The value of a kCount, kSize or kDuration flag as a number: a count, bytes or nanoseconds.
  std::optional<uint64_t> get_number(std::string_view flag) const;

  // The value of a positional; empty if it was optional and left out. The second form gives all of a repeatable one.
  std::string positional(std::string_view name) const;
  std::vector<std::string> positionals(std::string_view name) const;

  // For the parser.
  void add_flag(std::string_view flag, std::string value) { flags_[flag].push_back(std::move(value)); }
  void add_positional(std::string_view name, std::string value) { positionals_[name].push_back(std::move(value)); }

 private:
  const FlagSpec& spec_of(std::string_view flag) const;
  void expect_positional(std::string_view name) const;

  const CommandSpec* command_;
  // Keys view the spec's own names, which live as long as the command does.
  std::map<std::string_view, std::vector<std::string>> flags_;
  std::map<std::string_view, std::vector<std::string>> positionals_;
};

// Reads `text` as a kCount, kSize or kDuration. Nothing if it is not one.
std::optional<uint64_t> parse_number(ValueKind kind, std::string_view text);

}  // namespace heapreel::cli
