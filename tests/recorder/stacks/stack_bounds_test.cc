// The readable part of every kind of stack a thread can stand on. Compiled with frame pointers.
#include "recorder/stacks/stack_bounds.h"

#include <cerrno>
#include <functional>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <thread>
#include <ucontext.h>

#include "recorder/stacks/frame_walk.h"

namespace heapreel::stacks {
namespace {

constexpr size_t kPage = 4096;

[[maybe_unused]] const bool kMainIsKnown = [] {
  learn_main_thread();  // before main(), as the shim's constructor does it
  return true;
}();

// Reads everything that is said to be readable: a wrong bound is a SIGSEGV here.
[[gnu::no_sanitize_address, gnu::noinline]] uint64_t read_all(uint64_t from, uint64_t end) {
  uint64_t sum = 0;
  for (uint64_t at = from & ~uint64_t{7}; at < end; at += 8) sum += *reinterpret_cast<const volatile uint64_t*>(at);
  return sum;
}

struct Look {
  uint64_t sp = 0;
  uint64_t end = 0;
  bool own = false;
};

[[gnu::noinline]] Look look(StackBounds& bounds) {
  Look seen{.sp = address_of(this_frame()), .end = 0, .own = false};
  seen.end = readable_end(bounds, seen.sp);
  seen.own = on_own_stack(bounds, seen.sp);
  read_all(seen.sp, seen.end);
  return seen;
}

[[gnu::noinline]] Look look_from_below(StackBounds& bounds, size_t bytes) {
  auto* const room = static_cast<volatile char*>(__builtin_alloca(bytes));
  room[0] = 1;
  return look(bounds);
}

void expect_one_page(const Look& seen) {
  EXPECT_FALSE(seen.own);
  EXPECT_EQ(seen.end, (seen.sp & ~(kPage - 1)) + kPage);
}

TEST(StackBounds, KnowsTheMainStack) {
  StackBounds bounds;
  const Look seen = look(bounds);
  EXPECT_TRUE(seen.own);
  EXPECT_GT(seen.end - seen.sp, 100U);
  EXPECT_EQ(look_from_below(bounds, 1 << 20).end, seen.end);
}

TEST(StackBounds, KnowsAThreadsStackToItsVeryEnds) {
  std::thread([] {
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
    void* lowest = nullptr;
    size_t bytes = 0;
    pthread_attr_getstack(&attributes, &lowest, &bytes);
    pthread_attr_destroy(&attributes);
    StackBounds bounds;
    const Look seen = look(bounds);
    EXPECT_TRUE(seen.own);
    EXPECT_LE(seen.end, address_of(lowest) + bytes);
    EXPECT_GT(seen.end, address_of(lowest) + bytes - 4 * kPage);
    EXPECT_TRUE(look_from_below(bounds, 1 << 20).own);
    EXPECT_TRUE(look_from_below(bounds, 7 << 20).own);
    EXPECT_GE(bounds.low, address_of(lowest));
  }).join();
}

TEST(StackBounds, LeavesErrnoAlone) {
  std::thread([] {
    StackBounds bounds;
    errno = 77;
    EXPECT_TRUE(look(bounds).own);
    EXPECT_EQ(errno, 77);
    EXPECT_FALSE(on_signal_stack());
    EXPECT_EQ(errno, 77);
  }).join();
}

// Runs `body` on a stack of its own between two pages that cannot be read, as coroutine libraries lay them out.
class Coroutine {
 public:
  explicit Coroutine(size_t bytes) : bytes_(bytes + 2 * kPage) {
    memory_ = static_cast<char*>(mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory_ + kPage, bytes, PROT_READ | PROT_WRITE);
  }
  ~Coroutine() { munmap(memory_, bytes_); }
  uint64_t end() const { return address_of(memory_) + bytes_ - kPage; }
  void run(std::function<void()> body) {
    body_ = std::move(body);
    ucontext_t inside{};
    getcontext(&inside);
    inside.uc_stack.ss_sp = memory_ + kPage;
    inside.uc_stack.ss_size = bytes_ - 2 * kPage;
    inside.uc_link = &outside_;
    current = this;
    makecontext(&inside, &Coroutine::start, 0);
    swapcontext(&outside_, &inside);
  }

