#include "recorder/collector/maps_reader.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "recorder/collector/proc_text.h"
#include "trace_format/base/file.h"

namespace heapreel::collector {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

// Takes a number and the one character after it off the front.
bool take_number(std::string_view& text, int base, char after, uint64_t& number) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number, base);
  if (error != std::errc{} || end == last || *end != after) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

bool is_file(const Mapping& mapping) { return mapping.inode != 0 && mapping.path.starts_with('/'); }
bool is_vdso(const Mapping& mapping) { return mapping.path == "[vdso]"; }

Image start_image(const Mapping& mapping, const ReadBuildId& read) {
  Image image{
      .range = mapping.range, .file_offset = mapping.file_offset, .build_id = {}, .path = mapping.path, .code = {}};
  if (is_file(mapping) && !mapping.deleted) image.build_id = read(mapping);
  return image;
}

// Whether a mapping belongs to the image before it: the same file, and further on in it. A file that is mapped a second
// time starts again.
bool continues(const Image& image, uint64_t last_offset, const Mapping& mapping) {
  return image.path == mapping.path && mapping.file_offset > last_offset;
}

}  // namespace

std::optional<Mapping> parse_mapping(std::string_view line) {
  Mapping mapping;
  uint64_t device = 0;
  if (!take_number(line, 16, '-', mapping.range.start) || !take_number(line, 16, ' ', mapping.range.end))
    return std::nullopt;
  if (mapping.range.start >= mapping.range.end || line.size() < 5 || line[4] != ' ') return std::nullopt;
  mapping.executable = line[2] == 'x';
  line.remove_prefix(5);
  if (!take_number(line, 16, ' ', mapping.file_offset)) return std::nullopt;
  if (!take_number(line, 16, ':', device) || !take_number(line, 16, ' ', device)) return std::nullopt;
  const size_t inode_end = std::min(line.find(' '), line.size());
  if (std::from_chars(line.data(), line.data() + inode_end, mapping.inode).ec != std::errc{}) return std::nullopt;
  line.remove_prefix(inode_end);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  mapping.deleted = line.ends_with(kDeleted);
  if (mapping.deleted) line.remove_suffix(kDeleted.size());
  mapping.path = line;
  return mapping;
}

std::vector<Mapping> parse_maps(std::string_view text) {
  std::vector<Mapping> mappings;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (auto mapping = parse_mapping(text.substr(0, end))) mappings.push_back(std::move(*mapping));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return mappings;
}

MappedCode code_in_maps(const std::vector<Mapping>& mappings, const ReadBuildId& read) {
  MappedCode code;
  std::vector<Image> images;
  uint64_t last_offset = 0;
  for (const Mapping& mapping : mappings) {
    if (!is_file(mapping) && !is_vdso(mapping)) {
      if (mapping.executable) code.anonymous_code.push_back(mapping.range);
      continue;
    }
    if (images.empty() || !continues(images.back(), last_offset, mapping)) images.push_back(start_image(mapping, read));
    images.back().range.end = mapping.range.end;
    last_offset = mapping.file_offset;
    if (mapping.executable) images.back().code.push_back(mapping.range);
  }
  for (Image& image : images)
    if (!image.code.empty()) code.images.push_back(std::move(image));
  return code;
}

base::Result<MappedCode> read_mapped_code(pid_t pid) {
  const std::string path = fmt::format("/proc/{}/maps", pid);
  const std::string text = read_proc(path);
  if (text.empty()) return base::fail(base::system_error("cannot read " + path, errno));
  return code_in_maps(parse_maps(text), [&](const Mapping& mapping) {
    const auto elf = read_elf(fmt::format("/proc/{}/root{}", pid, mapping.path));
    return elf ? elf->build_id : std::string();
  });
}

}  // namespace heapreel::collector
