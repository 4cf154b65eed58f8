// What a command is: its name, words, flags, examples and the function that does the work, as plain data.
//
// Parsing, help, man pages, completions and docs/cli.md are all derived from these structs, so they cannot disagree.
// Deliberately absent: any knowledge of a particular command, and of the parsing library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::cli {

class Arguments;

// What a value may be. The parser checks it before a command runs; completion offers what fits.
enum class ValueKind : uint8_t {
  kNone,      // a switch: takes no value
  kText,      // anything
  kFile,      // the path of a file
  kProgram,   // a program's name or path, as a shell takes it
  kChoice,    // one of `choices`
  kCount,     // 1000, 10k, 5M: decimal multiples
  kSize,      // bytes: 4096, 64M, 1.5GiB
  kDuration,  // time: 1.5s, 200ms, 10us; a plain number is nanoseconds
};

struct Choice {
  std::string_view name;
  std::string_view help = {};
};

struct FlagSpec {
  std::string_view name;  // the long form, without dashes
  char letter = 0;        // the short form; 0 for none
  ValueKind kind = ValueKind::kNone;
  std::string_view value_name = {};  // shown in help: FILE, TIME
  std::string_view help = {};
  std::vector<Choice> choices = {};     // for kChoice
  std::string_view default_value = {};  // empty for none
  bool repeatable = false;              // every value counts; otherwise a second one is an error
  bool required = false;                // the command makes no sense without it
  std::string_view needs = {};          // a flag that must be given with this one
  std::string_view group = "Options";   // heading in help
  bool value_optional = false;          // the value may be left out; given, it stands as --flag=VALUE. Has no letter
};

struct PositionalSpec {
  std::string_view name;  // FILE
  ValueKind kind = ValueKind::kFile;
  std::string_view help = {};
  bool required = true;
  bool repeatable = false;  // only the last may be
};

struct Example {
  std::string_view command;
  std::string_view explanation;
};

using RunFunction = base::Result<int> (*)(const Arguments&);

struct CommandSpec {
  std::string_view name;
  std::string_view group = {};        // heading in the list of commands
  std::string_view summary = {};      // lower case, no full stop
  std::string_view description = {};  // paragraphs, separated by an empty line
  std::vector<PositionalSpec> positionals = {};
  // The positionals are a program to run and its own words, as of `env` and `nice`: our flags end at the first of them,
  // or at "--".
  bool takes_command = false;
  std::vector<FlagSpec> flags = {};  // --help is added to every command
  std::vector<Example> examples = {};
  std::string_view failed_check = {};  // what exit status 3 means here; empty if it cannot happen
  bool hidden = false;                 // works, but is not listed
  RunFunction run = nullptr;
};

// The flag every command has.
const FlagSpec& help_flag();

// A command's own flags and --help, in the order help shows them.
std::vector<FlagSpec> all_flags(const CommandSpec& command);

// Whether the word after the flag is its value.
bool takes_word(const FlagSpec& flag);

const FlagSpec* find_flag(const CommandSpec& command, std::string_view name);

// "--output", and "-o, --output FILE", "--stacks[=HOW]".
std::string long_form(const FlagSpec& flag);
std::string full_form(const FlagSpec& flag);

// "FILE...", "[FILE]".
std::string shown_form(const PositionalSpec& positional);

// "heapreel pack FILE --output FILE [OPTIONS]", "heapreel record [OPTIONS] [--] CMD [ARGS...]".
std::string synopsis(const CommandSpec& command);

}  // namespace heapreel::cli
