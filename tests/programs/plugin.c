// A library that is loaded and unloaded: it allocates in its constructor, when asked, and frees in its destructor.
#include <stdlib.h>

void* plugin_makes(size_t size);
void plugin_frees(void* block);

static void* own;

__attribute__((constructor)) static void on_load(void) { own = malloc(12321); }
__attribute__((destructor)) static void on_unload(void) { free(own); }

void* plugin_makes(size_t size) { return malloc(size); }
void plugin_frees(void* block) { free(block); }
