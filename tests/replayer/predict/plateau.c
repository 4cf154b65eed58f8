// A program whose memory is known: its own mapping, small blocks, a large block of which half is touched, and most of
// its time with all of them.
//
//   plateau LIVE_MIB OWN_MIB TOUCHED_MS
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { kLargeBytes = 8 << 20, kSteps = 10 };

static void rest(long ms) {
  const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

int main(int count, char** words) {
  if (count < 4) return 2;
  const size_t live = strtoul(words[1], NULL, 10) << 20;
  const size_t own = strtoul(words[2], NULL, 10) << 20;
  const long ms = strtol(words[3], NULL, 10);

  char* mapping = mmap(NULL, own, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) return 1;
  memset(mapping, 1, own);
  char* large = malloc(kLargeBytes);
  memset(large, 1, kLargeBytes / 2);
  void** blocks = calloc(live / 64, sizeof *blocks);
  size_t made = 0;
  for (size_t bytes = 0; bytes < live; ++made) {
    const size_t size = 64 + made * 37 % 1024;
    blocks[made] = malloc(size);
    memset(blocks[made], 1, size);
    bytes += size;
  }
  for (int step = 0; step < kSteps; ++step) {
    rest(ms / kSteps);
    for (size_t i = 0; i < 100; ++i) {
      free(blocks[i]);
      blocks[i] = malloc(64 + i * 37 % 1024);
      memset(blocks[i], 2, 64);
    }
  }
  printf("%zu blocks, %d\n", made, mapping[own / 2] + large[0]);
  return 0;
}
