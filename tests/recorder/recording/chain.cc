// Known chains of calls: every way to allocate, in this thread and another, and `chain N` allocations of 100 bytes in
// one place. Compiled with frame pointers and without tail calls.
#include <cstdlib>
#include <pthread.h>

namespace {

volatile void* sink;

#define KEPT [[gnu::noinline, gnu::noclone]]

KEPT void keep(void* block) { sink = block; }

KEPT void by_malloc(size_t size) {
  keep(std::malloc(size));
  asm volatile("");
}
KEPT void middle(size_t size) {
  by_malloc(size);
  asm volatile("");
}
KEPT void by_new() { keep(::operator new(1102)); }
KEPT void by_new_array() { keep(new char[1103]); }
KEPT void by_calloc() { keep(std::calloc(1, 1104)); }
KEPT void by_realloc() { keep(std::realloc(nullptr, 1105)); }
KEPT void by_realloc_again() { keep(std::realloc(const_cast<void*>(sink), 1106)); }
KEPT void by_aligned() { keep(std::aligned_alloc(64, 1152)); }
KEPT void many(long count) {
  for (long i = 0; i < count; ++i) keep(std::malloc(100));
}
KEPT void* thread_body(void*) {
  middle(1107);
  asm volatile("");
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  middle(1101);
  by_new();
  by_new_array();
  by_calloc();
  by_realloc();
  by_realloc_again();
  by_aligned();
  pthread_t thread;
  pthread_create(&thread, nullptr, thread_body, nullptr);
  pthread_join(thread, nullptr);
  if (argc > 1) many(std::strtol(argv[1], nullptr, 10));
  return 0;
}
