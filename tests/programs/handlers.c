// Signal handlers that allocate. The first argument says what the signal interrupts:
//   computing: nothing of the allocator's; main only adds numbers
//   blocked:   main's own allocating, with the signal blocked around each call, so that handler and main alternate
//   inside:    anything, malloc included; well defined only on an allocator that a handler may enter
//              (bump_allocator.c, preloaded behind the recorder)
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include "truth.h"

enum { kHandlerSize = 4242, kMainSize = 3131, kFireEvery = 200 };

static uint64_t* fired;
static int keeps_rows;

static void handle(int signal_number) {
  (void)signal_number;
  if (keeps_rows) {
    truth_free(truth_malloc(kHandlerSize));
  } else {
    free(malloc(kHandlerSize));
  }
  ++*fired;
}

static void arm(long every_us) {
  struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  const struct itimerval timer = {.it_interval = {.tv_usec = every_us}, .it_value = {.tv_usec = every_us}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

static void disarm(void) {
  const struct itimerval none = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &none, NULL);
  signal(SIGALRM, SIG_IGN);
}

// Until the handler ran often enough, however slow the machine.
static void compute(uint64_t times) {
  volatile uint64_t sum = 0;
  while (__atomic_load_n(fired, __ATOMIC_RELAXED) < times) sum = sum + 1;
}

static void allocate_blocked(uint64_t times) {
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  keeps_rows = 1;
  for (size_t i = 0; *fired < times && i < 20000; ++i) {
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    void* block = truth_malloc(100 + i % 900);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    truth_free(block);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
  }
}

static void allocate_open(uint64_t times, uint64_t* made) {
  while (*fired < times) {
    free(malloc(kMainSize));
    ++*made;
  }
}

int main(int argc, char** argv) {
  const char* mode = argc > 1 ? argv[1] : "computing";
  truth_open();
  fired = truth_figure("fired", 0);
  uint64_t* made = truth_figure("made", 0);
  truth_fence_opens();
  arm(kFireEvery);
  if (strcmp(mode, "computing") == 0) compute(2000);
  if (strcmp(mode, "blocked") == 0) allocate_blocked(500);
  if (strcmp(mode, "inside") == 0) allocate_open(2000, made);
  disarm();
  truth_fence_closes();
  return 0;
}
