// Programs that tests compile for themselves, in a folder that goes away with them.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace heapreel::symbols {

// What a shell command prints on stdout; its status goes to `status`.
inline std::string output_of(const std::string& command, int* status = nullptr) {
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  std::array<char, 4096> part;
  while (const size_t got = fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), got);
  const int ended = pclose(pipe);
  if (status != nullptr) *status = ended;
  return text;
}

class Workshop {
 public:
  Workshop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "heapreel_symbols_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Workshop() { std::filesystem::remove_all(folder_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // Whether the command succeeded; it runs in the folder.
  bool run(const std::string& command) const {
    return std::system(("cd '" + folder_ + "' && " + command).c_str()) == 0;
  }

  // Compiles tests/symbols/programs/SOURCE with HEAPREEL_TEST_COMPILER.
  bool compile(const std::string& source, const std::string& options, const std::string& output) const {
    return run(std::string(HEAPREEL_TEST_COMPILER) + " -std=c++20 " + options + " '" + HEAPREEL_PROGRAMS "/" + source +
               "' -o " + output);
  }

 private:
  std::string folder_;
};

}  // namespace heapreel::symbols
