// A failed search of the loader leaves a message for the program. The recorder makes searches of its own, and none of
// them may take the message away, nor free it unseen: here each form of operator new and delete is used for the first
// time between the failure and the question.
#include <cstring>
#include <dlfcn.h>
#include <new>

#include "truth.h"

namespace {

constexpr auto kAlign = std::align_val_t{64};

void use_plain_forms() {
  ::operator delete(truth_dies("delete", 0, 0, truth_born("new", 40, 0, ::operator new(40))));
  ::operator delete[](truth_dies("delete[]", 0, 0, truth_born("new[]", 41, 0, ::operator new[](41))));
  ::operator delete(truth_dies("delete_sized", 42, 0, truth_born("new", 42, 0, ::operator new(42))), 42);
  void* const quiet = truth_born("new_nothrow", 43, 0, ::operator new(43, std::nothrow));
  ::operator delete(truth_dies("delete_nothrow", 0, 0, quiet), std::nothrow);
}

void use_aligned_forms() {
  void* const aligned = truth_born("new_aligned", 128, 64, ::operator new(128, kAlign));
  ::operator delete(truth_dies("delete_aligned", 0, 64, aligned), kAlign);
  void* const sized = truth_born("new_aligned", 192, 64, ::operator new(192, kAlign));
  ::operator delete(truth_dies("delete_sized_aligned", 192, 64, sized), 192, kAlign);
}

}  // namespace

int main() {
  truth_open();
  truth_require(dlsym(RTLD_DEFAULT, "heapreel_no_such_function") == nullptr, "found what is not there");
  truth_fence_opens();
  for (int i = 0; i < 50; ++i) {
    use_plain_forms();
    use_aligned_forms();
  }
  truth_fence_closes();
  const char* const message = dlerror();
  truth_require(message != nullptr && std::strstr(message, "heapreel_no_such_function") != nullptr,
                "the message of the failed search is gone");
  return 0;
}
