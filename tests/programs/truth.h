// What a test program says it did: rows in a file that survives any death.
//
// The file named by PROBE_OUT is mapped shared, so a row is kept from the moment it is written, whatever kills the
// program, and writing one allocates nothing and enters no kernel. A birth is noted after the call and a death before
// it, so rows of one address alternate even across threads. Fences are blocks of telling sizes: what a thread did
// between its two is compared event by event, and what the C library does outside them is nobody's concern.
// Absent: any judgement. The driver (truth.py, compare.py) compares the rows with the reel.
#pragma once

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { kTruthFailed = 1, kTruthMoved = 2, kTruthNullOld = 4, kTruthNoResult = 8 };
enum { kTruthRows = 1 << 17, kFenceOpens = 90000, kFenceCloses = 110000 };

struct TruthRow {
  char kind[32];  // as `heapreel dump` names it; "=NAME" for a figure of the program, in `size`
  uint64_t size;
  uint64_t object;
  uint64_t old_object;
  uint32_t align;
  uint32_t flags;
  uint32_t thread;  // the program's own number of the thread
  uint32_t pid;
};

struct Truth {
  uint64_t rows;
  uint64_t reserved[7];
  struct TruthRow row[kTruthRows];
};

static struct Truth* truth_file;
static uint32_t truth_pid;
static __thread uint32_t truth_thread;

#define TRUTH_FUNCTION static __attribute__((unused))

TRUTH_FUNCTION void truth_require(int holds, const char* what) {
  if (holds) return;
  dprintf(STDERR_FILENO, "test program: cannot go on: %s\n", what);
  _exit(99);
}

// Without a path the rows go nowhere.
TRUTH_FUNCTION void truth_open_at(const char* path) {
  truth_pid = (uint32_t)getpid();
  if (truth_file != NULL) return;
  const int fd = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
  const int flags = fd >= 0 ? MAP_SHARED : MAP_SHARED | MAP_ANONYMOUS;
  truth_require(path == NULL || (fd >= 0 && ftruncate(fd, sizeof(struct Truth)) == 0), "PROBE_OUT cannot be made");
  void* mapped = mmap(NULL, sizeof(struct Truth), PROT_READ | PROT_WRITE, flags, fd, 0);
  truth_require(mapped != MAP_FAILED, "PROBE_OUT cannot be mapped");
  truth_file = (struct Truth*)mapped;
  if (fd >= 0) close(fd);
}

// Call it first, and again in a forked child.
TRUTH_FUNCTION void truth_open(void) { truth_open_at(getenv("PROBE_OUT")); }

TRUTH_FUNCTION struct TruthRow* truth_row(const char* kind, uint64_t size) {
  const uint64_t at = __atomic_fetch_add(&truth_file->rows, 1, __ATOMIC_RELAXED);
  truth_require(at < kTruthRows, "too many rows");
  struct TruthRow* row = &truth_file->row[at];
  strncpy(row->kind, kind, sizeof row->kind - 1);
  row->size = size;
  row->thread = truth_thread;
  row->pid = truth_pid;
  return row;
}

// A figure the driver asks for by name; the pointer lets a loop keep it up to date.
TRUTH_FUNCTION uint64_t* truth_figure(const char* name, uint64_t value) {
  char kind[32] = "=";
  strncpy(kind + 1, name, sizeof kind - 2);
  return &truth_row(kind, value)->size;
}

TRUTH_FUNCTION void* truth_born(const char* kind, uint64_t size, uint32_t align, void* object) {
  struct TruthRow* row = truth_row(kind, size);
  row->align = align;
  row->object = (uintptr_t)object;
  row->flags = object == NULL ? kTruthFailed : 0;
  return object;
}

TRUTH_FUNCTION void* truth_dies(const char* kind, uint64_t size, uint32_t align, void* object) {
  struct TruthRow* row = truth_row(kind, size);
  row->align = align;
  row->object = (uintptr_t)object;
  return object;
}

// `old` was taken before the call.
TRUTH_FUNCTION void* truth_moved(const char* kind, uint64_t size, uintptr_t old, void* object) {
  struct TruthRow* row = truth_row(kind, size);
  row->object = (uintptr_t)object;
  row->old_object = old;
  if (old == 0) row->flags |= kTruthNullOld;
  if (object == NULL) row->flags |= old != 0 && size == 0 ? kTruthNoResult : kTruthFailed;
  if (object != NULL && old != 0 && old != (uintptr_t)object) row->flags |= kTruthMoved;
  return object;
}

TRUTH_FUNCTION void truth_fence_opens(void) { free(malloc(kFenceOpens + truth_thread)); }
TRUTH_FUNCTION void truth_fence_closes(void) { free(malloc(kFenceCloses + truth_thread)); }

// The two calls most programs need.
TRUTH_FUNCTION void* truth_malloc(size_t size) { return truth_born("malloc", size, 0, malloc(size)); }
TRUTH_FUNCTION void truth_free(void* object) { free(truth_dies("free", 0, 0, object)); }

// `count` blocks of sizes `first`, `first` + 1, ...: all born, every second one freed, then the rest.
TRUTH_FUNCTION void truth_blocks(size_t first, size_t count) {
  enum { kMost = 4096 };
  static __thread void* blocks[kMost];
  truth_require(count <= kMost, "too many blocks");
  for (size_t i = 0; i < count; ++i) blocks[i] = truth_malloc(first + i);
  for (size_t i = 0; i < count; i += 2) truth_free(blocks[i]);
  for (size_t i = 1; i < count; i += 2) truth_free(blocks[i]);
}

// Parses argv[index], or takes the value that is given.
TRUTH_FUNCTION uint64_t truth_argument(int argc, char** argv, int index, uint64_t otherwise) {
  return index < argc ? strtoull(argv[index], NULL, 10) : otherwise;
}

#ifdef __cplusplus
}
#endif
