// All 20 forms of operator new and delete that a C++17 library has, 100 times each.
#include <new>

#include "truth.h"

namespace {

constexpr std::size_t kCalls = 100;
constexpr std::align_val_t kAlign{128};
constexpr uint32_t kAlignBytes = 128;

void* g_blocks[kCalls];
std::size_t g_size = 1000;

template <class Make>
void make(const char* kind, uint32_t align, Make call) {
  g_size += 10;
  for (std::size_t i = 0; i < kCalls; ++i) g_blocks[i] = truth_born(kind, g_size + i, align, call(g_size + i));
}

template <class Drop>
void drop(const char* kind, bool sized, uint32_t align, Drop call) {
  for (std::size_t i = 0; i < kCalls; ++i) {
    const std::size_t size = g_size + i;
    call(truth_dies(kind, sized ? size : 0, align, g_blocks[i]), size);
  }
}

void plain_forms() {
  make("new", 0, [](std::size_t n) { return ::operator new(n); });
  drop("delete", false, 0, [](void* p, std::size_t) { ::operator delete(p); });
  make("new[]", 0, [](std::size_t n) { return ::operator new[](n); });
  drop("delete[]", false, 0, [](void* p, std::size_t) { ::operator delete[](p); });
  make("new_nothrow", 0, [](std::size_t n) { return ::operator new(n, std::nothrow); });
  drop("delete_nothrow", false, 0, [](void* p, std::size_t) { ::operator delete(p, std::nothrow); });
  make("new[]_nothrow", 0, [](std::size_t n) { return ::operator new[](n, std::nothrow); });
  drop("delete[]_nothrow", false, 0, [](void* p, std::size_t) { ::operator delete[](p, std::nothrow); });
  make("new", 0, [](std::size_t n) { return ::operator new(n); });
  drop("delete_sized", true, 0, [](void* p, std::size_t n) { ::operator delete(p, n); });
  make("new[]", 0, [](std::size_t n) { return ::operator new[](n); });
  drop("delete[]_sized", true, 0, [](void* p, std::size_t n) { ::operator delete[](p, n); });
}

void aligned_forms() {
  constexpr uint32_t kBytes = kAlignBytes;
  make("new_aligned", kBytes, [](std::size_t n) { return ::operator new(n, kAlign); });
  drop("delete_aligned", false, kBytes, [](void* p, std::size_t) { ::operator delete(p, kAlign); });
  make("new[]_aligned", kBytes, [](std::size_t n) { return ::operator new[](n, kAlign); });
  drop("delete[]_aligned", false, kBytes, [](void* p, std::size_t) { ::operator delete[](p, kAlign); });
  make("new_aligned_nothrow", kBytes, [](std::size_t n) { return ::operator new(n, kAlign, std::nothrow); });
  drop("delete_aligned_nothrow", false, kBytes,
       [](void* p, std::size_t) { ::operator delete(p, kAlign, std::nothrow); });
  make("new[]_aligned_nothrow", kBytes, [](std::size_t n) { return ::operator new[](n, kAlign, std::nothrow); });
  drop("delete[]_aligned_nothrow", false, kBytes,
       [](void* p, std::size_t) { ::operator delete[](p, kAlign, std::nothrow); });
  make("new_aligned", kBytes, [](std::size_t n) { return ::operator new(n, kAlign); });
  drop("delete_sized_aligned", true, kBytes, [](void* p, std::size_t n) { ::operator delete(p, n, kAlign); });
  make("new[]_aligned", kBytes, [](std::size_t n) { return ::operator new[](n, kAlign); });
  drop("delete[]_sized_aligned", true, kBytes, [](void* p, std::size_t n) { ::operator delete[](p, n, kAlign); });
}

}  // namespace

int main() {
  truth_open();
  truth_fence_opens();
  plain_forms();
  aligned_forms();
  truth_fence_closes();
  return 0;
}
