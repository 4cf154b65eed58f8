#include "recorder/stacks/unwinder.h"

#include <dlfcn.h>

#include "recorder/ring/pool.h"

namespace heapreel::stacks {

bool Unwinder::load() {
  // RTLD_LOCAL: it exports a `backtrace` of its own, which must not take the place of libc's.
  void* const library = dlopen(ring::kUnwinderLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  backtrace_ = reinterpret_cast<Backtrace>(dlsym(library, "unw_backtrace"));
  if (backtrace_ == nullptr) return false;
  void* first[2];
  backtrace_(first, 2);
  return true;
}

}  // namespace heapreel::stacks
