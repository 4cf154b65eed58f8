// Preloaded beside libc_malloc_debug.so.0: glibc's mtrace begins before main(), in a program that does not ask for it.
#include <mcheck.h>

__attribute__((constructor)) static void start(void) { mtrace(); }
