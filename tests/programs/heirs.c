// A child that inherits its parent's heap: it frees some of the blocks, reallocates one, keeps the rest, and allocates.
// A grandchild does the same to what is left. Parent and child name the inherited blocks by the same addresses, so the
// child's rows are told after rows of kind "=inherited" that repeat what it got.
#include <sys/wait.h>

#include "truth.h"

enum { kBlocks = 300 };

static void* blocks[kBlocks];
static size_t sizes[kBlocks];

static void tell_inheritance(void) {
  truth_open();
  for (size_t i = 0; i < kBlocks; ++i)
    if (blocks[i] != NULL) truth_row("=inherited", sizes[i])->object = (uintptr_t)blocks[i];
}

static void end_every(size_t step) {
  for (size_t i = 0; i < kBlocks; i += step) {
    if (blocks[i] == NULL) continue;
    truth_free(blocks[i]);
    blocks[i] = NULL;
  }
}

static void live(size_t step, size_t first_size) {
  end_every(step);
  const uintptr_t old = (uintptr_t)blocks[1];
  blocks[1] = truth_moved("realloc", first_size, old, realloc(blocks[1], first_size));
  sizes[1] = first_size;
  truth_blocks(first_size, 50);
  truth_fence_closes();
}

static void wait_for(pid_t child) {
  int status = 1;
  waitpid(child, &status, 0);
  truth_require(status == 0, "a child failed");
}

int main(void) {
  truth_open();
  truth_fence_opens();
  for (size_t i = 0; i < kBlocks; ++i) {
    sizes[i] = 1000 + i;
    blocks[i] = truth_malloc(sizes[i]);
  }
  const pid_t child = fork();
  if (child == 0) {
    tell_inheritance();
    truth_fence_opens();
    live(3, 5000);
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      tell_inheritance();
      truth_fence_opens();
      live(2, 7000);
      _exit(0);
    }
    wait_for(grandchild);
    exit(0);
  }
  wait_for(child);
  live(5, 9000);
  return 0;
}
