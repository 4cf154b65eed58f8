// `pool`: free lists by size class, a set for each thread.
//
// Classes are powers of two in four steps, from 16 bytes to 256 KiB; larger blocks are mappings of their own. A block
// goes to the list of the thread that frees it. A thread that ends leaves its lists to a common depot, where others
// look before they take more from the system.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <pthread.h>

#include "replayer/allocators/builtin.h"
#include "replayer/allocators/derive.h"
#include "replayer/allocators/header.h"

namespace heapreel::allocators {
namespace {

constexpr uint64_t kChunkBytes = uint64_t{1} << 18;
constexpr uint64_t kPooledBytesMax = uint64_t{1} << 18;
constexpr uint32_t kMapped = ~uint32_t{0};
constexpr uint32_t kClasses = 64;

// The class of a room of `bytes`, and the bytes of a room of a class.
constexpr uint32_t class_of(uint64_t bytes) {
  if (bytes <= 64) return static_cast<uint32_t>((std::max<uint64_t>(bytes, 1) - 1) / 16);
  const auto log2 = static_cast<uint32_t>(std::bit_width(bytes - 1)) - 1;  // 2^log2 < bytes <= 2^(log2 + 1)
  return 4 + (log2 - 6) * 4 + static_cast<uint32_t>((bytes - 1) >> (log2 - 2) & 3);
}
constexpr uint64_t bytes_of(uint32_t size_class) {
  if (size_class < 4) return (size_class + 1) * uint64_t{16};
  const uint32_t log2 = 6 + (size_class - 4) / 4;
  return (uint64_t{1} << log2) + ((size_class - 4) % 4 + 1) * (uint64_t{1} << (log2 - 2));
}
static_assert(class_of(64) == 3 && class_of(65) == 4 && bytes_of(4) == 80 && class_of(80) == 4 && class_of(81) == 5);
static_assert(bytes_of(class_of(kPooledBytesMax)) == kPooledBytesMax && class_of(kPooledBytesMax) < kClasses);

struct Node {
  Node* next;
};

struct Lists {
  std::array<Node*, kClasses> heads{};
  uint8_t* at = nullptr;
  uint8_t* end = nullptr;
};

thread_local Lists t_lists;
std::array<Node*, kClasses> depot{};
pthread_mutex_t depot_lock = PTHREAD_MUTEX_INITIALIZER;

Node* take_from_depot(uint32_t size_class) {
  if (__atomic_load_n(&depot[size_class], __ATOMIC_RELAXED) == nullptr) return nullptr;
  pthread_mutex_lock(&depot_lock);
  Node* const all = depot[size_class];
  depot[size_class] = nullptr;
  pthread_mutex_unlock(&depot_lock);
  return all;
}

[[gnu::noinline]] uint8_t* take_more(uint32_t size_class) {
  if (Node* const found = take_from_depot(size_class); found != nullptr) {
    t_lists.heads[size_class] = found->next;
    return reinterpret_cast<uint8_t*>(found);
  }
  const uint64_t bytes = bytes_of(size_class);
  if (bytes > static_cast<uint64_t>(t_lists.end - t_lists.at)) {
    const uint64_t chunk_bytes = std::max(kChunkBytes, bytes);
    t_lists.at = map_pages(chunk_bytes);
    if (t_lists.at == nullptr) return t_lists.end = nullptr;
    t_lists.end = t_lists.at + chunk_bytes;
  }
  uint8_t* const room = t_lists.at;
  t_lists.at += bytes;
  return room;
}

uint8_t* take(uint32_t size_class) {
  Node* const head = t_lists.heads[size_class];
  if (head == nullptr) [[unlikely]]
    return take_more(size_class);
  t_lists.heads[size_class] = head->next;
  return reinterpret_cast<uint8_t*>(head);
}

// From the start of a room to the first aligned place behind a header.
uint64_t distance(const uint8_t* room, uint64_t align) {
  const auto first = reinterpret_cast<uint64_t>(room);
  return round_up(first + sizeof(Header), align) - first;
}

void* settle(uint8_t* room, uint64_t before, uint64_t size, uint32_t order) {
  if (room == nullptr) return nullptr;
  void* const p = room + before;
  header_of(p) = {.size = size, .before = static_cast<uint32_t>(before), .order = order};
  return p;
}

struct Pool {
  static void* allocate(size_t size) {
    const uint64_t bytes = size + sizeof(Header);
    if (bytes > kPooledBytesMax) [[unlikely]]
      return settle(map_pages(round_up(bytes, 4096)), sizeof(Header), size, kMapped);
    const uint32_t size_class = class_of(bytes);
    return settle(take(size_class), sizeof(Header), size, size_class);
  }
  static void* allocate_zeroed(size_t size) {
    void* const p = allocate(size);
    if (p != nullptr && header_of(p).order != kMapped) std::memset(p, 0, size);
    return p;
  }
  static void* allocate_aligned(size_t size, size_t align) {
    if (align <= 16) return allocate(size);
    const uint64_t bytes = size + sizeof(Header) + align;
    if (bytes > kPooledBytesMax) return allocate_mapped(size, align);
    const uint32_t size_class = class_of(bytes);
    uint8_t* const room = take(size_class);
    return settle(room, distance(room, align), size, size_class);
  }
  static void* allocate_mapped(size_t size, size_t align) {
    const uint64_t bytes = round_up(size + sizeof(Header) + align, 4096);
    uint8_t* const room = map_pages(bytes);
    const uint64_t before = distance(room, align);
    const uint64_t used = round_up(before + size, 4096);
    if (room != nullptr && used < bytes) munmap(room + used, bytes - used);  // release() knows of `used` only
    return settle(room, before, size, kMapped);
  }
  static void release(void* p) {
    const Header header = header_of(p);
    uint8_t* const room = static_cast<uint8_t*>(p) - header.before;
    if (header.order == kMapped) [[unlikely]] {
      munmap(room, round_up(header.before + header.size, 4096));
      return;
    }
    auto* const node = reinterpret_cast<Node*>(room);
    node->next = t_lists.heads[header.order];
    t_lists.heads[header.order] = node;
  }
  static void* resize(void* old, size_t size) {
    if (old == nullptr) return allocate(size);
    if (size <= usable(old)) {
      if (header_of(old).order != kMapped) {
        header_of(old).size = size;
        return old;
      }
      if (round_up(size, 4096) == round_up(header_of(old).size, 4096)) return old;
    }
    void* const p = allocate(size);
    if (p == nullptr) return nullptr;
    std::memcpy(p, old, std::min<size_t>(size, header_of(old).size));
    release(old);
    return p;
  }
  static size_t usable(void* p) {
    const Header& header = header_of(p);
    return header.order == kMapped ? header.size : bytes_of(header.order) - header.before;
  }
};

void leave_to_others(void*) {
  pthread_mutex_lock(&depot_lock);
  for (uint32_t i = 0; i < kClasses; ++i) {
    Node* const head = t_lists.heads[i];
    if (head == nullptr) continue;
    Node* last = head;
    while (last->next != nullptr) last = last->next;
    last->next = depot[i];
    __atomic_store_n(&depot[i], head, __ATOMIC_RELAXED);
    t_lists.heads[i] = nullptr;
  }
  pthread_mutex_unlock(&depot_lock);
}

}  // namespace

engine::Calls pool_calls() {
  engine::Calls calls = derive_calls<Pool>();
  calls.thread_end_ = leave_to_others;
  return calls;
}

engine::Calls builtin_calls(std::string_view name) {
  if (name == "null") return null_calls();
  if (name == "bump") return bump_calls();
  if (name == "pool") return pool_calls();
  return {};
}

}  // namespace heapreel::allocators
