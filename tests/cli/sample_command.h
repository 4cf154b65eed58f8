// A command with one of everything, for the tests of parsing, help, man pages and completions.
#pragma once

#include "tools/cli/command_spec.h"

namespace heapreel::cli {

inline const CommandSpec& sample_command() {
  static const CommandSpec spec{
      .name = "film",
      .group = "Samples",
      .summary = "a command with one of everything",
      .description = "First paragraph. It has two sentences.\n\nSecond paragraph.",
      .positionals = {{.name = "FIRST", .help = "the first"},
                      {.name = "REST", .help = "the others", .required = false, .repeatable = true}},
      .flags =
          {{.name = "switch", .letter = 's', .help = "a switch"},
           {.name = "text",
            .letter = 't',
            .kind = ValueKind::kText,
            .value_name = "TEXT",
            .help = "any text",
            .repeatable = true},
           {.name = "count", .kind = ValueKind::kCount, .value_name = "N", .help = "a count", .default_value = "7"},
           {.name = "size", .kind = ValueKind::kSize, .value_name = "SIZE", .help = "a size"},
           {.name = "time", .kind = ValueKind::kDuration, .value_name = "TIME", .help = "a time"},
           {.name = "mode",
            .kind = ValueKind::kChoice,
            .value_name = "MODE",
            .help = "a choice",
            .choices = {{"fast", "quick's way"}, {"slow", "[the] other: way"}},
            .default_value = "fast"},
           {.name = "output",
            .letter = 'o',
            .kind = ValueKind::kFile,
            .value_name = "FILE",
            .help = "a file",
            .group = "Output"},
           {.name = "force", .help = "overwrite", .needs = "output", .group = "Output"}},
      .examples = {{"heapreel film a b", "Two files."}},
      .failed_check = "the film is torn"};
  return spec;
}

// A command that runs a program, with a switch, a flag that takes a value and one that may.
inline const CommandSpec& sample_runner() {
  static const CommandSpec spec{
      .name = "shoot",
      .group = "Samples",
      .summary = "a command that runs a program",
      .description = "It runs a program.",
      .positionals =
          {{.name = "CMD", .kind = ValueKind::kProgram, .help = "the program"},
           {.name = "ARGS", .kind = ValueKind::kText, .help = "its words", .required = false, .repeatable = true}},
      .takes_command = true,
      .flags = {{.name = "switch", .letter = 's', .help = "a switch"},
                {.name = "output", .letter = 'o', .kind = ValueKind::kFile, .value_name = "FILE", .help = "a file"},
                {.name = "zoom",
                 .kind = ValueKind::kText,
                 .value_name = "HOW",
                 .help = "a value that may be left out",
                 .value_optional = true}},
      .examples = {{"heapreel shoot ls -l", "A program and its flag."}}};
  return spec;
}

}  // namespace heapreel::cli
