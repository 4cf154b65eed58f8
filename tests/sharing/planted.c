// A program full of names: what its canaries are the test says, in arguments, environment, path and here.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recorder/api/heapreel.h"

enum { kLargeBytes = 1 << 20, kRounds = 150, kRoundUs = 10 * 1000 };

__attribute__((noinline)) void* canary_symbol(size_t bytes) {
  char* block = malloc(bytes);
  if (block != NULL) memset(block, 1, bytes / 2);
  return block;
}

// Long enough to be looked at from outside.
static void* work(void* name) {
  pthread_setname_np(pthread_self(), name);
  for (int i = 0; i < kRounds; ++i) {
    void* small = canary_symbol(100 + (size_t)i);
    void* large = canary_symbol(kLargeBytes);
    usleep(kRoundUs);
    free(large);
    free(small);
  }
  return NULL;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  heapreel_mark("canary_mark");
  pthread_t thread;
  char name[] = "canary_thread";
  if (pthread_create(&thread, NULL, work, name) != 0) return 1;
  void* kept = canary_symbol(strlen(words[1]) + 4096);
  pthread_join(thread, NULL);
  free(kept);
  return 0;
}
