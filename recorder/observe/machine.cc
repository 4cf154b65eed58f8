// The functions of machine.h.
#include "recorder/observe/machine.h"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "recorder/observe/process_files.h"

namespace heapreel::observe {
namespace {

// "always [madvise] never" becomes "madvise".
std::string chosen_of(const char* path) {
  const base::Fd fd(open(path, O_RDONLY | O_CLOEXEC));
  char buffer[256];
  const ssize_t size = fd.valid() ? read(fd.get(), buffer, sizeof buffer) : 0;
  const std::string_view text(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  const size_t open_at = text.find('[');
  const size_t close_at = text.find(']');
  if (open_at == std::string_view::npos || close_at == std::string_view::npos || close_at < open_at) return {};
  return std::string(text.substr(open_at + 1, close_at - open_at - 1));
}

// Those we may run on: a container or taskset may leave fewer than there are.
uint32_t usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<uint32_t>(CPU_COUNT(&set));
  return static_cast<uint32_t>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace

reel::proto::Machine read_machine() {
  reel::proto::Machine machine;
  machine.set_page_bytes(static_cast<uint32_t>(page_bytes()));
  machine.set_cpus(usable_cpus());
  if (utsname names{}; uname(&names) == 0) {
    machine.set_architecture(names.machine);
    machine.set_kernel(std::string(names.sysname) + " " + names.release);
  }
  if (struct sysinfo sizes{}; sysinfo(&sizes) == 0) {
    machine.set_memory_bytes(uint64_t{sizes.totalram} * sizes.mem_unit);
    machine.set_swap_bytes(uint64_t{sizes.totalswap} * sizes.mem_unit);
  }
  machine.set_transparent_huge_pages(chosen_of("/sys/kernel/mm/transparent_hugepage/enabled"));
  machine.set_libc(std::string("glibc ") + gnu_get_libc_version());
  return machine;
}

}  // namespace heapreel::observe
