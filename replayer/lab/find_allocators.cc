// Names to files, with an error that says how to go on where that fails.
#include "replayer/lab/find_allocators.h"

#include <algorithm>
#include <cstdlib>
#include <elf.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

#include "recorder/target/elf_file.h"
#include "replayer/lab/loader.h"

namespace heapreel::lab {
namespace {

namespace fs = std::filesystem;

base::Error not_usable(const std::string& name, std::string why, std::string hint,
                       base::ErrorCode code = base::ErrorCode::kIo) {
  return {.code = code,
          .what = fmt::format("cannot use the allocator {}", name),
          .why = std::move(why),
          .hint = std::move(hint)};
}

base::Result<fs::path> runners_folder() {
  if (const char* named = std::getenv(std::string(kRunnersVariable).c_str()); named != nullptr && *named != '\0')
    return fs::path(named);
  std::error_code fault;
  const fs::path folder = fs::read_symlink("/proc/self/exe", fault).parent_path();
  if (fault) return base::fail(not_usable("glibc", "/proc/self/exe cannot be read", "mount /proc"));
  return (folder / "../lib/heapreel").lexically_normal();
}

base::Result<std::string> find_runner(const KnownAllocator& allocator) {
  const auto folder = runners_folder();
  if (!folder) return base::fail(folder.error());
  const fs::path path = *folder / fmt::format("runner-{}", allocator.name);
  std::error_code fault;
  if (fs::exists(path, fault)) return path.string();
  return base::fail(not_usable(
      std::string(allocator.name), fmt::format("there is no {}", path.string()),
      fmt::format("install heapreel whole, or build it where the development package of {} is", allocator.package)));
}

// The real path of the library that the loader would bring in for it.
base::Result<std::string> library_of(const std::string& runner, const KnownAllocator& allocator) {
  const auto libraries = loaded_libraries(runner);
  if (!libraries) return base::fail(libraries.error());
  const std::string name(allocator.name);
  const std::string install = fmt::format("install {}", allocator.package);
  for (const LoadedLibrary& library : *libraries) {
    if (!library.name.starts_with(allocator.library)) continue;
    if (library.path.empty()) return base::fail(not_usable(name, library.name + " is not installed", install));
    std::error_code fault;
    const std::string path = fs::canonical(library.path, fault).string();
    return fault ? base::fail(not_usable(name, library.path + ": " + fault.message(), install))
                 : base::Result<std::string>(path);
  }
  return base::fail(not_usable(name, fmt::format("{} is not linked with it", runner), "build heapreel again"));
}

base::Result<AllocatorChoice> find_known(const KnownAllocator& allocator) {
  auto runner = find_runner(allocator);
  if (!runner) return base::fail(runner.error());
  AllocatorChoice choice{.name = std::string(allocator.name), .runner = std::move(*runner)};
  if (allocator.library.empty()) return choice;
  auto library = library_of(choice.runner, allocator);
  if (!library) return base::fail(library.error());
  choice.library = std::move(*library);
  return choice;
}

// A library that LD_PRELOAD can bring in and that has a malloc.
base::Status check_library(const std::string& name, const std::string& path) {
  const auto bad = [&name](std::string why, std::string hint) {
    return base::fail(not_usable(name, std::move(why), std::move(hint), base::ErrorCode::kBadInput));
  };
  const auto fd = base::open_for_reading(path);
  if (!fd) return base::fail(not_usable(name, fmt::format("{}: {}", path, fd.error().why), "name an existing library"));
  const auto elf = target::read_elf(*fd, path);
  if (!elf) return bad(fmt::format("{} is not an ELF file", path), "name a shared library, NAME=/path/lib.so");
  if (elf->identity != target::own_identity())
    return bad(fmt::format("{} is for {}, and this heapreel is for {}", path, target::identity_text(elf->identity),
                           target::identity_text(target::own_identity())),
               "name the library for this machine");
  if (elf->type != ET_DYN || (!elf->interpreter.empty() && elf->soname.empty()))
    return bad(fmt::format("{} is a program, not a shared library", path), "link it with -shared");
  if (std::ranges::find(elf->exported, "malloc") == elf->exported.end())
    return bad(fmt::format("{} exports no malloc", path),
               "name a library that replaces malloc; some export it under a prefix, or in another build of theirs");
  if (path.find_first_of(" :") != std::string::npos)
    return bad(fmt::format("the path '{}' holds a space or a colon, at which LD_PRELOAD ends", path),
               "move it to a path without them");
  return {};
}

base::Result<AllocatorChoice> find_library(const std::string& name, const std::string& named_path) {
  auto runner = find_runner(known_allocators().front());
  if (!runner) return base::fail(runner.error());
  std::error_code fault;
  const fs::path real = fs::canonical(named_path, fault);
  const std::string path = fault ? named_path : real.string();
  HEAPREEL_TRY(check_library(name, path));
  return AllocatorChoice{.name = name, .runner = std::move(*runner), .preload = path, .library = path};
}

base::Error no_such(const std::string& name) {
  std::vector<std::string_view> names;
  for (const KnownAllocator& allocator : known_allocators()) names.push_back(allocator.name);
  const bool is_path = name.find('/') != std::string::npos;
  return {.code = base::ErrorCode::kUsage,
          .what = fmt::format("unknown allocator '{}'", name),
          .why = is_path ? "a library needs a name for its row" : fmt::format("there are {}", fmt::join(names, ", ")),
          .hint = is_path ? fmt::format("write NAME={}", name)
                          : "any other is named by its library, as in mine=/path/libmine.so"};
}

base::Result<std::vector<AllocatorChoice>> find_installed() {
  std::vector<AllocatorChoice> found;
  for (const KnownAllocator& allocator : known_allocators())
    if (auto choice = find_known(allocator)) found.push_back(std::move(*choice));
  if (!found.empty()) return found;
  auto none = find_known(known_allocators().front());
  return base::fail(none.error());
}

}  // namespace

const std::vector<KnownAllocator>& known_allocators() {
  static const std::vector<KnownAllocator> known = {{"glibc", "", "libc6"},
                                                    {"jemalloc", "libjemalloc.so", "libjemalloc2"},
                                                    {"tcmalloc", "libtcmalloc", "libtcmalloc-minimal4"},
                                                    {"mimalloc", "libmimalloc", "libmimalloc2.0"}};
  return known;
}

base::Result<AllocatorChoice> find_allocator(const std::string& named) {
  const size_t equals = named.find('=');
  if (equals != std::string::npos && equals > 0) return find_library(named.substr(0, equals), named.substr(equals + 1));
  const auto known = std::ranges::find(known_allocators(), named, &KnownAllocator::name);
  return known == known_allocators().end() ? base::fail(no_such(named)) : find_known(*known);
}

base::Result<AllocatorChoice> built_in(const std::string& name) {
  auto runner = find_runner(known_allocators().front());
  if (!runner) return base::fail(runner.error());
  return AllocatorChoice{.name = name, .runner = std::move(*runner), .builtin = name};
}

base::Result<std::vector<AllocatorChoice>> find_allocators(const std::string& list) {
  if (list.empty()) return find_installed();
  std::vector<AllocatorChoice> found;
  std::istringstream names(list);
  for (std::string name; std::getline(names, name, ',');) {
    auto choice = find_allocator(name);
    if (!choice) return base::fail(choice.error());
    if (std::ranges::find(found, choice->name, &AllocatorChoice::name) != found.end())
      return base::fail(base::Error{.code = base::ErrorCode::kUsage,
                                    .what = fmt::format("'{}' is named twice", choice->name),
                                    .why = "rows must have different names",
                                    .hint = "name the second one's library, as in other=/path/lib.so"});
    found.push_back(std::move(*choice));
  }
  return found;
}

base::Status apply_setting(std::vector<AllocatorChoice>& allocators, const std::string& setting) {
  const size_t equals = setting.find('=');
  const size_t colon = setting.substr(0, equals).find(':');
  const std::string name = colon == std::string::npos ? "" : setting.substr(0, colon);
  const std::string entry = colon == std::string::npos ? setting : setting.substr(colon + 1);
  const auto bad = [&setting](std::string why, std::string hint) {
    return base::fail(base::Error{.code = base::ErrorCode::kUsage,
                                  .what = fmt::format("bad setting '{}'", setting),
                                  .why = std::move(why),
                                  .hint = std::move(hint)});
  };
  if (equals == std::string::npos || entry.starts_with('='))
    return bad("it gives no variable a value", "write NAME:VAR=VALUE, as in jemalloc:MALLOC_CONF=dirty_decay_ms:0");
  if (entry.starts_with("LD_PRELOAD="))
    return bad("LD_PRELOAD decides which allocator runs", "name the library by --allocators NAME=/path/lib.so");
  bool used = false;
  for (AllocatorChoice& allocator : allocators) {
    if (!name.empty() && allocator.name != name) continue;
    allocator.settings.push_back(entry);
    used = true;
  }
  return used ? base::Status() : bad(fmt::format("no row is called '{}'", name), "name it by --allocators, too");
}

}  // namespace heapreel::lab
