// All living blocks of a replay by address, for the verification pass: what overlaps, what is misaligned or too small,
// whose bytes changed. Behind one lock; its memory comes from mappings of its own, never from the allocator under test.
#pragma once

#include <functional>
#include <map>
#include <pthread.h>
#include <sys/mman.h>

#include "replayer/engine/trouble.h"

namespace heapreel::engine {

// Hands out memory and takes none back but nodes of one size.
class MappedArena {
 public:
  void* take(size_t bytes);
  void give(void* node, size_t bytes);

 private:
  struct Free {
    Free* next;
  };
  static constexpr size_t kChunkBytes = size_t{1} << 20;

  uint8_t* at_ = nullptr;
  size_t left_ = 0;
  Free* free_ = nullptr;
};

template <class T>
struct ArenaAllocator {
  using value_type = T;
  MappedArena* arena;

  explicit ArenaAllocator(MappedArena& from) : arena(&from) {}
  template <class Other>
  ArenaAllocator(const ArenaAllocator<Other>& other) : arena(other.arena) {}  // NOLINT(google-explicit-constructor)
  T* allocate(size_t count) { return static_cast<T*>(arena->take(count * sizeof(T))); }
  void deallocate(T* p, size_t count) { arena->give(p, count * sizeof(T)); }
  template <class Other>
  bool operator==(const ArenaAllocator<Other>& other) const {
    return arena == other.arena;
  }
};

class Registry {
 public:
  struct Living {
    uint64_t size = 0;
    uint64_t tag = 0;  // stands at the block's start and end, where there is room
    uint32_t thread = 0;
  };

  // Each returns what is wrong, or kNone.
  Trouble add(uint32_t thread, void* block, uint64_t size, uint64_t& tag);
  // `freed` by a free or delete, and not by a realloc.
  Trouble remove(uint32_t thread, void* block, bool freed, Living& was);
  void count(const plan::Op& op);
  void copy_counts(measure::Counted& to) const;

 private:
  using Entry = std::pair<const uint64_t, Living>;
  using Map = std::map<uint64_t, Living, std::less<>, ArenaAllocator<Entry>>;

  MappedArena arena_;
  Map living_{ArenaAllocator<Entry>(arena_)};
  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  measure::Counted counted_{};
  uint64_t live_bytes_ = 0;
  uint64_t births_ = 0;
};

// Of the process; there is one verification pass in it.
Registry& registry();

// Writes a tag to both ends of a block; whether it still stands there.
void write_tag(void* block, uint64_t size, uint64_t tag);
bool has_tag(const void* block, uint64_t size, uint64_t tag);
bool starts_with_tag(const void* block, uint64_t size, uint64_t tag);
// Whether a block of calloc is zero, as far as a look at both ends and at each page tells.
bool looks_zero(const void* block, uint64_t size);

}  // namespace heapreel::engine
