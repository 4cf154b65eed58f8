// The functions of allocator_name.h.
#include "recorder/collector/allocator_name.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <map>

#include "recorder/collector/elf_image.h"
#include "recorder/collector/maps_reader.h"
#include "recorder/collector/proc_text.h"
#include "recorder/collector/process.h"
#include "trace_format/base/file.h"

namespace heapreel::collector {
namespace {

constexpr uint64_t kFileBytesMax = uint64_t{64} << 20;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kDigitsAndDot = "0123456789.";

// The number "2.36" behind a text, without a full stop at its end.
std::string number_behind(std::string_view bytes, std::string_view text) {
  for (size_t at = bytes.find(text); at != std::string_view::npos; at = bytes.find(text, at + 1)) {
    const std::string_view from = bytes.substr(at + text.size(), 32);
    std::string_view number = from.substr(0, from.find_first_not_of(kDigitsAndDot));
    number = number.substr(0, number.find_last_of(kDigits) + 1);
    if (!number.empty()) return std::string(number);
  }
  return {};
}

// jemalloc's are as git describes them: "5.3.0-0-g" and 40 hexadecimal digits (its VERSION file).
std::string version_as_git_describes(std::string_view bytes) {
  constexpr size_t kHashDigits = 40;
  for (size_t at = bytes.find("-g"); at != std::string_view::npos; at = bytes.find("-g", at + 1)) {
    const std::string_view hash = bytes.substr(at + 2, kHashDigits);
    if (hash.size() < kHashDigits || hash.find_first_not_of("0123456789abcdef") != std::string_view::npos) continue;
    const size_t before = bytes.substr(0, at).find_last_not_of("0123456789.-");
    const size_t start = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view described = bytes.substr(start, at - start);
    const std::string_view version = described.substr(0, described.find('-'));
    if (version.find('.') != std::string_view::npos) return std::string(version);
  }
  return {};
}

// A text field of a reel must be UTF-8, or all of its message could not be read.
std::string plain(std::string text) {
  for (char& letter : text)
    if (letter < ' ' || letter > '~') letter = '?';
  return text;
}

// "libmimalloc.so.2.0" is of version 2.0.
std::string version_of_file_name(const std::string& path) {
  constexpr std::string_view kMark = ".so.";
  const size_t at = path.rfind(kMark);
  return at == std::string::npos ? std::string() : path.substr(at + kMark.size());
}

// Reading a whole library takes its time: once for each.
std::string version_in_file(const std::string& name, const std::string& path, const std::string& file,
                            const std::string& build_id) {
  static std::map<std::string, std::string> known;
  const auto found = known.find(path + build_id);
  if (found != known.end()) return found->second;
  std::string version;
  if (const auto bytes = base::read_file(file, kFileBytesMax))
    version = allocator_version(name, path, {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  known[path + build_id] = version;
  return version;
}

}  // namespace

std::string allocator_name(const std::string& path) {
  const std::string file = base_name(path);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNames{{{"libc.so", "glibc"},
                                                                                 {"libc-2.", "glibc"},
                                                                                 {"ld-musl", "musl"},
                                                                                 {"libjemalloc", "jemalloc"},
                                                                                 {"libtcmalloc", "tcmalloc"},
                                                                                 {"libmimalloc", "mimalloc"}}};
  for (const auto& [start, name] : kNames)
    if (file.starts_with(start)) return std::string(name);
  return file;
}

std::string allocator_version(const std::string& name, const std::string& path, std::string_view bytes) {
  if (name == "glibc") return number_behind(bytes, "release version ");
  if (name == "tcmalloc") return number_behind(bytes, "gperftools ");
  if (name == "jemalloc") return version_as_git_describes(bytes);
  if (name == "mimalloc") return version_of_file_name(path);
  return {};
}

std::vector<std::string> allocator_settings(const std::vector<std::string>& environment) {
  constexpr std::array<std::string_view, 7> kStarts{
      "MALLOC_", "_RJEM_MALLOC_", "JE_MALLOC_", "GLIBC_TUNABLES=", "TCMALLOC_", "MIMALLOC_", "PYTHONMALLOC="};
  std::vector<std::string> settings;
  for (const std::string& entry : environment)
    if (std::ranges::any_of(kStarts, [&](std::string_view start) { return entry.starts_with(start); }))
      settings.push_back(entry);
  return settings;
}

reel::proto::Allocator allocator_of(pid_t pid, uint64_t malloc_address, const std::vector<std::string>& environment) {
  reel::proto::Allocator allocator;
  for (const std::string& setting : allocator_settings(environment)) allocator.add_settings(plain(setting));
  for (const Mapping& mapping : parse_maps(read_proc(fmt::format("/proc/{}/maps", pid)))) {
    if (!mapping.range.holds(malloc_address) || mapping.inode == 0) continue;
    const std::string file = fmt::format("/proc/{}/root{}", pid, mapping.path);
    allocator.set_name(plain(allocator_name(mapping.path)));
    if (mapping.deleted) break;  // another file has its name now
    if (const auto elf = read_elf(file)) allocator.set_build_id(elf->build_id);
    allocator.set_version(plain(version_in_file(allocator.name(), mapping.path, file, allocator.build_id())));
    break;
  }
  return allocator;
}

}  // namespace heapreel::collector
