// mdoc(7) macros around the table's texts. Text is escaped once, in `prose` and `word`; nothing else writes user text.
#include "tools/cli/man.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "tools/cli/text.h"
#include "tools/cli/version.h"

namespace heapreel::cli {
namespace {

constexpr size_t kSourceWidth = 78;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '"') {
      out += "\\(dq";
    } else {
      out += c;
    }
  }
  return out;
}

// One macro argument; \& keeps a lone punctuation mark or macro name from being read as one.
std::string word(std::string_view text) { return fmt::format("\"\\&{}\"", escaped(text)); }

// mdoc wants each sentence on a line of its own.
std::string sentences(std::string_view paragraph) {
  std::string out;
  while (!paragraph.empty()) {
    size_t end = std::min(paragraph.find(". "), paragraph.find("? "));
    end = end == std::string_view::npos ? paragraph.size() : end + 1;
    for (const std::string& line : wrap(paragraph.substr(0, end), kSourceWidth)) {
      const bool control = line.starts_with('.') || line.starts_with('\'');
      out += fmt::format("{}{}\n", control ? "\\&" : "", escaped(line));
    }
    paragraph.remove_prefix(end);
  }
  return out;
}

std::string prose(std::string_view text) {
  std::string out;
  for (const std::string_view paragraph : split_paragraphs(text)) {
    if (!out.empty()) out += ".Pp\n";
    out += sentences(paragraph);
  }
  return out;
}

// Help texts are phrases; a manual has sentences.
std::string sentence(std::string_view phrase) {
  std::string out(phrase);
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  if (!out.ends_with('.')) out += '.';
  return prose(out);
}

std::string head(std::string_view page, std::string_view summary) {
  std::string upper(page);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return fmt::format(".Dd {}\n.Dt {} 1\n.Os heapreel {}\n.Sh NAME\n.Nm {}\n.Nd {}\n", kReleaseDate, upper, kVersion,
                     page, escaped(summary));
}

std::string flag_macro(const FlagSpec& flag, bool letter) {
  const std::string name = letter ? std::string(1, flag.letter) : fmt::format("\\-{}", escaped(flag.name));
  const std::string plain = takes_word(flag) ? fmt::format(" Ar {}", escaped(flag.value_name)) : "";
  const std::string value = flag.value_optional ? fmt::format(" Ns Op = Ns Ar {}", escaped(flag.value_name)) : plain;
  return fmt::format("Fl {}{}", name, value);
}

std::string flag_list(const std::vector<FlagSpec>& flags) {
  std::string out = ".Bl -tag -width Ds\n";
  for (const FlagSpec& flag : flags) {
    const std::string both = flag.letter != 0 ? fmt::format("Fl {} , ", flag.letter) : "";
    out += fmt::format(".It {}{}\n{}", both, flag_macro(flag, false), sentence(flag.help));
    if (!flag.choices.empty()) {
      out += ".Bl -tag -width Ds -compact\n";
      for (const Choice& choice : flag.choices) {
        out += fmt::format(".It Cm {}\n{}", word(choice.name), sentence(choice.help));
      }
      out += ".El\n";
    }
    if (!flag.default_value.empty()) out += fmt::format("The default is\n.Cm {} .\n", word(flag.default_value));
    if (flag.repeatable) out += "May be given several times.\n";
    if (!flag.needs.empty()) out += fmt::format("Needs\n.Fl \\-{} .\n", escaped(flag.needs));
  }
  return out + ".El\n";
}

std::string synopsis_section(const CommandSpec& command) {
  std::string out = fmt::format(".Sh SYNOPSIS\n.Nm heapreel {}\n", command.name);
  for (const FlagSpec& flag : all_flags(command)) {
    const bool letter = flag.letter != 0;
    out += fmt::format(".{}{}\n", flag.required ? "" : "Op ", flag_macro(flag, letter));
  }
  if (command.takes_command) out += ".Op Fl \\-\n";
  for (const PositionalSpec& positional : command.positionals) {
    const std::string repeat = positional.repeatable ? " ..." : "";
    out += fmt::format(".{}Ar {}{}\n", positional.required ? "" : "Op ", positional.name, repeat);
  }
  return out;
}

std::string arguments_list(const CommandSpec& command) {
  if (command.positionals.empty()) return {};
  std::string out = ".Pp\nIts arguments are:\n.Bl -tag -width Ds\n";
  for (const PositionalSpec& positional : command.positionals) {
    out += fmt::format(".It Ar {}\n{}", positional.name, sentence(positional.help));
  }
  return out + ".El\n";
}

std::string exit_section(const CommandSpec* command) {
  std::string out = ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
  for (const ExitStatus& status : exit_statuses(command)) {
    out += fmt::format(".It {}\n{}", status.code, sentence(status.meaning));
  }
  return out + ".El\n";
}

std::string examples_section(const CommandSpec& command) {
  if (command.examples.empty()) return {};
  std::string out = ".Sh EXAMPLES\n";
  for (size_t i = 0; i < command.examples.size(); ++i) {
    const Example& example = command.examples[i];
    out += fmt::format("{}{}.Pp\n.Dl {}\n", i == 0 ? "" : ".Pp\n", prose(example.explanation), word(example.command));
  }
  return out;
}

std::string see_also(const CommandTable& table, const CommandSpec* command) {
  std::vector<std::string> pages;
  if (command != nullptr) pages.push_back("heapreel");
  for (const CommandSpec* other : table.listed()) {
    if (other != command) pages.push_back(fmt::format("heapreel-{}", other->name));
  }
  std::ranges::sort(pages);
  std::string out = ".Sh SEE ALSO\n";
  for (size_t i = 0; i < pages.size(); ++i)
    out += fmt::format(".Xr {} 1{}\n", pages[i], i + 1 < pages.size() ? " ," : "");
  return out;
}

}  // namespace

std::string overview_man(const CommandTable& table) {
  std::string out = head("heapreel", kProgramSummary);
  out += ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar argument ...\n.Nm\n.Fl h | Fl V\n.Sh DESCRIPTION\n";
  out += prose(kProgramDescription);
  out += ".Pp\nThe options are:\n" + flag_list(global_flags());
  out += ".Pp\nThe commands are:\n.Bl -tag -width Ds\n";
  for (const CommandSpec* command : table.listed()) {
    out += fmt::format(".It Cm {}\n{}See\n.Xr heapreel-{} 1 .\n", command->name, sentence(command->summary),
                       command->name);
  }
  out += ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\n";
  out += "If set and not empty, nothing is printed in colour.\n.El\n";
  return out + exit_section(nullptr) + see_also(table, nullptr);
}

std::string command_man(const CommandTable& table, const CommandSpec& command) {
  std::string out = head(fmt::format("heapreel-{}", command.name), command.summary);
  out += synopsis_section(command) + ".Sh DESCRIPTION\n" + prose(command.description) + arguments_list(command);
  out += ".Pp\nThe options are:\n" + flag_list(all_flags(command));
  return out + exit_section(&command) + examples_section(command) + see_also(table, &command);
}

}  // namespace heapreel::cli
