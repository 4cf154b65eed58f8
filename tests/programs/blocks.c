// Does a known number of calls: the smallest program worth recording. `blocks COUNT` also prints a line, and its exit
// status can be asked for: `blocks COUNT STATUS`.
#include "truth.h"

int main(int argc, char** argv) {
  truth_open();
  truth_fence_opens();
  truth_blocks(50, truth_argument(argc, argv, 1, 100));
  truth_fence_closes();
  (void)!write(STDOUT_FILENO, "done\n", 5);
  return (int)truth_argument(argc, argv, 2, 0);
}
