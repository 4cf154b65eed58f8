// The program headers lead: they are what kernel and loader go by. Section headers are asked only for the symbol table,
// which no loader reads (elf_symbols.cc).
#include "recorder/target/elf_file.h"

#include <algorithm>
#include <array>
#include <elf.h>
#include <optional>

#include "recorder/target/elf_input.h"
#include "recorder/target/elf_symbols.h"

namespace heapreel::target {
namespace {

constexpr uint64_t kProgramHeadersMax = 1024;    // real files have about a dozen
constexpr uint64_t kDynamicEntriesMax = 65536;   // about thirty
constexpr uint64_t kNeededMax = 4096;            // about ten
constexpr uint64_t kInterpreterBytesMax = 4096;  // PATH_MAX, as the kernel has it
constexpr uint64_t kNoteBytesMax = 65536;        // some hundred
constexpr uint32_t kGoBuildId = 4;               // type of the note "Go" (cmd/link/internal/ld/elf.go)

using Segments = std::vector<Elf64_Phdr>;

const Elf64_Phdr* find_segment(const Segments& segments, uint32_t type) {
  const auto found = std::ranges::find(segments, type, &Elf64_Phdr::p_type);
  return found == segments.end() ? nullptr : &*found;
}

base::Result<ElfIdentity> read_identity(const ElfInput& in, uint16_t& type) {
  const auto head = in.get<std::array<uint8_t, EI_NIDENT>>(0, "header");
  if (!head) return base::fail(head.error());
  if (!has_elf_magic(*head)) return in.broken("it does not begin with the mark of ELF", 0);
  const uint8_t bits = (*head)[EI_CLASS], order = (*head)[EI_DATA];
  if (bits != ELFCLASS32 && bits != ELFCLASS64) return in.broken("it is neither of 32 nor of 64 bit", EI_CLASS);
  if (order != ELFDATA2LSB && order != ELFDATA2MSB) return in.broken("its byte order is unknown", EI_DATA);
  const auto words = in.get<std::array<uint16_t, 2>>(EI_NIDENT, "header");
  if (!words) return base::fail(words.error());
  const bool little = order == ELFDATA2LSB;
  const auto ordered = [little](uint16_t word) { return little ? word : static_cast<uint16_t>(word << 8 | word >> 8); };
  type = ordered((*words)[0]);
  const auto width = static_cast<uint8_t>(bits == ELFCLASS64 ? 64 : 32);
  return ElfIdentity{.bits = width, .little_endian = little, .machine = ordered((*words)[1])};
}

base::Result<std::string> read_interpreter(const ElfInput& in, const Segments& segments) {
  const Elf64_Phdr* segment = find_segment(segments, PT_INTERP);
  if (segment == nullptr) return std::string();
  const auto bytes = in.get_all<char>(segment->p_offset, segment->p_filesz, kInterpreterBytesMax, "loader's name");
  if (!bytes) return base::fail(bytes.error());
  std::string name(bytes->begin(), std::ranges::find(*bytes, '\0'));
  if (name.empty() || name.size() == bytes->size()) return in.broken("its loader's name is none", segment->p_offset);
  return name;
}

// Notes are aligned to 4 bytes here; those aligned to 8 hold nothing we look for.
bool holds_go_note(base::Bytes notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    const auto note = base::load_le<Elf64_Nhdr>(notes.data());
    const uint64_t name = base::align_up(note.n_namesz, 4), text = base::align_up(note.n_descsz, 4);
    if (note.n_type == kGoBuildId && note.n_namesz == 4 && notes.size() >= sizeof note + 4 &&
        std::memcmp(notes.data() + sizeof note, "Go\0", 4) == 0)
      return true;
    if (name + text > notes.size() - sizeof note) return false;
    notes = notes.subspan(sizeof note + name + text);
  }
  return false;
}

base::Result<bool> read_is_go(const ElfInput& in, const Segments& segments) {
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_NOTE) continue;
    const auto notes = in.get_all<uint8_t>(segment.p_offset, segment.p_filesz, kNoteBytesMax, "bytes of notes");
    if (!notes) return base::fail(notes.error());
    if (holds_go_note(*notes)) return true;
  }
  return false;
}

