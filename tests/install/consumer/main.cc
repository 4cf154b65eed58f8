// Reads a reel with the installed library, the way a foreign program does: prints how many events it holds and how much
// each thread allocated.
#include <cstdio>
#include <heapreel/reel.h>
#include <map>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: reel_consumer FILE.reel\n");
    return 2;
  }
  auto reel = heapreel::ReelReader::open(argv[1]);
  if (!reel) {
    std::fprintf(stderr, "%s: %s\n", reel.error().what.c_str(), reel.error().why.c_str());
    return 1;
  }
  std::map<uint32_t, uint64_t> bytes_by_thread;
  uint64_t events = 0;
  for (;;) {
    const auto batch = reel->next();
    if (!batch) {
      std::fprintf(stderr, "%s: %s\n", batch.error().what.c_str(), batch.error().why.c_str());
      return 1;
    }
    if (batch->empty()) break;
    events += batch->size();
    for (const heapreel::Event& event : *batch)
      if (heapreel::births(event)) bytes_by_thread[event.thread] += event.size;
  }
  std::printf("%llu events\n", static_cast<unsigned long long>(events));
  for (const auto& [thread, bytes] : bytes_by_thread)
    std::printf("thread %u allocated %llu bytes\n", thread, static_cast<unsigned long long>(bytes));
  return 0;
}
