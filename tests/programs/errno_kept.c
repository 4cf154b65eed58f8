// Calls that succeed leave errno alone, calls that fail set ENOMEM, and a free after a failure leaves that.
#include <errno.h>

#include "truth.h"

enum { kRounds = 200000, kOurs = 4711 };

int main(void) {
  truth_open();
  const volatile size_t huge = SIZE_MAX / 2;
  uint64_t changed = 0;
  uint64_t wrong = 0;
  void* kept = NULL;
  for (size_t i = 0; i < kRounds; ++i) {
    errno = kOurs;
    free(kept);
    kept = malloc(16 + i % 500);
    if (i % 7 == 0) kept = realloc(kept, 16 + i % 900);
    if (errno != kOurs) ++changed;
    if (i % 100 != 0) continue;
    errno = 0;
    if (malloc(huge) != NULL || errno != ENOMEM) ++wrong;
    free(kept);
    if (errno != ENOMEM) ++wrong;
    kept = NULL;
  }
  free(kept);
  truth_figure("changed", changed);
  truth_figure("wrong", wrong);
  truth_figure("failed", kRounds / 100);
  return 0;
}
