#include "recorder/collector/elf_image.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "trace_format/base/file.h"

namespace heapreel::collector {
namespace {

constexpr uint64_t kNoteBytesMax = 64U << 10;
constexpr size_t kBuildIdBytesMax = 64;  // SHA-1 gives 20, the linker's largest is 32
constexpr size_t kHeadersMax = 4096;

base::Result<Elf64_Ehdr> read_file_header(const ReadAt& read, const std::string& path) {
  Elf64_Ehdr header{};
  const auto got = read(0, {reinterpret_cast<uint8_t*>(&header), sizeof header});
  if (!got) return base::fail(got.error());
  if (*got < EI_NIDENT || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return base::bad_input("cannot read " + path, "it is not an ELF file", 0);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return base::fail({.code = base::ErrorCode::kUnsupported,
                       .what = "cannot read " + path,
                       .why = "it is not a 64-bit little-endian ELF file",
                       .hint = "heapreel records 64-bit programs only"});
  if (*got < sizeof header) return base::bad_input("cannot read " + path, "its ELF header is cut short", *got);
  return header;
}

base::Result<std::vector<Elf64_Phdr>> read_headers(const ReadAt& read, const Elf64_Ehdr& file,
                                                   const std::string& path) {
  if (file.e_phnum == 0) return std::vector<Elf64_Phdr>{};
  if (file.e_phentsize != sizeof(Elf64_Phdr) || file.e_phnum > kHeadersMax)
    return base::bad_input("cannot read " + path, "its program headers make no sense",
                           offsetof(Elf64_Ehdr, e_phentsize));
  std::vector<Elf64_Phdr> headers(file.e_phnum);
  const size_t bytes = headers.size() * sizeof(Elf64_Phdr);
  const auto got = read(file.e_phoff, {reinterpret_cast<uint8_t*>(headers.data()), bytes});
  if (!got) return base::fail(got.error());
  if (*got != bytes) return base::bad_input("cannot read " + path, "its program headers are cut short", file.e_phoff);
  return headers;
}

std::string to_hex(base::Bytes bytes) {
  std::string hex;
  for (const uint8_t byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

constexpr uint64_t padded(uint64_t bytes) { return (bytes + 3) & ~uint64_t{3}; }

}  // namespace

std::string build_id_in_notes(base::Bytes notes) {
  for (;;) {
    Elf64_Nhdr note;
    if (notes.size() < sizeof note) return {};
    std::memcpy(&note, notes.data(), sizeof note);
    notes = notes.subspan(sizeof note);
    const uint64_t name_bytes = padded(note.n_namesz);
    if (name_bytes + note.n_descsz > notes.size()) return {};
    const bool gnu = note.n_namesz == 4 && std::memcmp(notes.data(), "GNU", 4) == 0;
    if (gnu && note.n_type == NT_GNU_BUILD_ID && note.n_descsz <= kBuildIdBytesMax)
      return to_hex(notes.subspan(name_bytes, note.n_descsz));
    notes = notes.subspan(std::min<uint64_t>(name_bytes + padded(note.n_descsz), notes.size()));
  }
}

base::Result<ElfImage> parse_elf(const ReadAt& read, const std::string& path) {
  const auto file = read_file_header(read, path);
  if (!file) return base::fail(file.error());
  auto headers = read_headers(read, *file, path);
  if (!headers) return base::fail(headers.error());
  ElfImage image{.headers = std::move(*headers), .build_id = {}};
  for (const Elf64_Phdr& header : image.headers) {
    if (header.p_type != PT_NOTE || !image.build_id.empty()) continue;
    std::vector<uint8_t> notes(std::min(header.p_filesz, kNoteBytesMax));
    const auto got = read(header.p_offset, notes);
    if (!got) return base::fail(got.error());
    image.build_id = build_id_in_notes(base::Bytes(notes).first(*got));
  }
  return image;
}

base::Result<ElfImage> read_elf(const std::string& path) {
  const auto file = base::open_for_reading(path);
  if (!file) return base::fail(file.error());
  return parse_elf([&](uint64_t offset, std::span<uint8_t> into) { return base::read_at(*file, offset, into, path); },
                   path);
}

}  // namespace heapreel::collector
