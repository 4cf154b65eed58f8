// Which file's code lies where in a traced process, and when: turns an address into {module, offset}.
//
// An offset counts from the image's first mapped byte, as the reel's StackNodes do. Serials are given from 1 and never
// again, also not to a file that is loaded twice. A time of unloading is when we noticed.
// Built from the program headers the shim sends (exact, at every dlopen) or from /proc/PID/maps (maps_reader.h).
// Absent: reading files. Not for two threads at once.
#pragma once

#include <cstdint>
#include <elf.h>
#include <span>
#include <string>
#include <vector>

namespace heapreel::collector {

struct AddressRange {
  uint64_t start = 0;
  uint64_t end = 0;
  bool holds(uint64_t address) const { return address - start < end - start; }
  bool operator==(const AddressRange&) const = default;
};

// One file as it lies in memory.
struct Image {
  AddressRange range;        // from its first mapped byte to its last
  uint64_t file_offset = 0;  // of range.start
  std::string build_id;      // lower-case hex; empty if unknown
  std::string path;
  std::vector<AddressRange> code;  // its executable parts
};

// As dl_iterate_phdr tells it: base is dlpi_addr. Without a PT_LOAD the range is empty, and a map ignores the image.
Image image_of_headers(uint64_t base, std::string path, std::span<const Elf64_Phdr> headers, std::string build_id);

struct Module {
  uint32_t serial = 0;
  Image image;
  uint64_t loaded = 0;    // ticks
  uint64_t unloaded = 0;  // ticks; 0 while it is there
};

struct CodePlace {
  uint32_t module = 0;  // 0: no file's
  uint64_t offset = 0;  // in the module; without one, the address itself
  bool is_code = false;
};

class ModuleMap {
 public:
  // What is in memory now. Images that were there before keep their serial; what is missing counts as unloaded.
  // `anonymous_code` is where code lies that comes from no file (just-in-time compilers).
  void update(std::vector<Image> images, std::vector<AddressRange> anonymous_code, uint64_t now);

  // One more image; those it overlaps are gone.
  void load(Image image, uint64_t now);

  CodePlace find(uint64_t address) const;

  // Every module there ever was, serial 1 first.
  const std::vector<Module>& modules() const { return modules_; }

  // Serials of modules that came, went or learnt their build-id since the last call.
  std::vector<uint32_t> take_changed();

 private:
  bool known(const Image& image);
  void unload(uint32_t serial, uint64_t now);
  void mark_changed(uint32_t serial);

  std::vector<Module> modules_;
  std::vector<uint32_t> live_;  // serials, by address
  std::vector<AddressRange> anonymous_code_;
  std::vector<uint32_t> changed_;
};

}  // namespace heapreel::collector
