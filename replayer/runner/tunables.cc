// Finding the loader's table of names, and asking by number.
#include "replayer/runner/tunables.h"

#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace heapreel::runner {
namespace {

using GetValue = void (*)(int number, void* value, void (*when_set)(void*));

constexpr char kPrefix[] = "glibc.";
constexpr size_t kPrefixBytes = sizeof kPrefix - 1;
constexpr size_t kStrideMax = 512;
constexpr size_t kRowsLeast = 16;  // fewer are no table; glibc 2.36 has 37

struct Table {
  const char* first = nullptr;
  size_t stride = 0;
  size_t rows = 0;
};

bool is_name(const char* at) { return std::memcmp(at, kPrefix, kPrefixBytes) == 0; }

const char* next_name(const char* at, const char* end) {
  while (at < end && !is_name(at)) ++at;
  return at < end ? at : nullptr;
}

Table table_in(const char* begin, const char* end) {
  end -= kPrefixBytes;
  Table table{.first = next_name(begin, end)};
  if (table.first == nullptr) return {};
  const char* const second = next_name(table.first + kPrefixBytes, end);
  if (second == nullptr || second - table.first > static_cast<ptrdiff_t>(kStrideMax)) return {};
  table.stride = static_cast<size_t>(second - table.first);
  const char* at = table.first;
  while (at < end && is_name(at)) {
    ++table.rows;
    at += table.stride;
  }
  return table.rows >= kRowsLeast ? table : Table{};
}

struct Search {
  const void* loader;  // where it begins
  Table table;
};

int look_into(dl_phdr_info* object, size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  const char* const base = reinterpret_cast<const char*>(object->dlpi_addr);
  if (base != search.loader) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = object->dlpi_phdr[i];
    const bool is_data = part.p_type == PT_LOAD && (part.p_flags & PF_W) != 0 && (part.p_flags & PF_R) != 0;
    if (is_data && search.table.rows == 0)
      search.table = table_in(base + part.p_vaddr, base + part.p_vaddr + part.p_memsz);
  }
  return 1;
}

Table table_of(GetValue get) {
  Dl_info loader{};
  if (dladdr(reinterpret_cast<void*>(get), &loader) == 0) return {};
  Search search{.loader = loader.dli_fbase, .table = {}};
  dl_iterate_phdr(look_into, &search);
  return search.table;
}

bool g_was_set = false;

}  // namespace

Tunable read_tunable(const char* name) {
  static const auto get = reinterpret_cast<GetValue>(dlsym(RTLD_DEFAULT, "__tunable_get_val"));
  if (get == nullptr) return {};
  static const Table table = table_of(get);
  for (size_t number = 0; number < table.rows; ++number) {
    if (std::strncmp(table.first + number * table.stride, name, table.stride) != 0) continue;
    Tunable tunable{.known = true};
    g_was_set = false;
    get(static_cast<int>(number), &tunable.value, [](void*) { g_was_set = true; });
    tunable.was_set = g_was_set;
    return tunable;
  }
  return {};
}

}  // namespace heapreel::runner
