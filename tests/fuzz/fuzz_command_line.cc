// Any words after any command give Arguments or an error of use, never a crash. One word a line of the input; the first
// is the command.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "tools/cli/front.h"
#include "tools/cli/parse.h"
#include "tools/commands/table.h"

namespace {

std::vector<std::string> words_of(const uint8_t* data, size_t size) {
  std::istringstream text(std::string(reinterpret_cast<const char*>(data), size));
  std::vector<std::string> words;
  for (std::string word; std::getline(text, word);) words.push_back(word);
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace cli = heapreel::cli;
  std::vector<std::string> words = words_of(data, size);
  if (words.empty()) return 0;
  const cli::CommandSpec* command = heapreel::commands::table().find(words.front());
  if (command == nullptr) return heapreel::commands::table().unknown_command(words.front()).what.empty() ? 1 : 0;
  words.erase(words.begin());
  const auto arguments = cli::parse_arguments(*command, words);
  if (!arguments && cli::exit_status_of(arguments.error()) != cli::kExitUsage) std::abort();
  if (!arguments && arguments.error().hint.empty()) std::abort();
  return 0;
}
