// An executable that brings its own malloc, as programs with a statically linked allocator do: a preloaded one never
// sees the calls of the executable.
#include <stddef.h>
#include <unistd.h>

void* malloc(size_t size);
void free(void* block);
void* calloc(size_t count, size_t size);
void* realloc(void* block, size_t size);

static char space[1 << 20];
static size_t used;

void* malloc(size_t size) {
  const size_t at = used;
  used += (size + 15) & ~(size_t)15;
  return used <= sizeof space ? space + at : NULL;
}
void free(void* block) { (void)block; }
void* calloc(size_t count, size_t size) { return malloc(count * size); }
void* realloc(void* block, size_t size) {
  char* moved = malloc(size);
  for (size_t i = 0; block != NULL && moved != NULL && i < size; ++i) moved[i] = ((char*)block)[i];
  return moved;
}

int main(void) {
  for (size_t i = 0; i < 100; ++i) free(malloc(i));
  (void)!write(STDOUT_FILENO, "done\n", 5);
  return 0;
}