base::Status read_dynamic(const ElfInput& in, const Segments& segments, ElfFile& elf) {
  const Elf64_Phdr* segment = find_segment(segments, PT_DYNAMIC);
  if (segment == nullptr) return {};
  elf.has_dynamic = true;
  auto entries = in.get_all<Elf64_Dyn>(segment->p_offset, segment->p_filesz / sizeof(Elf64_Dyn), kDynamicEntriesMax,
                                       "dynamic entries");
  if (!entries) return base::fail(entries.error());
  entries->erase(std::ranges::find(*entries, DT_NULL, &Elf64_Dyn::d_tag), entries->end());
  const auto dynamic = find_dynamic_tables(in, segments, *entries);
  if (!dynamic) return base::fail(dynamic.error());
  for (const Elf64_Dyn& entry : *entries) {
    if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_SONAME) continue;
    const std::string_view name = dynamic->names.at(entry.d_un.d_val);
    if (entry.d_tag == DT_SONAME) elf.soname = name;
    if (entry.d_tag == DT_NEEDED) elf.needed.emplace_back(name);
    if (elf.needed.size() > kNeededMax) return in.broken("it needs too many libraries", segment->p_offset);
  }
  return collect_exported(in, *dynamic, elf);
}

}  // namespace

ElfIdentity own_identity() {
#if defined(__x86_64__)
  constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
  constexpr uint16_t kMachine = EM_AARCH64;
#else
#error "say here which EM_* of elf.h this machine is"
#endif
  return {.bits = 8 * sizeof(void*), .little_endian = true, .machine = kMachine};
}

std::string identity_text(const ElfIdentity& identity) {
  struct Name {
    uint16_t machine;
    std::string_view name;
  };
  constexpr std::array kNames = {Name{EM_386, "x86"},       Name{EM_X86_64, "x86-64"}, Name{EM_ARM, "ARM"},
                                 Name{EM_AARCH64, "ARM64"}, Name{EM_RISCV, "RISC-V"},  Name{EM_PPC64, "POWER"},
                                 Name{EM_S390, "S/390"},    Name{EM_MIPS, "MIPS"},     Name{EM_LOONGARCH, "LoongArch"}};
  const auto found = std::ranges::find(kNames, identity.machine, &Name::machine);
  return fmt::format("{}, {} bit{}",
                     found == kNames.end() ? fmt::format("machine {}", identity.machine) : std::string(found->name),
                     identity.bits, identity.little_endian ? "" : ", big-endian");
}

bool has_elf_magic(base::Bytes head) {
  return head.size() >= SELFMAG && std::memcmp(head.data(), ELFMAG, SELFMAG) == 0;
}

base::Result<ElfFile> read_elf(const base::Fd& fd, const std::string& path) {
  const auto bytes = base::size_of(fd, path);
  if (!bytes) return base::fail(bytes.error());
  const ElfInput in(fd, path, *bytes);
  ElfFile elf;
  const auto identity = read_identity(in, elf.type);
  if (!identity) return base::fail(identity.error());
  elf.identity = *identity;
  if (elf.identity != own_identity()) return elf;
  const auto header = in.get<Elf64_Ehdr>(0, "header");
  if (!header) return base::fail(header.error());
  if (header->e_phnum != 0 && header->e_phentsize != sizeof(Elf64_Phdr))
    return in.broken("its program headers are of a strange size", offsetof(Elf64_Ehdr, e_phentsize));
  const auto segments = in.get_all<Elf64_Phdr>(header->e_phoff, header->e_phnum, kProgramHeadersMax, "program headers");
  if (!segments) return base::fail(segments.error());
  auto interpreter = read_interpreter(in, *segments);
  if (!interpreter) return base::fail(interpreter.error());
  elf.interpreter = std::move(*interpreter);
  const auto is_go = read_is_go(in, *segments);
  if (!is_go) return base::fail(is_go.error());
  elf.is_go = *is_go;
  HEAPREEL_TRY(read_dynamic(in, *segments, elf));
  HEAPREEL_TRY(collect_internal(in, *header, elf));
  return elf;
}

}  // namespace heapreel::target
