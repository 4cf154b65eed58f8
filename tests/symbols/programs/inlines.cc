// Calls that are inlined into each other, across namespaces, templates, members and lambdas.
#include <stdio.h>

namespace app {

volatile int sink = 0;

[[gnu::always_inline]] inline int innermost(int value) {
  sink = sink + value;
  return sink * 3;
}

template <class T>
[[gnu::always_inline]] inline T middle(T value) {
  T sum = 0;
  for (int i = 0; i < 4; ++i) sum += innermost(static_cast<int>(value) + i);
  return sum;
}

class Counter {
 public:
  [[gnu::noinline]] long count(long value) {
    const auto twice = [this](long inner) { return middle(inner) + total_; };
    total_ += twice(value) + middle(value + 1);
    return total_;
  }
  [[gnu::noinline, gnu::cold]] void fail(const char* why) { printf("%s %ld\n", why, total_); }

 private:
  long total_ = 0;
};

}  // namespace app

extern "C" [[gnu::noinline]] int plain_c_function(int value) { return app::innermost(value) + 1; }

int main(int count, char** arguments) {
  app::Counter counter;
  for (int i = 0; i < count; ++i) counter.count(arguments[i][0]);
  if (plain_c_function(count) == 12345) counter.fail("unlikely");
  return 0;
}
