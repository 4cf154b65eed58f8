/* Marks: a program names moments of its own, and a recording shows its allocations between them.
 *
 *   heapreel_mark("request done");
 *
 * Nothing to link: when nobody records, a mark is one test of an address. Names are at most 1024 bytes; a recording
 * holds up to 65536 different ones. For C99 and C++, on Linux, with gcc or clang. */
#ifndef HEAPREEL_H
#define HEAPREEL_H

#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of libheapreel.so, where that is loaded. */
__attribute__((weak)) void heapreel_mark_1(const char* name, size_t bytes);

static inline void heapreel_mark(const char* name) {
  if (heapreel_mark_1) heapreel_mark_1(name, strlen(name));
}

#ifdef __cplusplus
}
#endif

#endif
