// Files by descriptor: opening, positioned reads, and outputs that appear under their final name only when complete.
//
// Every failure becomes an Error with the path and errno text. Nothing here throws.
#pragma once

#include <string>
#include <utility>

#include "trace_format/base/bytes.h"
#include "trace_format/base/result.h"

namespace heapreel::base {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// The Error of a failed system call; `what` is for example "cannot open app.reel".
Error system_error(std::string what, int sys_errno);

// Opens a regular file for reading; directories and devices are refused with a hint.
Result<Fd> open_for_reading(const std::string& path);

Result<uint64_t> size_of(const Fd& fd, const std::string& path);

// Reads up to `into.size()` bytes at `offset`; fewer only at the end of the file. Returns how many.
Result<size_t> read_at(const Fd& fd, uint64_t offset, std::span<uint8_t> into, const std::string& path);

// Reads a whole file of at most `bytes_max`.
Result<Buffer> read_file(const std::string& path, uint64_t bytes_max);

// An error if both names lead to one file: an output must not take its input's place, even where it may overwrite.
Status refuse_same_file(const std::string& input, const std::string& output);

// An output file. It is written under a temporary name in the same folder and gets its final name in commit(); without
// commit() the destructor removes it, and on a signal remove_unfinished() does (unfinished.h). An existing file is
// refused unless `overwrite`, again at commit.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path, bool overwrite);
  OutputFile(OutputFile&&) noexcept = default;
  OutputFile& operator=(OutputFile&&) noexcept = default;
  ~OutputFile();

  Status write(Bytes bytes);
  uint64_t written() const { return written_; }
  const std::string& path() const { return path_; }
  // It will get this name instead, in the same folder.
  void set_path(std::string path) { path_ = std::move(path); }
  // Where it is written until commit().
  const std::string& temporary() const { return temporary_; }
  // Sees to it that `bytes` more can be written, where the file system can promise that.
  Status reserve(uint64_t bytes);
  // Forgets what was written after the first `bytes`, also what a failed write left behind.
  void take_back(uint64_t bytes);
  // Flushes to disk and gives the file its name.
  Status commit();

 private:
  OutputFile(std::string path, std::string temporary, Fd fd, bool overwrite);

  std::string path_;
  std::string temporary_;
  Fd fd_;
  bool overwrite_ = false;
  uint64_t written_ = 0;
  uint64_t reserved_ = 0;  // the file has room up to here
};

}  // namespace heapreel::base
