// Making the pool.
#include "recorder/collector/shared_pool.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "recorder/ring/chunk_list.h"

namespace heapreel::collector {
namespace {

base::Error no_pool(int sys_errno) {
  base::Error error = base::system_error("cannot make the shared memory for events", sys_errno);
  error.hint = sys_errno == EFBIG ? "`ulimit -f` is too small for it: raise it, the pool takes no disk space"
                                  : "`heapreel doctor` says what this machine lacks";
  return error;
}

// The limit is meant for files on a disk; memory that has a file's form must not fail by it if that can be helped.
bool resize(const base::Fd& fd, uint64_t bytes) {
  rlimit kept{};
  (void)getrlimit(RLIMIT_FSIZE, &kept);
  rlimit raised{.rlim_cur = kept.rlim_max, .rlim_max = kept.rlim_max};
  if (raised.rlim_max < bytes) raised = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  const bool is_raised = kept.rlim_cur < bytes && setrlimit(RLIMIT_FSIZE, &raised) == 0;
  const bool resized = ftruncate(fd.get(), static_cast<off_t>(bytes)) == 0;
  const int why = errno;
  if (is_raised) (void)setrlimit(RLIMIT_FSIZE, &kept);
  errno = why;
  return resized;
}

uint64_t random_number() {
  uint64_t number = 0;
  while (getrandom(&number, sizeof number, 0) != sizeof number) {
  }
  return number;
}

}  // namespace

base::Result<SharedPool> SharedPool::create(uint32_t large_chunks, const ring::PoolOptions& options) {
  base::Fd fd(memfd_create(ring::kPoolName, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd.valid()) return base::fail(no_pool(errno));
  const uint64_t bytes = ring::pool_bytes(large_chunks);
  if (!resize(fd, bytes)) return base::fail(no_pool(errno));
  // Nobody can shrink it under our feet.
  (void)fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  // A pool must be open to programs that change their user later, and then exec: the name is their key.
  (void)fchmod(fd.get(), 0666);
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd.get(), 0);
  if (memory == MAP_FAILED) return base::fail(no_pool(errno));
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return base::fail(no_pool(errno));
  auto* const header = static_cast<ring::PoolHeader*>(memory);
  header->magic = ring::kPoolMagic;
  header->version = ring::kPoolVersion;
  header->large_chunks = large_chunks;
  header->bytes = bytes;
  header->session = random_number();
  header->options = options;
  const ring::Pool pool{.header = header, .large_chunks = large_chunks};
  const ring::SessionName name{.session = header->session,
                               .pid = 0,
                               .fd = static_cast<uint64_t>(fd.get()),
                               .device = status.st_dev,
                               .inode = status.st_ino};
  return SharedPool(std::move(fd), pool, name);
}

SharedPool::SharedPool(base::Fd fd, ring::Pool pool, ring::SessionName name)
    : fd_(std::move(fd)), pool_(pool), name_(name) {}

SharedPool::SharedPool(SharedPool&& other) noexcept
    : fd_(std::move(other.fd_)), pool_(std::exchange(other.pool_, {})), name_(other.name_) {}

SharedPool::~SharedPool() {
  if (pool_.header != nullptr) munmap(pool_.header, ring::pool_bytes(pool_.large_chunks));
}

std::string SharedPool::session_text(int pid) const {
  ring::SessionName name = name_;
  name.pid = static_cast<uint64_t>(pid);
  char text[ring::kSessionTextBytes];
  return {text, ring::write_session(name, text)};
}

std::string SharedPool::socket_name() const { return fmt::format("{}{:x}", ring::kSocketPrefix, name_.session); }

void SharedPool::begin(bool paused) {
  header().recording.store(paused ? ring::Recording::kDormant : ring::Recording::kOn);
}

void SharedPool::give_back(uint32_t chunk) {
  pool_.chunk(chunk).state.store(ring::ChunkState::kFree, std::memory_order_relaxed);
  ring::push(pool_, chunk < pool_.large_chunks ? header().free_large : header().free_small, chunk);
}

}  // namespace heapreel::collector
