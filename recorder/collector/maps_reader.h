// The images of a process as /proc/PID/maps shows them: for processes whose shim has not told, and for code of no file.
//
// Tolerant: a line that makes no sense is left out, a file that cannot be read (deleted, replaced, forbidden) gives an
// image without a build-id.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "recorder/collector/elf_image.h"
#include "recorder/collector/module_map.h"

namespace heapreel::collector {

struct Mapping {
  AddressRange range;
  bool executable = false;
  uint64_t file_offset = 0;
  uint64_t inode = 0;  // 0: no file
  std::string path;    // "[stack]" and the like; without " (deleted)"
  bool deleted = false;
};

struct MappedCode {
  std::vector<Image> images;
  std::vector<AddressRange> anonymous_code;
};

// One line of /proc/PID/maps, without its line end.
std::optional<Mapping> parse_mapping(std::string_view line);
std::vector<Mapping> parse_maps(std::string_view text);

// `read` gives the build-id of a mapped file, or nothing.
using ReadBuildId = std::function<std::string(const Mapping&)>;
MappedCode code_in_maps(const std::vector<Mapping>& mappings, const ReadBuildId& read);

// Of a living process; its files are seen through its own root.
base::Result<MappedCode> read_mapped_code(pid_t pid);

}  // namespace heapreel::collector
