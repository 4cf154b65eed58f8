// What is freed and allocated after main: atexit handlers, static destructors, and the executable's own .fini_array,
// which runs last of all.
#include "truth.h"

namespace {

struct Last {
  void* block = nullptr;
  ~Last() {
    truth_free(block);
    truth_blocks(700, 20);
  }
};

Last g_last;
void* g_at_exit;

void at_exit() {
  truth_free(g_at_exit);
  truth_blocks(500, 20);
}

__attribute__((destructor)) void after_all() {
  truth_blocks(900, 20);
  truth_fence_closes();
}

}  // namespace

int main() {
  truth_open();
  truth_fence_opens();
  g_last.block = truth_malloc(111);
  g_at_exit = truth_malloc(112);
  std::atexit(at_exit);
  return 0;
}
