// The questions of version.h: each allocator has an interface of its own, looked up in its own file.
#include "replayer/runner/version.h"

#include <cstdio>
#include <cstring>
#include <gnu/libc-version.h>

#include "replayer/runner/own_function.h"

namespace heapreel::runner {
namespace {

bool write_jemalloc(measure::Board& board) {
  using Mallctl = int (*)(const char*, void*, size_t*, void*, size_t);
  const auto mallctl = own_function<Mallctl>(board, "mallctl");
  const char* version = nullptr;
  size_t bytes = sizeof version;
  if (mallctl == nullptr || mallctl("version", static_cast<void*>(&version), &bytes, nullptr, 0) != 0) return false;
  std::snprintf(board.version_text, sizeof board.version_text, "jemalloc %s", version);
  return true;
}

bool write_tcmalloc(measure::Board& board) {
  using Version = const char* (*)(int*, int*, const char**);
  const auto version = own_function<Version>(board, "tc_version");
  if (version == nullptr) return false;
  int major = 0;
  int minor = 0;
  const char* patch = "";
  std::snprintf(board.version_text, sizeof board.version_text, "%s", version(&major, &minor, &patch));
  return true;
}

bool write_mimalloc(measure::Board& board) {
  const auto version = own_function<int (*)()>(board, "mi_version");
  if (version == nullptr) return false;
  const int number = version();  // 209: 2.0.9
  std::snprintf(board.version_text, sizeof board.version_text, "mimalloc %d.%d.%d", number / 100, number / 10 % 10,
                number % 10);
  return true;
}

}  // namespace

void write_version(measure::Board& board) {
  // Last, as every library leads to the C library, too.
  if (write_jemalloc(board) || write_tcmalloc(board) || write_mimalloc(board)) return;
  const char* const slash = std::strrchr(board.library, '/');
  if (slash != nullptr && std::strcmp(slash + 1, "libc.so.6") == 0)
    std::snprintf(board.version_text, sizeof board.version_text, "glibc %s", gnu_get_libc_version());
}

}  // namespace heapreel::runner
