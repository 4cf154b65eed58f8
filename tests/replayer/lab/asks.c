// A program for replays: two threads, blocks of 48 bytes that all live for a while, larger ones, callocs and reallocs,
// and a third of the frees in the other thread. One block is so large that the rest hardly changes the live bytes: what
// threads may run ahead of each other is no tenth of a percent of it.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 400
#define BLOCKS 100

static void* passed[BLOCKS];
static pthread_barrier_t meet;

static void* other(void* nothing) {
  void* own[BLOCKS];
  for (int round = 0; round < ROUNDS; ++round) {
    for (int i = 0; i < BLOCKS; ++i) own[i] = malloc(16 + (round * 37 + i * 11) % 900);
    pthread_barrier_wait(&meet);
    for (int i = 0; i < BLOCKS; ++i) free(own[i]);
    for (int i = 0; i < BLOCKS; i += 3) free(passed[i]);
    pthread_barrier_wait(&meet);
  }
  return nothing;
}

int main(void) {
  pthread_t thread;
  void* ballast = malloc(1 << 30);
  pthread_barrier_init(&meet, NULL, 2);
  pthread_create(&thread, NULL, other, NULL);
  for (int round = 0; round < ROUNDS; ++round) {
    for (int i = 0; i < BLOCKS; ++i) passed[i] = i % 5 == 0 ? calloc(1, 48) : malloc(48);
    for (int i = 1; i < BLOCKS; i += 7) passed[i] = realloc(passed[i], 3000);
    pthread_barrier_wait(&meet);
    for (int i = 0; i < BLOCKS; ++i)
      if (i % 3 != 0) free(passed[i]);
    pthread_barrier_wait(&meet);
  }
  pthread_join(thread, NULL);
  free(ballast);
  return 0;
}
