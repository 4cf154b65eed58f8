// A program that replaces operator new and delete by its own, on top of malloc: what is asked of the allocator is
// malloc.
#include <new>

#include "truth.h"

void* operator new(std::size_t size) {
  void* block = truth_born("malloc", size + 16, 0, std::malloc(size + 16));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept { truth_free(block); }
void operator delete(void* block, std::size_t) noexcept { truth_free(block); }

int main() {
  truth_open();
  truth_fence_opens();
  int* blocks[100];
  for (int i = 0; i < 100; ++i) blocks[i] = new int(i);
  for (int* block : blocks) delete block;
  for (std::size_t i = 0; i < 100; ++i) ::operator delete(::operator new(100 + i));
  truth_fence_closes();
  return 0;
}
