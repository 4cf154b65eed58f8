// A program that does to its memory what it is told, one line at a time, and answers each line when it is done.
//
//   malloc BYTES | map BYTES         answers the address; nothing is touched
//   small COUNT BYTES                answers COUNT addresses of malloc'ed blocks, each touched
//   touch ADDRESS BYTES              writes one byte to each page
//   free ADDRESS | unmap ADDRESS BYTES | lazy ADDRESS BYTES
//   spin MS                          uses so much processor time; answers all it has used, in ns
//   thread NAME                      a thread of that name, until the end
//   leave                            goes on in another thread; the first one ends
//   exec                             becomes itself anew
// `observed_child hold BYTES MS` holds so many touched bytes for so long instead.
// Ends when its input ends. Huge pages are off: a page touched is a page resident.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

constexpr uint64_t kPage = 4096;

void* at(uint64_t address) { return reinterpret_cast<void*>(address); }
uint64_t number_of(const void* place) { return reinterpret_cast<uint64_t>(place); }

void touch(uint64_t address, uint64_t bytes) {
  for (uint64_t page = address / kPage * kPage; page < address + bytes; page += kPage)
    *static_cast<volatile char*>(at(page < address ? address : page)) = 1;
}

uint64_t cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

void* sleep_on(void* name) {
  pthread_setname_np(pthread_self(), static_cast<const char*>(name));
  std::printf("ok\n");
  std::fflush(stdout);
  for (;;) pause();
}

void small(uint64_t count, uint64_t bytes) {
  for (uint64_t i = 0; i < count; ++i) {
    void* block = std::malloc(bytes);
    std::memset(block, 1, bytes);
    std::printf("%llu ", static_cast<unsigned long long>(number_of(block)));
  }
  std::printf("\n");
}

void answer(uint64_t number) { std::printf("%llu\n", static_cast<unsigned long long>(number)); }

void obey(const char* word, uint64_t a, uint64_t b, char* name, char** argv) {
  const auto is = [word](const char* other) { return std::strcmp(word, other) == 0; };
  if (is("malloc")) return answer(number_of(std::malloc(a)));
  if (is("map")) return answer(number_of(mmap(nullptr, a, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
  if (is("small")) return small(a, b);
  if (is("spin")) {
    for (const uint64_t end = cpu_ns() + a * 1'000'000; cpu_ns() < end;) {
    }
    return answer(cpu_ns());
  }
  if (is("thread")) {
    pthread_t thread{};
    pthread_create(&thread, nullptr, sleep_on, name);
    return;
  }
  if (is("touch")) touch(a, b);
  if (is("free")) std::free(at(a));
  if (is("unmap")) munmap(at(a), b);
  if (is("lazy")) madvise(at(a), b, MADV_FREE);
  if (is("exec")) execv(argv[0], argv);
  std::printf("ok\n");
}

void* serve(void* argv);

[[noreturn]] void leave(void* argv) {
  pthread_t thread{};
  pthread_create(&thread, nullptr, serve, argv);
  std::printf("ok\n");
  std::fflush(stdout);
  pthread_exit(nullptr);
}

void* serve(void* argv) {
  static char line[256];
  static char word[256];
  static char name[256];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    unsigned long long a = 0;
    unsigned long long b = 0;
    std::sscanf(line, "%s %s", word, name);
    std::sscanf(line, "%*s %llu %llu", &a, &b);
    if (std::strcmp(word, "leave") == 0) leave(argv);
    obey(word, a, b, name, static_cast<char**>(argv));
    std::fflush(stdout);
  }
  std::exit(0);
}

// Holds so many bytes of touched memory for so long.
int hold(const char* bytes, const char* ms) {
  const uint64_t size = std::strtoull(bytes, nullptr, 10);
  touch(number_of(std::malloc(size)), size);
  usleep(static_cast<useconds_t>(std::strtoul(ms, nullptr, 10) * 1000));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  static char input[1 << 12];
  static char output[1 << 16];
  setvbuf(stdin, input, _IOLBF, sizeof input);
  setvbuf(stdout, output, _IOFBF, sizeof output);
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  if (argc == 4 && std::strcmp(argv[1], "hold") == 0) return hold(argv[2], argv[3]);
  std::printf("ready\n");
  std::fflush(stdout);
  serve(argv);
}
