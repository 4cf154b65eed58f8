// Uses the installed library the way a foreign program does: its headers by their installed paths, nothing else of
// ours.
#include <cstdio>
#include <trace_format/base/result.h>

namespace {

heapreel::base::Result<int> answer(bool known) {
  if (!known) return heapreel::base::bad_input("cannot answer", "nobody asked");
  return 42;
}

}  // namespace

int main() {
  const auto good = answer(true);
  const auto bad = answer(false);
  if (!good || bad) return 1;
  std::printf("consumer: %d, %s\n", *good, bad.error().why.c_str());
  return 0;
}
