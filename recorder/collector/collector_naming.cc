// What the processes and their reels are called.
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "recorder/collector/collector.h"

namespace heapreel::collector {
namespace {

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// Programs that were started with one environment have one name for their reels: this one has been used by another, or
// will be.
bool is_taken(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return true;
  const std::string mine = fmt::format(".{}.part", getpid());
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(parent.empty() ? "." : parent, ignored)) {
    const std::string name = (parent / entry.path().filename()).string();
    if (name.starts_with(path + ".") && name.ends_with(".part") && !name.ends_with(mine)) return true;
  }
  return false;
}

}  // namespace

// One that has gone already cannot be asked any more: the shim, or whoever it was forked from, knows.
void Collector::name_process(FollowedProcess& process, const FollowedProcess* parent) {
  ProcessFacts& facts = process.facts;
  facts.executable = executable_of(process.pid);
  facts.command = command_of(process.pid);
  const bool is_copy = facts.origin == ring::Origin::kFork && parent != nullptr;
  if (facts.executable.empty()) facts.executable = is_copy ? parent->facts.executable : path_told(process.record);
  if (!facts.command.empty()) return;
  if (is_copy)
    facts.command = parent->facts.command;
  else if (process.is_root && facts.origin == ring::Origin::kStart)
    facts.command = options_.command;
  else if (!facts.executable.empty())
    facts.command = {facts.executable};
}

std::string Collector::path_told(uint32_t record) const {
  const char* const path = pool_.process(record).path;
  return {path, strnlen(path, sizeof ring::ProcessRecord::path)};
}

// The first process that is recorded gets the name that was asked for, the others one made of it.
std::string Collector::path_for(const FollowedProcess& process) {
  if (!process.path.empty()) return process.path;
  const std::string executable = base_name(process.facts.executable);
  const std::string pid = std::to_string(process.pid);
  std::string path = options_.output.empty() ? "%e.%p.reel" : options_.output;
  const bool is_pattern = contains(path, "%p");
  path = replaced(replaced(path, "%p", pid), "%e", executable.empty() ? "unknown" : executable);
  const bool is_first = first_name_.empty() && (options_.collect_pid == 0 || !is_taken(path));
  if (!is_first && !is_pattern) return free_name(path, process.pid);
  const uint32_t number = ++names_given_[path];
  if (number > 1) path = with_word(path, std::to_string(number));
  if (is_first) first_name_ = path;
  return path;
}

// app.reel -> app.PID.reel, then app.PID.2.reel
std::string Collector::free_name(const std::string& path, int pid) {
  const std::string name = with_word(path, std::to_string(pid));
  const uint32_t number = ++names_given_[name];
  return number == 1 ? name : with_word(name, std::to_string(number));
}

// A wrapper (sh, env, nice) is replaced by the program that was meant: that one gets the name that was asked for.
void Collector::pass_name_on(FollowedProcess& before, FollowedProcess& after) {
  const bool by_pattern = contains(options_.output, "%p") || options_.output.empty();
  if (!before.is_root || before.reel == nullptr || by_pattern || !is_wanted(after)) return;
  after.path = before.reel->path();
  before.reel->set_path(free_name(options_.output, before.pid));
}

}  // namespace heapreel::collector
