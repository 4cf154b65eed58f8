// Asking ld.so, and reading what it says.
#include "replayer/lab/loader.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "trace_format/base/file.h"

namespace heapreel::lab {
namespace {

std::string read_to_end(const base::Fd& fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(fd.get(), buffer, sizeof buffer)) > 0 || (got < 0 && errno == EINTR);)
    if (got > 0) text.append(buffer, static_cast<size_t>(got));
  return text;
}

}  // namespace

std::vector<LoadedLibrary> parse_loaded(const std::string& text) {
  std::vector<LoadedLibrary> libraries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    LoadedLibrary library;
    std::string arrow, path;
    if (!(words >> library.name >> arrow >> path) || arrow != "=>") continue;
    if (path != "not") library.path = path;  // "not found"
    libraries.push_back(std::move(library));
  }
  return libraries;
}

base::Result<std::vector<LoadedLibrary>> loaded_libraries(const std::string& program) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::fail(base::system_error("cannot ask the loader", errno));
  const base::Fd ours(ends[0]);
  base::Fd theirs(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
  std::string name = program;
  std::string trace = "LD_TRACE_LOADED_OBJECTS=1";
  char* words[] = {name.data(), nullptr};
  char* entries[] = {trace.data(), nullptr};
  pid_t pid = 0;
  const int fault = ::posix_spawn(&pid, name.c_str(), &actions, nullptr, words, entries);
  ::posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) return base::fail(base::system_error(fmt::format("cannot run {}", program), fault));
  theirs = base::Fd();
  const std::string text = read_to_end(ours);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return parse_loaded(text);
}

}  // namespace heapreel::lab
