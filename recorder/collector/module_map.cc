#include "recorder/collector/module_map.h"

#include <algorithm>
#include <utility>

namespace heapreel::collector {
namespace {

constexpr uint64_t kPageBytes = 4096;

bool overlap(const AddressRange& one, const AddressRange& other) {
  return one.start < other.end && other.start < one.end;
}

bool any_holds(const std::vector<AddressRange>& ranges, uint64_t address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& range) { return range.holds(address); });
}

bool same_place(const Image& one, const Image& other) {
  return one.range.start == other.range.start && one.path == other.path;
}

bool contradict(const Image& one, const Image& other) {
  return !one.build_id.empty() && !other.build_id.empty() && one.build_id != other.build_id;
}

}  // namespace

Image image_of_headers(uint64_t base, std::string path, std::span<const Elf64_Phdr> headers, std::string build_id) {
  Image image{.range = {.start = ~uint64_t{0}, .end = 0},
              .file_offset = 0,
              .build_id = std::move(build_id),
              .path = std::move(path),
              .code = {}};
  for (const Elf64_Phdr& header : headers) {
    if (header.p_type != PT_LOAD || header.p_memsz == 0) continue;
    const uint64_t into_page = header.p_vaddr % kPageBytes;
    const AddressRange range{.start = base + header.p_vaddr - into_page, .end = base + header.p_vaddr + header.p_memsz};
    if ((header.p_flags & PF_X) != 0) image.code.push_back(range);
    if (range.start < image.range.start) {
      image.range.start = range.start;
      image.file_offset = header.p_offset - into_page;
    }
    image.range.end = std::max(image.range.end, range.end);
  }
  return image;
}

void ModuleMap::mark_changed(uint32_t serial) {
  if (std::find(changed_.begin(), changed_.end(), serial) == changed_.end()) changed_.push_back(serial);
}

void ModuleMap::unload(uint32_t serial, uint64_t now) {
  modules_[serial - 1].unloaded = now;
  std::erase(live_, serial);
  mark_changed(serial);
}

// Whether the image is in the map already. If its build-id was unknown until now, it is taken over.
bool ModuleMap::known(const Image& image) {
  for (const uint32_t serial : live_) {
    Image& there = modules_[serial - 1].image;
    if (!same_place(there, image) || contradict(there, image)) continue;
    if (there.build_id.empty() && !image.build_id.empty()) {
      there = image;
      mark_changed(serial);
    }
    return true;
  }
  return false;
}

void ModuleMap::load(Image image, uint64_t now) {
  if (image.range.start >= image.range.end || known(image)) return;
  for (const uint32_t serial : std::vector<uint32_t>(live_))
    if (overlap(modules_[serial - 1].image.range, image.range)) unload(serial, now);
  const auto serial = static_cast<uint32_t>(modules_.size() + 1);
  const auto starts_below = [&](uint32_t other, uint64_t start) {
    return modules_[other - 1].image.range.start < start;
  };
  live_.insert(std::lower_bound(live_.begin(), live_.end(), image.range.start, starts_below), serial);
  modules_.push_back({.serial = serial, .image = std::move(image), .loaded = now, .unloaded = 0});
  mark_changed(serial);
}

void ModuleMap::update(std::vector<Image> images, std::vector<AddressRange> anonymous_code, uint64_t now) {
  anonymous_code_ = std::move(anonymous_code);
  for (const uint32_t serial : std::vector<uint32_t>(live_)) {
    const Image& there = modules_[serial - 1].image;
    const bool stays =
        std::any_of(images.begin(), images.end(), [&](const Image& image) { return same_place(image, there); });
    if (!stays) unload(serial, now);
  }
  for (Image& image : images) load(std::move(image), now);
}

CodePlace ModuleMap::find(uint64_t address) const {
  const auto starts_above = [&](uint64_t wanted, uint32_t serial) {
    return wanted < modules_[serial - 1].image.range.start;
  };
  const auto above = std::upper_bound(live_.begin(), live_.end(), address, starts_above);
  if (above != live_.begin()) {
    const Module& module = modules_[*std::prev(above) - 1];
    if (module.image.range.holds(address))
      return {.module = module.serial,
              .offset = address - module.image.range.start,
              .is_code = any_holds(module.image.code, address)};
  }
  return {.module = 0, .offset = address, .is_code = any_holds(anonymous_code_, address)};
}

std::vector<uint32_t> ModuleMap::take_changed() { return std::exchange(changed_, {}); }

}  // namespace heapreel::collector
