// An unbounded queue, as seen from outside: how far the producer ran ahead is told by a file that counts the runs,
// where a real one would leave it to chance and to the allocator's speed. Odd runs run four times as far ahead.
//
//   backlog COUNT_FILE
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kItems = 40000, kItemBytes = 1000 };

static int runs_before(const char* path) {
  int runs = 0;
  FILE* file = fopen(path, "r");
  if (file != NULL) {
    if (fscanf(file, "%d", &runs) != 1) runs = 0;
    fclose(file);
  }
  file = fopen(path, "w");
  if (file == NULL) exit(1);
  fprintf(file, "%d\n", runs + 1);
  fclose(file);
  return runs;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  const int ahead = runs_before(words[1]) % 2 == 1 ? kItems / 2 : kItems / 8;
  char** queue = calloc(kItems + 1, sizeof *queue);
  for (int i = 0; i < kItems; ++i) {
    queue[i] = malloc(kItemBytes);
    memset(queue[i], 1, kItemBytes);
    if (i >= ahead) free(queue[i - ahead]);
  }
  const struct timespec rest = {0, 200000000};
  nanosleep(&rest, NULL);
  return 0;
}
