// The dynamic table has no length of its own: hash tables tell it, as `readelf -D` does (System V gABI; for
// DT_GNU_HASH, binutils' bfd/elflink.c). Tables are read in slices; names of interest alone are kept.
#include "recorder/target/elf_symbols.h"

#include <algorithm>
#include <array>
#include <optional>

#include "recorder/target/symbols.h"

namespace heapreel::target {
namespace {

constexpr uint64_t kNameBytesMax = uint64_t{128} << 20;
constexpr uint64_t kSymbolsMax = 4'000'000;
constexpr uint64_t kSymbolsAtOnce = 4096;
constexpr uint64_t kSectionsMax = 65536;
constexpr uint64_t kHashChainMax = 65536;

std::optional<uint64_t> value_of(const std::vector<Elf64_Dyn>& entries, int64_t tag) {
  const auto found = std::ranges::find(entries, tag, &Elf64_Dyn::d_tag);
  return found == entries.end() ? std::nullopt : std::optional<uint64_t>(found->d_un.d_val);
}

// Where in the file the loader's address `address` comes from.
base::Result<uint64_t> offset_of(const ElfInput& in, const std::vector<Elf64_Phdr>& segments, uint64_t address) {
  for (const Elf64_Phdr& segment : segments) {
    const bool within =
        segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz;
    const uint64_t offset = segment.p_offset + (address - segment.p_vaddr);
    if (within && in.holds(offset, 0)) return offset;
  }
  return in.broken(fmt::format("nothing of it is loaded at address {:#x}", address), base::Error::kNoOffset);
}

struct GnuHashHead {
  uint32_t buckets, first_symbol, bloom_words, bloom_shift;
};

// The last symbol is the last of the chain that starts at the highest bucket.
base::Result<uint64_t> symbols_of_gnu_hash(const ElfInput& in, uint64_t offset) {
  const auto head = in.get<GnuHashHead>(offset, "hash table");
  if (!head) return base::fail(head.error());
  const uint64_t buckets_offset = offset + sizeof *head + uint64_t{head->bloom_words} * sizeof(uint64_t);
  const auto buckets = in.get_all<uint32_t>(buckets_offset, head->buckets, kSymbolsMax, "hash buckets");
  if (!buckets) return base::fail(buckets.error());
  uint64_t symbol = buckets->empty() ? 0 : *std::ranges::max_element(*buckets);
  if (symbol < head->first_symbol) return uint64_t{head->first_symbol};
  const uint64_t chains_offset = buckets_offset + buckets->size() * sizeof(uint32_t);
  for (uint64_t steps = 0; steps < kHashChainMax; ++steps, ++symbol) {
    const uint64_t at = chains_offset + (symbol - head->first_symbol) * sizeof(uint32_t);
    const auto link = in.get<uint32_t>(at, "hash chain");
    if (!link) return base::fail(link.error());
    if ((*link & 1) != 0) return symbol + 1;
  }
  return in.broken("its hash chains have no end", chains_offset);
}

base::Result<uint64_t> count_symbols(const ElfInput& in, const std::vector<Elf64_Phdr>& segments,
                                     const std::vector<Elf64_Dyn>& entries) {
  const auto gnu = value_of(entries, DT_GNU_HASH), plain = value_of(entries, DT_HASH);
  if (!gnu && !plain) return uint64_t{0};
  const auto offset = offset_of(in, segments, gnu ? *gnu : *plain);
  if (!offset) return base::fail(offset.error());
  if (gnu) return symbols_of_gnu_hash(in, *offset);
  const auto head = in.get<std::array<uint32_t, 2>>(*offset, "hash table");
  if (!head) return base::fail(head.error());
  return uint64_t{(*head)[1]};  // as many chain links as symbols
}

bool is_seen_outside(const Elf64_Sym& symbol) {
  const uint8_t binding = ELF64_ST_BIND(symbol.st_info), visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  return binding != STB_LOCAL && (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

bool is_code(const Elf64_Sym& symbol) {
  const uint8_t type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
}

// Calls `each(symbol)` for every symbol of a table.
template <class Each>
base::Status for_each_symbol(const ElfInput& in, uint64_t offset, uint64_t count, Each each) {
  if (count > kSymbolsMax) return in.broken(fmt::format("it claims {} symbols", count), offset);
  if (!in.holds(offset, count * sizeof(Elf64_Sym))) return in.broken("its symbols would lie outside of it", offset);
  while (count > 0) {
    const uint64_t now = std::min(count, kSymbolsAtOnce);
    const auto symbols = in.get_all<Elf64_Sym>(offset, now, kSymbolsAtOnce, "symbols");
    if (!symbols) return base::fail(symbols.error());
    for (const Elf64_Sym& symbol : *symbols) each(symbol);
    offset += now * sizeof(Elf64_Sym);
    count -= now;
  }
  return {};
}

}  // namespace

std::string_view Names::at(uint64_t offset) const {
  if (offset >= bytes.size()) return {};
  const auto* end = static_cast<const char*>(std::memchr(bytes.data() + offset, '\0', bytes.size() - offset));
  return end == nullptr ? std::string_view() : std::string_view(bytes.data() + offset, end);
}

base::Result<DynamicTables> find_dynamic_tables(const ElfInput& in, const std::vector<Elf64_Phdr>& segments,
                                                const std::vector<Elf64_Dyn>& entries) {
  DynamicTables tables;
  const auto names = value_of(entries, DT_STRTAB), names_bytes = value_of(entries, DT_STRSZ);
  const auto symbols = value_of(entries, DT_SYMTAB);
  if (!names || !names_bytes) return tables;
  const auto names_offset = offset_of(in, segments, *names);
  if (!names_offset) return base::fail(names_offset.error());
  auto bytes = in.get_all<char>(*names_offset, *names_bytes, kNameBytesMax, "bytes of names");
  if (!bytes) return base::fail(bytes.error());
  tables.names.bytes = std::move(*bytes);
  if (!symbols) return tables;
  const auto symbols_offset = offset_of(in, segments, *symbols);
  if (!symbols_offset) return base::fail(symbols_offset.error());
  tables.symbols_offset = *symbols_offset;
  const auto count = count_symbols(in, segments, entries);
  if (!count) return base::fail(count.error());
  tables.symbols = *count;
  return tables;
}

base::Status collect_exported(const ElfInput& in, const DynamicTables& dynamic, ElfFile& elf) {
  return for_each_symbol(in, dynamic.symbols_offset, dynamic.symbols, [&](const Elf64_Sym& symbol) {
    if (!is_code(symbol) || !is_seen_outside(symbol)) return;
    const std::string_view name = dynamic.names.at(symbol.st_name);
    if (is_interesting(name)) add_once(elf.exported, name);
  });
}

// Nothing runs by section headers, so damage in them is no fault of the program: it then has no table to search.
base::Status collect_internal(const ElfInput& in, const Elf64_Ehdr& header, ElfFile& elf) {
  if (header.e_shentsize != sizeof(Elf64_Shdr)) return {};
  const auto sections = in.get_all<Elf64_Shdr>(header.e_shoff, header.e_shnum, kSectionsMax, "sections");
  if (!sections) return {};
  const auto table = std::ranges::find(*sections, SHT_SYMTAB, &Elf64_Shdr::sh_type);
  if (table == sections->end() || table->sh_link >= sections->size()) return {};
  const Elf64_Shdr& strings = (*sections)[table->sh_link];
  const uint64_t count = table->sh_size / sizeof(Elf64_Sym);
  elf.symbol_table_skipped = count > kSymbolsMax || strings.sh_size > kNameBytesMax;
  if (elf.symbol_table_skipped) return {};
  auto bytes = in.get_all<char>(strings.sh_offset, strings.sh_size, kNameBytesMax, "bytes of names");
  if (!bytes) return {};
  const Names names{std::move(*bytes)};
  (void)for_each_symbol(in, table->sh_offset, count, [&](const Elf64_Sym& symbol) {
    if (!is_code(symbol)) return;
    const std::string_view name = names.at(symbol.st_name);
    const bool known = std::ranges::find(elf.exported, name) != elf.exported.end();
    if (is_interesting(name) && !known) add_once(elf.internal, name);
  });
  return {};
}

}  // namespace heapreel::target
