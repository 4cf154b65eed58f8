// Bytes as a file that has a path but never touches a disk. The path holds as long as the object lives.
#pragma once

#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include "trace_format/base/file.h"

namespace heapreel::tests {

class MemoryFile {
 public:
  explicit MemoryFile(base::Bytes bytes) : fd_(::memfd_create("reel", MFD_CLOEXEC)) {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t put = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
      if (put <= 0) std::abort();
      done += static_cast<size_t>(put);
    }
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  base::Fd fd_;
};

}  // namespace heapreel::tests
