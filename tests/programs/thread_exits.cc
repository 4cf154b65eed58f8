// What threads do on their way out: thread_local objects that free, and destructors of thread-specific data that
// allocate, free and set their value again for each of the four rounds POSIX allows.
#include <pthread.h>

#include "truth.h"

namespace {

constexpr int kThreads = 50;
constexpr int kRounds = 4;  // PTHREAD_DESTRUCTOR_ITERATIONS of glibc
constexpr std::size_t kBlocks = 7;

pthread_key_t g_key;

struct Leftover {
  void* blocks[kBlocks] = {};
  Leftover() {
    for (std::size_t i = 0; i < kBlocks; ++i) blocks[i] = truth_malloc(3000 + i);
  }
  Leftover(const Leftover&) = delete;
  Leftover& operator=(const Leftover&) = delete;
  ~Leftover() {
    for (void* block : blocks) truth_free(block);
    truth_free(truth_malloc(3100));
  }
};

thread_local int t_round = 0;

// The fence closes in the last round, after everything else of the thread.
void on_exit_of_thread(void* value) {
  for (std::size_t i = 0; i < kBlocks; ++i) truth_free(truth_malloc(4000 + 10 * t_round + i));
  truth_free(value);
  if (++t_round < kRounds) {
    pthread_setspecific(g_key, truth_malloc(5000 + t_round));
  } else {
    truth_fence_closes();
  }
}

void* work(void* number) {
  truth_thread = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(number));
  truth_fence_opens();
  thread_local Leftover leftover;
  truth_require(leftover.blocks[0] != nullptr, "no memory");
  pthread_setspecific(g_key, truth_malloc(5000));
  truth_blocks(100, 20);
  return nullptr;
}

}  // namespace

int main() {
  truth_open();
  pthread_key_create(&g_key, on_exit_of_thread);
  pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i)
    pthread_create(&threads[i], nullptr, work, reinterpret_cast<void*>(intptr_t{i + 1}));
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  return 0;
}
