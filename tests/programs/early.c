// Allocations before main: in .preinit_array (before any library's constructor), in an IFUNC resolver, in a constructor
// that looks up a symbol first; all but the resolver's are freed in main.
#define _GNU_SOURCE
#include <dlfcn.h>

#include "truth.h"

enum { kBlocks = 100 };

static void* before_all[kBlocks];
static void* at_constructor[kBlocks];
static void* looked_up;

// The C library's environ is not there yet; the loader hands it over.
static void before_everything(int argc, char** argv, char** environment) {
  (void)argc;
  (void)argv;
  while (*environment != NULL && strncmp(*environment, "PROBE_OUT=", 10) != 0) ++environment;
  truth_open_at(*environment != NULL ? *environment + 10 : NULL);
  truth_fence_opens();
  for (size_t i = 0; i < kBlocks; ++i) before_all[i] = truth_malloc(100 + i);
  truth_fence_closes();
}
__attribute__((section(".preinit_array"), used)) static void (*preinit)(int, char**, char**) = before_everything;

__attribute__((constructor)) static void construct(void) {
  looked_up = dlsym(RTLD_DEFAULT, "reallocarray");
  truth_thread = 1;
  truth_fence_opens();
  for (size_t i = 0; i < kBlocks; ++i) at_constructor[i] = truth_born("calloc", 300 + i, 0, calloc(1, 300 + i));
  truth_fence_closes();
}

static int answer(void) { return 42; }

// Runs while the executable is being relocated: a block of a size that no one else asks for. (The compiler must not see
// that nobody uses it.)
__attribute__((used)) static int (*resolve_answer(void))(void) {
  void* volatile block = malloc(54321);
  free(block);
  return answer;
}
int resolved(void) __attribute__((ifunc("resolve_answer")));

int main(void) {
  truth_thread = 2;
  truth_fence_opens();
  for (size_t i = 0; i < kBlocks; ++i) truth_free(before_all[i]);
  for (size_t i = 0; i < kBlocks; ++i) truth_free(at_constructor[i]);
  truth_fence_closes();
  return resolved() == 42 && looked_up != NULL ? 0 : 1;
}
