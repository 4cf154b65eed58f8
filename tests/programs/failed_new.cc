// Operator new that fails: by bad_alloc, by null, through a new_handler that throws, that jumps away, and that frees a
// reserve so that the second try succeeds. What follows each failure must be recorded as rightly as what came before.
#include <csetjmp>
#include <new>

#include "truth.h"

namespace {

struct Refusal {};

jmp_buf g_way_out;
void* g_reserve;
std::size_t g_jumps;                // not a local: those are lost in the jump
std::size_t g_huge = SIZE_MAX / 4;  // not a constant, so that the compiler has no opinion on it

// One more ordinary pair, of a size that tells which failure it came after.
void ordinary(std::size_t size) {
  void* block = truth_born("new", size, 0, ::operator new(size));
  ::operator delete(truth_dies("delete_sized", size, 0, block), size);
  truth_free(truth_malloc(size + 1));
}

template <class Exception, class Call>
void throws(const char* kind, uint32_t align, Call call) {
  bool thrown = false;
  try {
    call();
  } catch (const Exception&) {
    thrown = true;
  }
  truth_require(thrown, "operator new did not throw");
  truth_born(kind, g_huge, align, nullptr);
}

// Libstdc++ throws an exception object, which it gets from malloc itself: outside what is compared.
void bad_allocs() {
  for (std::size_t i = 0; i < 50; ++i) {
    throws<std::bad_alloc>("new", 0, [] { (void)::operator new(g_huge); });
    ordinary(200 + 2 * i);
    throws<std::bad_alloc>("new[]", 0, [] { (void)::operator new[](g_huge); });
    throws<std::bad_alloc>("new_aligned", 64, [] { (void)::operator new (g_huge, std::align_val_t{64}); });
    ordinary(400 + 2 * i);
  }
}

void null_results() {
  for (std::size_t i = 0; i < 50; ++i) {
    truth_born("new_nothrow", g_huge, 0, ::operator new(g_huge, std::nothrow));
    truth_born("new[]_nothrow", g_huge, 0, ::operator new[](g_huge, std::nothrow));
    ordinary(600 + 2 * i);
  }
}

void throwing_handler() {
  std::set_new_handler([] { throw Refusal(); });
  throws<Refusal>("new", 0, [] { (void)::operator new(g_huge); });
  std::set_new_handler(nullptr);
  ordinary(800);
}

// No destructor lies between the jump and its target, so it is well defined.
void jumping_handler() {
  std::set_new_handler([] { longjmp(g_way_out, 1); });  // NOLINT(modernize-avoid-setjmp-longjmp)
  for (g_jumps = 0; g_jumps < 50; ++g_jumps) {
    if (setjmp(g_way_out) == 0) {  // NOLINT(cert-err52-cpp)
      (void)::operator new(g_huge);
      truth_require(0, "the handler did not jump");
    }
    truth_free(truth_malloc(900 + g_jumps));
  }
  std::set_new_handler(nullptr);
}

// The reserve is freed inside operator new: a call within a call, which an outermost-only record leaves out or keeps.
void helpful_handler() {
  g_reserve = std::malloc(333333);
  std::set_new_handler([] {
    std::free(g_reserve);
    g_huge = 0;
    std::set_new_handler(nullptr);
  });
  const std::size_t asked = g_huge;
  bool thrown = false;
  try {
    (void)::operator new(asked);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  truth_require(thrown, "half of the address space was given");
  truth_figure("reserve", 333333);
}

}  // namespace

int main() {
  truth_open();
  truth_fence_opens();
  bad_allocs();
  null_results();
  throwing_handler();
  truth_fence_closes();
  truth_thread = 1;
  truth_fence_opens();
  jumping_handler();
  truth_fence_closes();
  helpful_handler();
  truth_thread = 2;
  truth_fence_opens();
  ordinary(1000);
  truth_fence_closes();
  return 0;
}
