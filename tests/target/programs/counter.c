// A library for LD_PRELOAD that counts the calls it sees, and says so when the program ends. The stand-in of the
// recorder's shim: what this one sees, any could see.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned long mallocs, news;

// Serves what dlsym asks for while the next definitions are looked up.
static char arena[1 << 20] __attribute__((aligned(16)));
static size_t arena_used;
static int looking;

static void* (*next_malloc)(size_t);
static void* (*next_calloc)(size_t, size_t);
static void* (*next_realloc)(void*, size_t);
static void (*next_free)(void*);

static void* from_arena(size_t size) {
  void* block = arena + arena_used;
  arena_used += (size + 15) & ~(size_t)15;
  return block;
}

static int is_ours(const void* block) {
  return (const char*)block >= arena && (const char*)block < arena + sizeof arena;
}

static int ready(void) {
  if (next_free != NULL) return 1;
  if (looking) return 0;
  looking = 1;
  next_malloc = (void* (*)(size_t))dlsym(RTLD_NEXT, "malloc");
  next_calloc = (void* (*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
  next_realloc = (void* (*)(void*, size_t))dlsym(RTLD_NEXT, "realloc");
  next_free = (void (*)(void*))dlsym(RTLD_NEXT, "free");
  looking = 0;
  return 1;
}

void* malloc(size_t size) {
  ++mallocs;
  return ready() ? next_malloc(size) : from_arena(size);
}

void* calloc(size_t count, size_t size) { return ready() ? next_calloc(count, size) : from_arena(count * size); }

void* realloc(void* block, size_t size) {
  if (ready() && !is_ours(block)) return next_realloc(block, size);
  void* fresh = ready() ? next_malloc(size) : from_arena(size);
  if (block != NULL) memcpy(fresh, block, size);
  return fresh;
}

void free(void* block) {
  if (block == NULL || is_ours(block) || !ready()) return;
  next_free(block);
}

// operator new and delete, which C can define by their mangled names.
void* _Znwm(size_t size) {
  static void* (*next)(size_t);
  ++news;
  if (next == NULL) next = (void* (*)(size_t))dlsym(RTLD_NEXT, "_Znwm");
  return next(size);
}

void _ZdlPv(void* block) {
  static void (*next)(void*);
  if (next == NULL) next = (void (*)(void*))dlsym(RTLD_NEXT, "_ZdlPv");
  next(block);
}

__attribute__((destructor)) static void say(void) {
  char line[80];
  const int length = snprintf(line, sizeof line, "seen: malloc %lu new %lu\n", mallocs, news);
  if (write(STDERR_FILENO, line, (size_t)length) < 0) _exit(1);
}
