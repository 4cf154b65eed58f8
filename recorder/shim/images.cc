// Notes of images, from dl_iterate_phdr.
#include "recorder/shim/images.h"

#include <link.h>
#include <string.h>

#include "recorder/shim/note.h"

namespace heapreel::shim {
namespace {

constexpr size_t kHeadersMax = 12;  // PT_LOAD of an image; linkers make four to six
constexpr size_t kBuildIdBytesMax = 64;
constexpr size_t kPathBytesMax = 2048;  // a longer path is cut
constexpr size_t kHeaderWords = sizeof(ElfW(Phdr)) / 8;
constexpr size_t kWordsMax = 3 + kHeadersMax * kHeaderWords + (kBuildIdBytesMax + kPathBytesMax) / 8;
static_assert(sizeof(ElfW(Phdr)) % 8 == 0 && kWordsMax <= ring::kNoteWordsMax);

uint64_t rounded(uint64_t bytes, uint64_t to) { return (bytes + to - 1) & ~(to - 1); }

struct BuildId {
  const char* bytes = nullptr;
  size_t size = 0;
};

// Notes as elf(5) has them: name and description are padded to four bytes.
BuildId build_id_in(const char* notes, size_t bytes) {
  constexpr uint32_t kGnuBuildId = 3;
  for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= bytes;) {
    ElfW(Nhdr) note;
    memcpy(&note, notes + at, sizeof note);
    const size_t name = at + sizeof note;
    const size_t description = name + rounded(note.n_namesz, 4);
    const size_t next = description + rounded(note.n_descsz, 4);
    if (next > bytes) break;
    const bool found = note.n_type == kGnuBuildId && note.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0;
    if (found && note.n_descsz <= kBuildIdBytesMax) return {notes + description, note.n_descsz};
    at = next;
  }
  return {};
}

struct Teller {
  ThreadSlot& thread;
  bool lost = false;
};

void tell(Teller& teller, const dl_phdr_info& image) {
  uint64_t words[kWordsMax] = {};
  uint64_t* at = words + 3;
  size_t headers = 0;
  BuildId id;
  for (unsigned i = 0; i < image.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = image.dlpi_phdr[i];
    if (header.p_type == PT_NOTE && id.size == 0)
      id = build_id_in(reinterpret_cast<const char*>(image.dlpi_addr + header.p_vaddr), header.p_memsz);
    if (header.p_type != PT_LOAD || headers == kHeadersMax) continue;
    memcpy(at, &header, sizeof header);
    at += kHeaderWords;
    ++headers;
  }
  const size_t path = strnlen(image.dlpi_name, kPathBytesMax);
  words[0] = image.dlpi_addr;
  words[1] = headers;
  words[2] = id.size;
  memcpy(at, id.bytes, id.size);
  at += rounded(id.size, 8) / 8;
  memcpy(at, image.dlpi_name, path);
  at += rounded(path, 8) / 8;
  const auto count = static_cast<uint32_t>(at - words);
  if (!write_note(teller.thread, ring::Note::kImage, static_cast<uint32_t>(path), words, count)) teller.lost = true;
}

// `adds` counts every load there ever was, and stands in each entry.
int visit(dl_phdr_info* image, size_t, void* data) {
  if (image->dlpi_adds == g_shim.arena->images_told) return 1;
  tell(*static_cast<Teller*>(data), *image);
  return 0;
}

int read_adds(dl_phdr_info* image, size_t, void* adds) {
  *static_cast<uint64_t*>(adds) = image->dlpi_adds;
  return 1;
}

}  // namespace

void tell_new_images(ThreadSlot& thread) {
  uint64_t adds = 0;
  dl_iterate_phdr(read_adds, &adds);
  if (adds == __atomic_load_n(&g_shim.arena->images_told, __ATOMIC_RELAXED)) return;
  Teller teller{.thread = thread};
  dl_iterate_phdr(visit, &teller);
  if (!teller.lost) __atomic_store_n(&g_shim.arena->images_told, adds, __ATOMIC_RELAXED);
}

}  // namespace heapreel::shim