 private:
  static void start() { current->body_(); }
  static inline Coroutine* current = nullptr;
  size_t bytes_;
  char* memory_;
  ucontext_t outside_{};
  std::function<void()> body_;
};

TEST(StackBounds, TrustsOnePageOfACoroutineOfTheMainThread) {
  StackBounds bounds;
  Coroutine coroutine(256 << 10);
  coroutine.run([&] { expect_one_page(look(bounds)); });
  EXPECT_TRUE(look(bounds).own);
  coroutine.run([&] { expect_one_page(look_from_below(bounds, 100'000)); });
}

TEST(StackBounds, TrustsOnePageOfACoroutineOfAThread) {
  std::thread([] {
    StackBounds bounds;
    Coroutine coroutine(256 << 10);
    coroutine.run([&] { expect_one_page(look(bounds)); });  // the thread's first call of all
    EXPECT_TRUE(look(bounds).own);
    coroutine.run([&] { expect_one_page(look(bounds)); });
    EXPECT_TRUE(look_from_below(bounds, 1 << 20).own);
    coroutine.run([&] { expect_one_page(look(bounds)); });
  }).join();
}

TEST(StackBounds, RemembersWhereTheStackEndsBelow) {
  std::thread([] {
    StackBounds bounds;
    ASSERT_TRUE(look(bounds).own);
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
    void* lowest = nullptr;
    size_t bytes = 0;
    pthread_attr_getstack(&attributes, &lowest, &bytes);
    pthread_attr_destroy(&attributes);
    const uint64_t below = address_of(lowest) - kPage - 64;  // in the guard page, or beyond
    bounds.low = address_of(lowest) + kPage;                 // as if it had been learnt, all but a page
    EXPECT_EQ(readable_end(bounds, below), (below & ~(kPage - 1)) + kPage);
    EXPECT_EQ(bounds.floor, address_of(lowest));
  }).join();
}

TEST(StackBounds, KnowsAStackTheProgramBrought) {
  constexpr size_t kBytes = 256 << 10;
  void* const memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstack(&attributes, memory, kBytes), 0);
  static Look seen;
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void*) -> void* {
                  StackBounds bounds;
                  seen = look_from_below(bounds, 100'000);
                  return nullptr;
                },
                nullptr),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_TRUE(seen.own);
  EXPECT_GT(seen.end, seen.sp + 100'000);
  EXPECT_LE(seen.end, address_of(memory) + kBytes);
  munmap(memory, kBytes);
}

Look seen_by_handler;
bool handler_stood_on_signal_stack = false;

void look_in_handler(int /*signal*/) {
  StackBounds bounds;
  seen_by_handler = look(bounds);
  handler_stood_on_signal_stack = on_signal_stack();
}

TEST(StackBounds, TrustsOnePageOfASignalStack) {
  std::thread([] {
    static char room[64 << 10];
    const stack_t stack{.ss_sp = room, .ss_flags = 0, .ss_size = sizeof room};
    ASSERT_EQ(sigaltstack(&stack, nullptr), 0);
    struct sigaction action {};
    action.sa_handler = look_in_handler;
    action.sa_flags = SA_ONSTACK;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    pthread_kill(pthread_self(), SIGUSR1);
    expect_one_page(seen_by_handler);
    EXPECT_TRUE(handler_stood_on_signal_stack);
    const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    sigaltstack(&none, nullptr);
  }).join();
}

// The chain that code without frame pointers can leave: from a coroutine's stack into the page above it.
uint32_t depth_of_a_chain_off_the_stack(bool wrong_end) {
  volatile uint32_t depth = 0;
  Coroutine coroutine(64 << 10);
  coroutine.run([&] {
    alignas(sizeof(Frame)) Frame frame{};
    frame = {.caller = reinterpret_cast<const Frame*>(coroutine.end()), .return_address = 0x401000};
    StackBounds bounds;
    const uint64_t end = wrong_end ? coroutine.end() + kPage : readable_end(bounds, address_of(&frame));
    depth = hash_frames(&frame, end, kDepthMax).depth;
  });
  return depth;
}

TEST(StackBounds, KeepsAWalkOnItsStack) {
  std::thread([] { EXPECT_EQ(depth_of_a_chain_off_the_stack(false), 1U); }).join();
}

// The control: an end that is somebody else's.
TEST(StackBounds, FaultsWhenACoroutineIsTakenForTheThread) {
  EXPECT_EXIT(std::thread([] { depth_of_a_chain_off_the_stack(true); }).join(), testing::KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace heapreel::stacks
