// Loads and unloads plugin.so over and over; its allocations cross the border both ways.
//   plugins PATH TIMES [deepbind]
// With deepbind the plugin looks malloc up in its own libraries first, so it may escape the record; what main does is
// told all the same.
#define _GNU_SOURCE
#include <dlfcn.h>

#include "truth.h"

enum { kEach = 10 };

typedef void* (*Makes)(size_t);
typedef void (*Frees)(void*);

static void exchange(void* plugin, size_t round, int is_deep) {
  const Makes makes = (Makes)(uintptr_t)dlsym(plugin, "plugin_makes");
  const Frees frees = (Frees)(uintptr_t)dlsym(plugin, "plugin_frees");
  truth_require(makes != NULL && frees != NULL, "plugin.so lacks a function");
  truth_thread = (uint32_t)round;
  truth_fence_opens();
  for (size_t i = 0; i < kEach && !is_deep; ++i) {
    truth_free(truth_born("malloc", 2000 + i, 0, makes(2000 + i)));
    frees(truth_dies("free", 0, 0, truth_malloc(3000 + i)));
  }
  truth_blocks(100, kEach);
  truth_fence_closes();
  for (size_t i = 0; i < kEach && is_deep; ++i) {
    free(makes(2000 + i));
    frees(malloc(3000 + i));
  }
}

int main(int argc, char** argv) {
  truth_open();
  truth_require(argc > 2, "usage: plugins PATH TIMES [deepbind]");
  const int is_deep = argc > 3;
  const size_t times = truth_argument(argc, argv, 2, 1);
  for (size_t round = 0; round < times; ++round) {
    void* plugin = dlopen(argv[1], RTLD_NOW | (is_deep ? RTLD_DEEPBIND : 0));
    truth_require(plugin != NULL, "plugin.so cannot be loaded");
    exchange(plugin, round, is_deep);
    dlclose(plugin);
  }
  truth_figure("rounds", times);
  return 0;
}
