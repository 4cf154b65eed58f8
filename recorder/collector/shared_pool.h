// The collector's side of the pool: makes it, hands out its name, gives chunks back.
#pragma once

#include <span>
#include <string>

#include "recorder/ring/pool.h"
#include "recorder/ring/session.h"
#include "trace_format/base/file.h"

namespace heapreel::collector {

class SharedPool {
 public:
  static base::Result<SharedPool> create(uint32_t large_chunks, const ring::PoolOptions& options);
  SharedPool(SharedPool&& other) noexcept;
  SharedPool& operator=(SharedPool&&) = delete;
  ~SharedPool();

  const ring::Pool& pool() const { return pool_; }
  ring::PoolHeader& header() const { return *pool_.header; }
  uint64_t inode() const { return name_.inode; }
  int fd() const { return fd_.get(); }

  // What stands in the environment of a traced process; `pid` is whose descriptors hold the pool.
  std::string session_text(int pid) const;
  // The name of the abstract socket that hands out the pool, without its leading 0.
  std::string socket_name() const;

  // From here on, events are written; before the first process maps the pool.
  void begin(bool paused);

  // Gives an emptied chunk to those who write.
  void give_back(uint32_t chunk);

 private:
  SharedPool(base::Fd fd, ring::Pool pool, ring::SessionName name);

  base::Fd fd_;
  ring::Pool pool_;
  ring::SessionName name_;
};

}  // namespace heapreel::collector
