// The stress of order: threads in a ring, each passing what it allocates to the next, which frees it, as fast as it
// can.
//
//   ring THREADS BLOCKS DEPTH
// Thread t allocates its i-th block, hands it on, and then frees the (i - DEPTH)-th block of its predecessor; every
// 16th of those it reallocates first. So each thread's program order, and which object each free ends, follow from the
// arguments alone (ring.py computes the same), while the hand-offs race. A thread is at most DEPTH blocks ahead of its
// predecessor, so a queue never holds more than THREADS * DEPTH.
#include <pthread.h>
#include <sched.h>

#include "truth.h"

enum { kMostThreads = 64, kQueue = 4096, kReallocEvery = 16 };

struct Queue {
  void* slots[kQueue];
  __attribute__((aligned(64))) size_t pushed;
  __attribute__((aligned(64))) size_t popped;
};

static struct Queue queues[kMostThreads];
static size_t thread_count, block_count, depth;

static size_t size_of(size_t thread, size_t i) { return 16 + (i * 2654435761U + thread * 40503U) % 1009; }
static size_t grown_size_of(size_t thread, size_t i) { return size_of(thread, i) + 1500; }

// A release store pairs with the acquire load in pop: what the block holds travels with it.
static void push(struct Queue* queue, void* block) {
  queue->slots[queue->pushed % kQueue] = block;
  __atomic_store_n(&queue->pushed, queue->pushed + 1, __ATOMIC_RELEASE);
}

static void* pop(struct Queue* queue) {
  for (unsigned spins = 0; __atomic_load_n(&queue->pushed, __ATOMIC_ACQUIRE) == queue->popped; ++spins)
    if (spins > 200) sched_yield();
  return queue->slots[queue->popped++ % kQueue];
}

static void end_block(size_t owner, size_t i, size_t* block) {
  truth_require(block[0] == owner && block[1] == i, "a block came out of order, or was overwritten");
  if (i % kReallocEvery == 0) block = realloc(block, grown_size_of(owner, i));
  free(block);
}

static void* work(void* number) {
  const size_t self = (size_t)number;
  const size_t before = (self + thread_count - 1) % thread_count;
  struct Queue* in = &queues[self];
  struct Queue* out = &queues[(self + 1) % thread_count];
  truth_thread = (uint32_t)self;
  truth_fence_opens();
  for (size_t i = 0; i < block_count + depth; ++i) {
    if (i < block_count) {
      size_t* block = malloc(size_of(self, i));
      block[0] = self;
      block[1] = i;
      push(out, block);
    }
    if (i >= depth) end_block(before, i - depth, pop(in));
  }
  truth_fence_closes();
  return NULL;
}

int main(int argc, char** argv) {
  truth_open();
  thread_count = truth_argument(argc, argv, 1, 4);
  block_count = truth_argument(argc, argv, 2, 100000);
  depth = truth_argument(argc, argv, 3, 3);
  truth_require(thread_count <= kMostThreads && thread_count * depth < kQueue, "too many threads, or too deep");
  truth_figure("threads", thread_count);
  truth_figure("blocks", block_count);
  truth_figure("depth", depth);
  pthread_t threads[kMostThreads];
  for (size_t i = 0; i < thread_count; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  for (size_t i = 0; i < thread_count; ++i) pthread_join(threads[i], NULL);
  return 0;
}
