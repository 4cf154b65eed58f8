// One hop at a time: a script hands over to its interpreter, `env` to the program it names, until a file is neither.
#include "recorder/target/find_command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder/target/elf_file.h"

namespace heapreel::target {
namespace {

constexpr size_t kHopsMax = 8;          // the kernel allows 5 scripts in a row, and `env` may stand between them
constexpr size_t kScriptLineMax = 256;  // BINPRM_BUF_SIZE of the kernel: longer `#!` lines are cut there
constexpr std::string_view kDefaultPath = "/bin:/usr/bin";  // glibc's, where PATH is not set

base::Error cannot_run(const std::string& program, std::string why, std::string hint) {
  return {.code = base::ErrorCode::kIo,
          .what = fmt::format("cannot run '{}'", program),
          .why = std::move(why),
          .hint = std::move(hint)};
}

// 0, or the errno for which exec would pass the file over.
int refusal(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EISDIR;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

base::Error refusal_error(const std::string& program, const std::string& path, int refused) {
  if (refused == EACCES)
    return cannot_run(program, fmt::format("{} may not be executed by this user", path),
                      fmt::format("`chmod +x {}`, or run it through its interpreter", path));
  if (refused == EISDIR) return cannot_run(program, fmt::format("{} is not a regular file", path), "name a program");
  base::Error error = base::system_error(fmt::format("cannot run '{}'", program), refused);
  if (refused == ENOENT) error.hint = "check the name; a program outside PATH needs its path, such as ./app";
  return error;
}

base::Result<std::string> search_path(const std::string& program, std::string_view path) {
  int worst = ENOENT;  // a file that may not be executed is worth more words than one that is not there
  std::string denied;
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find(':', from), path.size());
    const std::string_view folder = path.substr(from, end - from);
    const std::string candidate = folder.empty() ? program : fmt::format("{}/{}", folder, program);
    const int refused = refusal(candidate);
    if (refused == 0) return candidate;
    if (refused == EACCES && worst == ENOENT) {
      worst = EACCES;
      denied = candidate;
    }
    from = end + 1;
  }
  if (worst == EACCES) return base::fail(refusal_error(program, denied, EACCES));
  return base::fail(cannot_run(program, "no folder of PATH has a program of that name",
                               "check the name; a program outside PATH needs its path, such as ./app"));
}

Words split(std::string_view text) {
  Words words;
  for (size_t from = 0; (from = text.find_first_not_of(" \t", from)) != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(" \t", from), text.size());
    words.emplace_back(text.substr(from, end - from));
    from = end;
  }
  return words;
}

// The interpreter and its one argument, as the kernel reads a `#!` line (fs/binfmt_script.c).
Words interpreter_words(std::string_view head) {
  std::string_view line = head.substr(2, head.find('\n') - 2);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const size_t last = line.find_last_not_of(" \t\r");
  line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  if (end == 0) return {};
  Words words = {std::string(line.substr(0, end))};
  line.remove_prefix(std::min(line.find_first_not_of(" \t", end), line.size()));
  if (!line.empty()) words.emplace_back(line);
  return words;
}

// The command line that `env` runs; empty if it runs none. Reads the flags of coreutils' env.
Words words_after_env(const Words& words) {
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool takes_next = word == "-u" || word == "-C" || word == "--unset" || word == "--chdir";
    if (word == "-S" || word == "--split-string" || (word.starts_with("-S") && word.size() > 2)) {
      const bool apart = !word.starts_with("-S") || word.size() == 2;
      if (apart && i + 1 == words.size()) return {};
      Words rest = split(apart ? words[i + 1] : word.substr(2));
      rest.insert(rest.end(), words.begin() + static_cast<ptrdiff_t>(i + (apart ? 2 : 1)), words.end());
      rest.insert(rest.begin(), words[0]);
      return words_after_env(rest);
    }
    if (takes_next) ++i;
    if (takes_next || (word.starts_with('-') && word != "--")) continue;
    if (word == "--") continue;
    if (word.find('=') != std::string::npos) continue;
    return Words(words.begin() + static_cast<ptrdiff_t>(i), words.end());
  }
  return {};
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool looks_like_text(std::string_view head) {
  return std::ranges::none_of(head.substr(0, head.find('\n')), [](char c) { return c == '\0'; });
}

// What a `#!` line, or the shell that execvp falls back to, makes of the words. Empty if the file is no script.
base::Result<Words> words_of_script(const std::string& path, std::string_view head, const Words& words) {
  Words next;
  if (head.starts_with("#!")) {
    next = interpreter_words(head);
    if (next.empty())
      return base::fail(cannot_run(path, "its first line '#!' names no interpreter", "name one, such as #!/bin/sh"));
  } else if (looks_like_text(head)) {
    next = {"/bin/sh"};
  } else {
    return Words();
  }
  next.push_back(path);
  next.insert(next.end(), words.begin() + 1, words.end());
  return next;
}

}  // namespace

std::string_view variable(const Words& environment, std::string_view name) {
  for (const std::string_view entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return entry.substr(name.size() + 1);
  return {};
}

base::Result<std::string> find_program(const std::string& program, const Words& environment) {
  if (program.empty()) return base::fail(cannot_run(program, "its name is empty", "name a program"));
  if (program.find('/') != std::string::npos) {
    const int refused = refusal(program);
    if (refused != 0) return base::fail(refusal_error(program, program, refused));
    return program;
  }
  const std::string_view path = variable(environment, "PATH");
  return search_path(program, path.empty() ? kDefaultPath : path);
}

base::Result<FoundCommand> find_command(const Words& command, const Words& environment) {
  if (command.empty()) return base::fail(cannot_run("", "no program is named", "name a program"));
  FoundCommand found{.words = command};
  for (size_t hop = 0; hop < kHopsMax; ++hop) {
    auto path = find_program(found.words.front(), environment);
    if (!path) {
      if (!found.passed.empty()) path.error().why += fmt::format(" (it is asked for by {})", found.passed.back());
      return base::fail(std::move(path).error());
    }
    found.path = std::move(*path);
    found.file = base::Fd(::open(found.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    found.readable = found.file.valid();
    if (!found.readable) return found;
    std::array<uint8_t, kScriptLineMax> bytes{};
    const auto got = base::read_at(found.file, 0, bytes, found.path);
    if (!got) return base::fail(got.error());
    found.is_elf = has_elf_magic({bytes.data(), *got});
    Words next;
    if (!found.is_elf) {
      const auto script = words_of_script(found.path, {reinterpret_cast<const char*>(bytes.data()), *got}, found.words);
      if (!script) return base::fail(script.error());
      next = *script;
    } else if (file_name(found.path) == "env") {
      next = words_after_env(found.words);
    }
    if (next.empty()) return found;
    found.passed.push_back(found.path);
    found.words = std::move(next);
  }
  return base::fail(cannot_run(command.front(), fmt::format("its interpreters lead on and on, over {}", found.path),
                               "look at the first lines of these scripts"));
}

}  // namespace heapreel::target
