#include "tools/symbols/elf_file.h"

#include <algorithm>
#include <elfutils/libdwelf.h>
#include <fmt/format.h>
#include <gelf.h>

namespace heapreel::symbols {
namespace {

constexpr uint64_t kPageMask = ~uint64_t{4095};

std::string build_id_of(Elf* elf) {
  const void* bytes = nullptr;
  const ssize_t count = dwelf_elf_gnu_build_id(elf, &bytes);
  std::string hex;
  for (ssize_t i = 0; i < count; ++i) hex += fmt::format("{:02x}", static_cast<const uint8_t*>(bytes)[i]);
  return hex;
}

uint64_t first_address_of(Elf* elf) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return 0;
  uint64_t first = ~uint64_t{0};
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(elf, static_cast<int>(i), &header) != nullptr && header.p_type == PT_LOAD)
      first = std::min(first, header.p_vaddr & kPageMask);
  }
  return first == ~uint64_t{0} ? 0 : first;
}

bool is_function(const GElf_Sym& symbol) {
  const int type = GELF_ST_TYPE(symbol.st_info);
  return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0;
}

uint64_t end_of_section(Elf* elf, const GElf_Sym& symbol) {
  GElf_Shdr header;
  Elf_Scn* const section = elf_getscn(elf, symbol.st_shndx);
  return section != nullptr && gelf_getshdr(section, &header) != nullptr ? header.sh_addr + header.sh_size : 0;
}

void add_functions(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, std::vector<FunctionSymbol>& functions) {
  Elf_Data* const data = elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const size_t count = header.sh_size / header.sh_entsize;
  for (size_t i = 0; i < count; ++i) {
    GElf_Sym symbol;
    if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr || !is_function(symbol)) continue;
    const char* const name = elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name != nullptr && *name != '\0')
      functions.push_back({.address = symbol.st_value,
                           .bytes = symbol.st_size,
                           .end = symbol.st_size != 0 ? symbol.st_value + symbol.st_size : end_of_section(elf, symbol),
                           .name = name});
  }
}

}  // namespace

std::optional<ElfFile> ElfFile::open(const std::string& path) {
  auto fd = base::open_for_reading(path);
  if (!fd || elf_version(EV_CURRENT) == EV_NONE) return std::nullopt;
  ElfFile file;
  file.fd_ = std::move(*fd);
  file.elf_.reset(elf_begin(file.fd_.get(), ELF_C_READ_MMAP, nullptr));
  if (file.elf_ == nullptr || elf_kind(file.elf_.get()) != ELF_K_ELF) return std::nullopt;
  file.path_ = path;
  file.build_id_ = build_id_of(file.elf_.get());
  file.first_address_ = first_address_of(file.elf_.get());
  return file;
}

std::vector<FunctionSymbol> ElfFile::functions() const {
  std::vector<FunctionSymbol> functions;
  for (Elf_Scn* section = elf_nextscn(elf_.get(), nullptr); section != nullptr;
       section = elf_nextscn(elf_.get(), section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr) continue;
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
      add_functions(elf_.get(), section, header, functions);
  }
  const auto order = [](const FunctionSymbol& one, const FunctionSymbol& other) {
    return one.address != other.address ? one.address < other.address : one.bytes > other.bytes;
  };
  std::stable_sort(functions.begin(), functions.end(), order);
  return functions;
}

}  // namespace heapreel::symbols
