// Program headers, the notes they name, and in these the one of GNU with type 3.
#include "replayer/lab/build_id.h"

#include <elf.h>
#include <fmt/format.h>

#include "recorder/target/elf_input.h"

namespace heapreel::lab {
namespace {

constexpr uint64_t kHeadersMax = 4096;
constexpr uint64_t kNoteBytesMax = 64U << 10;

std::string hex_of(base::Bytes bytes) {
  std::string hex;
  for (const uint8_t byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string build_id_in(base::Bytes notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    const auto note = base::load_le<Elf64_Nhdr>(notes.data());
    const uint64_t name = base::align_up(note.n_namesz, 4), text = base::align_up(note.n_descsz, 4);
    notes = notes.subspan(sizeof note);
    if (name + text > notes.size()) return {};
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(notes.data(), "GNU", 4) == 0)
      return hex_of(notes.subspan(name, note.n_descsz));
    notes = notes.subspan(name + text);
  }
  return {};
}

}  // namespace

std::string build_id_of(const std::string& path) {
  const auto fd = base::open_for_reading(path);
  if (!fd) return {};
  const auto bytes = base::size_of(*fd, path);
  if (!bytes) return {};
  const target::ElfInput in(*fd, path, *bytes);
  const auto header = in.get<Elf64_Ehdr>(0, "header");
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phentsize != sizeof(Elf64_Phdr)) return {};
  const auto segments = in.get_all<Elf64_Phdr>(header->e_phoff, header->e_phnum, kHeadersMax, "program headers");
  if (!segments) return {};
  for (const Elf64_Phdr& segment : *segments) {
    if (segment.p_type != PT_NOTE) continue;
    const auto notes = in.get_all<uint8_t>(segment.p_offset, segment.p_filesz, kNoteBytesMax, "bytes of notes");
    std::string id = notes ? build_id_in(*notes) : std::string();
    if (!id.empty()) return id;
  }
  return {};
}

}  // namespace heapreel::lab
