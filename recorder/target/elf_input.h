// Reads of an ELF file under inspection: at a place, of a size, or an Error that names the place. Never more than the
// file holds, whatever the file says of itself.
#pragma once

#include <cstring>
#include <fmt/format.h>
#include <string>

#include "trace_format/base/file.h"

namespace heapreel::target {

class ElfInput {
 public:
  // Borrows both.
  ElfInput(const base::Fd& fd, const std::string& path, uint64_t bytes) : fd_(fd), path_(path), bytes_(bytes) {}

  uint64_t bytes() const { return bytes_; }
  bool holds(uint64_t offset, uint64_t size) const { return offset <= bytes_ && size <= bytes_ - offset; }

  tl::unexpected<base::Error> broken(std::string why, uint64_t offset) const {
    return base::bad_input(fmt::format("cannot read the ELF file {}", path_), std::move(why), offset);
  }

  base::Status read(uint64_t offset, std::span<uint8_t> into, std::string_view part) const {
    if (!holds(offset, into.size())) return broken(fmt::format("its {} would lie outside of it", part), offset);
    const auto got = base::read_at(fd_, offset, into, path_);
    if (!got) return base::fail(got.error());
    return *got == into.size() ? base::Status() : broken(fmt::format("it ends within its {}", part), offset + *got);
  }

  template <class T>
  base::Result<T> get(uint64_t offset, std::string_view part) const {
    T value{};
    HEAPREEL_TRY(read(offset, {reinterpret_cast<uint8_t*>(&value), sizeof value}, part));
    return value;
  }

  // `count` structs in a row; refused beyond `count_max`.
  template <class T>
  base::Result<std::vector<T>> get_all(uint64_t offset, uint64_t count, uint64_t count_max,
                                       std::string_view part) const {
    if (count > count_max) return broken(fmt::format("it claims {} {}", count, part), offset);
    if (!holds(offset, count * sizeof(T))) return broken(fmt::format("its {} would lie outside of it", part), offset);
    std::vector<T> values(count);
    HEAPREEL_TRY(read(offset, {reinterpret_cast<uint8_t*>(values.data()), count * sizeof(T)}, part));
    return values;
  }

 private:
  const base::Fd& fd_;
  const std::string& path_;
  uint64_t bytes_;
};

}  // namespace heapreel::target
