// Gathers the facts in the order a kernel and a loader would meet them.
#include "recorder/target/inspect.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "recorder/target/symbols.h"

namespace heapreel::target {
namespace {

constexpr size_t kPreloadsMax = 64;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <class NameOf>
std::string first_name(const Words& words, NameOf name_of) {
  for (const std::string& word : words)
    if (const std::string_view name = name_of(word); !name.empty()) return std::string(name);
  return {};
}

// LD_PRELOAD separates by spaces and colons.
Words entries_of(std::string_view list) {
  Words entries;
  for (size_t from = 0; (from = list.find_first_not_of(" :", from)) != std::string_view::npos;) {
    const size_t end = std::min(list.find_first_of(" :", from), list.size());
    if (entries.size() < kPreloadsMax) entries.emplace_back(list.substr(from, end - from));
    from = end;
  }
  return entries;
}

// A name without a slash is searched for by ld.so in ways of its own; it is judged by its name alone.
Preloaded look_at_preload(const std::string& name) {
  Preloaded entry{.name = name,
                  .allocator = std::string(allocator_of_library(name)),
                  .sanitizer = std::string(sanitizer_of_library(name))};
  if (name.find('/') == std::string::npos || name.find('$') != std::string::npos) return entry;
  const base::Fd fd(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  entry.missing = !fd.valid();
  if (entry.missing) return entry;
  const auto elf = read_elf(fd, name);
  entry.unusable = !elf || elf->identity != own_identity();
  if (entry.unusable || !entry.allocator.empty() || !entry.sanitizer.empty()) return entry;
  entry.sanitizer = first_name(elf->exported, sanitizer_of_symbol);
  entry.allocator = first_name(elf->exported, allocator_of_symbol);
  const bool has_malloc = std::ranges::find(elf->exported, "malloc") != elf->exported.end();
  if (entry.allocator.empty() && has_malloc) entry.allocator = "its own malloc";
  return entry;
}

}  // namespace

bool Inspection::is_musl() const { return file_name(elf.interpreter).starts_with("ld-musl-"); }

std::string Inspection::sanitizer() const {
  std::string name = first_name(elf.needed, sanitizer_of_library);
  if (name.empty()) name = first_name(elf.exported, sanitizer_of_symbol);
  return name.empty() ? first_name(elf.internal, sanitizer_of_symbol) : name;
}

bool Inspection::sanitizer_is_shared() const { return !first_name(elf.needed, sanitizer_of_library).empty(); }

Words Inspection::own_entry_points() const {
  Words names;
  std::ranges::copy_if(elf.exported, std::back_inserter(names), is_entry_point);
  return names;
}

bool Inspection::hides_malloc() const { return std::ranges::find(elf.internal, "malloc") != elf.internal.end(); }

std::string Inspection::allocator() const {
  std::string name = first_name(elf.exported, allocator_of_symbol);
  if (name.empty()) name = first_name(elf.internal, allocator_of_symbol);
  return name.empty() ? first_name(elf.needed, allocator_of_library) : name;
}

bool Inspection::allocator_is_needed() const { return !first_name(elf.needed, allocator_of_library).empty(); }

bool Inspection::allocator_is_prefixed() const {
  return !allocator().empty() && !allocator_is_needed() && own_entry_points().empty() && !hides_malloc();
}

base::Result<Inspection> inspect(const Words& command, const Words& environment) {
  auto found = find_command(command, environment);
  if (!found) return base::fail(std::move(found).error());
  Inspection seen{.path = found->path,
                  .words = std::move(found->words),
                  .passed = std::move(found->passed),
                  .readable = found->readable,
                  .is_elf = found->is_elf};
  const auto privileges = privileges_of(seen.path);
  if (!privileges) return base::fail(privileges.error());
  seen.raises = raised_by(*privileges, this_process());
  if (seen.is_elf) {
    auto elf = read_elf(found->file, seen.path);
    if (!elf) {
      elf.error().hint = "it is damaged or was made to be odd; build or install it again";
      return base::fail(std::move(elf).error());
    }
    seen.elf = std::move(*elf);
    seen.interpreter_missing = !seen.elf.interpreter.empty() && ::access(seen.elf.interpreter.c_str(), F_OK) != 0;
  }
  for (const std::string& name : entries_of(variable(environment, "LD_PRELOAD")))
    seen.preloaded.push_back(look_at_preload(name));
  return seen;
}

}  // namespace heapreel::target
