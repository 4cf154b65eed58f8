// The look-up and the proof of entry_points.h.
#include "replayer/runner/entry_points.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <sys/stat.h>

#include "replayer/runner/derived.h"
#include "replayer/runner/version.h"

namespace heapreel::runner {
namespace {

constexpr const char* kRecorder = "libheapreel.so";

struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

FileId file_of(const char* path) {
  struct stat status {};
  if (stat(path, &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

const char* path_of(void* function) {
  Dl_info info{};
  return function != nullptr && dladdr(function, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : "";
}

const char* base_name(const char* path) {
  const char* const slash = std::strrchr(path, '/');
  return slash != nullptr ? slash + 1 : path;
}

// Looks functions up and remembers where they were found.
class Finder {
 public:
  Finder(measure::Board& board, const plan::PlanHeader& plan) : board_(board), plan_(plan) {
    void* const malloc_found = dlsym(RTLD_DEFAULT, "malloc");
    const char* const expected = board.orders.library[0] != 0 ? board.orders.library : path_of(libc_malloc());
    expected_ = file_of(expected);
    recorded_ = board.orders.pass == measure::Pass::kRecord && is_recorder(malloc_found);
    std::snprintf(board.library, sizeof board.library, "%s", recorded_ ? expected : path_of(malloc_found));
  }

  // An entry point that must be the allocator's.
  template <class Function>
  void require(Function& into, const char* name) {
    void* const found = dlsym(RTLD_DEFAULT, name);
    if (!is_own(found)) return refuse(measure::Trouble::kWrongAllocator, name, path_of(found));
    take(into, found, name);
  }

  // One that may be missing: then it stays null.
  template <class Function>
  void want(Function& into, const char* name) {
    if (void* const found = dlsym(RTLD_DEFAULT, name); is_own(found)) take(into, found, name);
  }

  // A form of operator new or delete: the allocator's own, or the C++ library's, which calls malloc and free.
  template <class Function>
  void take_operator(Function& into, const char* name) {
    void* const found = dlsym(RTLD_DEFAULT, name);
    const bool by_library = std::strncmp(base_name(path_of(found)), "libstdc++.so", 12) == 0;
    if (!is_own(found) && !by_library) return refuse(measure::Trouble::kWrongAllocator, name, path_of(found));
    take(into, found, name);
  }

  // What the plan calls must be there.
  template <class Function>
  void need(const Function& function, plan::Kind kind, const char* name) {
    if (function == nullptr && plan_.ops_by_kind[static_cast<size_t>(kind)] != 0)
      refuse(measure::Trouble::kNoEntryPoint, name, "");
  }

  bool sound() const { return sound_; }

 private:
  static void* libc_malloc() {
    static void* const libc = dlopen("libc.so.6", RTLD_NOLOAD | RTLD_LAZY);
    return libc != nullptr ? dlsym(libc, "malloc") : nullptr;
  }

  static bool is_recorder(void* function) { return std::strcmp(base_name(path_of(function)), kRecorder) == 0; }

  bool is_own(void* function) const {
    if (function == nullptr) return false;
    return recorded_ ? is_recorder(function) : file_of(path_of(function)) == expected_;
  }

  template <class Function>
  void take(Function& into, void* found, const char* name) {
    into = reinterpret_cast<Function>(found);
    const size_t used = std::strlen(board_.proof);
    std::snprintf(board_.proof + used, sizeof board_.proof - used, "%s%s", used == 0 ? "" : " ", name);
    ++board_.entry_points;
  }

  void refuse(measure::Trouble what, const char* name, const char* path) {
    if (!sound_) return;
    sound_ = false;
    board_.trouble.what.store(what);
    if (what == measure::Trouble::kNoEntryPoint)
      std::snprintf(board_.trouble.text, sizeof board_.trouble.text, "the program calls %s, which %.200s does not have",
                    name, board_.library);
    else
      std::snprintf(board_.trouble.text, sizeof board_.trouble.text, "%s leads to %.200s", name,
                    path[0] != 0 ? path : "nothing");
  }

  measure::Board& board_;
  const plan::PlanHeader& plan_;
  FileId expected_;
  bool recorded_ = false;
  bool sound_ = true;
};

void find_c(Finder& finder, engine::Calls& calls) {
  finder.require(calls.malloc_, "malloc");
  finder.require(calls.calloc_, "calloc");
  finder.require(calls.realloc_, "realloc");
  finder.require(calls.free_, "free");
  finder.want(calls.reallocarray_, "reallocarray");
  finder.want(calls.memalign_, "memalign");
  finder.want(calls.posix_memalign_, "posix_memalign");
  finder.want(calls.aligned_alloc_, "aligned_alloc");
  finder.want(calls.valloc_, "valloc");
  finder.want(calls.pvalloc_, "pvalloc");
  finder.want(calls.free_sized_, "free_sized");
  finder.want(calls.free_aligned_sized_, "free_aligned_sized");
  finder.want(calls.usable_size_, "malloc_usable_size");
}

void find_operators(Finder& finder, engine::Calls& calls) {
  finder.take_operator(calls.new_, "_Znwm");
  finder.take_operator(calls.new_array_, "_Znam");
  finder.take_operator(calls.new_nothrow_, "_ZnwmRKSt9nothrow_t");
  finder.take_operator(calls.new_array_nothrow_, "_ZnamRKSt9nothrow_t");
  finder.take_operator(calls.new_aligned_, "_ZnwmSt11align_val_t");
  finder.take_operator(calls.new_array_aligned_, "_ZnamSt11align_val_t");
  finder.take_operator(calls.new_aligned_nothrow_, "_ZnwmSt11align_val_tRKSt9nothrow_t");
  finder.take_operator(calls.new_array_aligned_nothrow_, "_ZnamSt11align_val_tRKSt9nothrow_t");
  finder.take_operator(calls.delete_, "_ZdlPv");
  finder.take_operator(calls.delete_array_, "_ZdaPv");
  finder.take_operator(calls.delete_sized_, "_ZdlPvm");
  finder.take_operator(calls.delete_array_sized_, "_ZdaPvm");
  finder.take_operator(calls.delete_aligned_, "_ZdlPvSt11align_val_t");
  finder.take_operator(calls.delete_array_aligned_, "_ZdaPvSt11align_val_t");
  finder.take_operator(calls.delete_sized_aligned_, "_ZdlPvmSt11align_val_t");
  finder.take_operator(calls.delete_array_sized_aligned_, "_ZdaPvmSt11align_val_t");
  finder.take_operator(calls.delete_nothrow_, "_ZdlPvRKSt9nothrow_t");
  finder.take_operator(calls.delete_array_nothrow_, "_ZdaPvRKSt9nothrow_t");
  finder.take_operator(calls.delete_aligned_nothrow_, "_ZdlPvSt11align_val_tRKSt9nothrow_t");
  finder.take_operator(calls.delete_array_aligned_nothrow_, "_ZdaPvSt11align_val_tRKSt9nothrow_t");
}

void need_all(Finder& finder, const engine::Calls& calls) {
  finder.need(calls.memalign_, plan::Kind::kMemalign, "memalign");
  finder.need(calls.posix_memalign_, plan::Kind::kPosixMemalign, "posix_memalign");
  finder.need(calls.aligned_alloc_, plan::Kind::kAlignedAlloc, "aligned_alloc");
  finder.need(calls.valloc_, plan::Kind::kValloc, "valloc");
  finder.need(calls.pvalloc_, plan::Kind::kPvalloc, "pvalloc");
  finder.need(calls.usable_size_, plan::Kind::kUsableSize, "malloc_usable_size");
}

// Glibc's own statistics, which stay at zero while another allocator serves the process.
bool libc_heap_is_unused() {
  void* const libc = dlopen("libc.so.6", RTLD_NOLOAD | RTLD_LAZY);
  using Mallinfo2 = struct mallinfo2 (*)();
  const auto read = libc != nullptr ? reinterpret_cast<Mallinfo2>(dlsym(libc, "mallinfo2")) : nullptr;
  if (read == nullptr) return false;
  const struct mallinfo2 info = read();
  return info.arena == 0 && info.hblkhd == 0;
}

// A look-up that found nothing leaves a message behind, in blocks of the heap that the loader frees at some later time.
// Asked for, and asked for once more, it is gone now.
void forget_failed_lookups() {
  (void)dlerror();
  (void)dlerror();
}

}  // namespace

bool find_entry_points(measure::Board& board, const plan::PlanHeader& plan, engine::Calls& calls) {
  Finder finder(board, plan);
  find_c(finder, calls);
  find_operators(finder, calls);
  if (!finder.sound()) return false;
  derive_missing(calls);
  need_all(finder, calls);
  board.mallinfo_zero = libc_heap_is_unused() ? 1 : 0;
  write_version(board);
  forget_failed_lookups();
  return finder.sound();
}

}  // namespace heapreel::runner
