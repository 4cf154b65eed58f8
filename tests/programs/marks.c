// The program's own marks, through the public header: they stand between the calls they were made between. Built
// without linking anything of ours, so a mark is nothing at all when nobody records.
#include "recorder/api/heapreel.h"
#include "truth.h"

int main(void) {
  truth_open();
  truth_fence_opens();
  for (size_t i = 0; i < 10; ++i) {
    heapreel_mark(i % 2 == 0 ? "even" : "odd");
    truth_row("mark", 0);
    truth_blocks(100 + i, 5);
  }
  truth_fence_closes();
  return 0;
}
