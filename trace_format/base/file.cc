// The functions of file.h.
#include "trace_format/base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace_format/base/unfinished.h"

namespace heapreel::base {
namespace {

tl::unexpected<Error> exists_already(const std::string& path) {
  return fail({.code = ErrorCode::kExists,
               .what = fmt::format("cannot write {}", path),
               .why = "the file exists",
               .hint = "give another name with -o, or --force to replace it"});
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string hint_for(int sys_errno) {
  switch (sys_errno) {
    case ENOENT:
      return "check the name, and the folder you are in";
    case ENOTDIR:
      return "a part of the path is a file, not a folder";
    case ENAMETOOLONG:
    case ELOOP:
      return "give another path";
    case EACCES:
    case EPERM:
      return "check the permissions of the file and its folder";
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write to another folder";
    case EFBIG:
      return "raise the limit on file sizes (`ulimit -f`), or write to another file system";
    case EROFS:
      return "write to another folder";
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (`ulimit -n`)";
    case EIO:
      return "the device failed: `dmesg` may say how; copy the file elsewhere and try again";
    default:
      return "`man 3 errno` explains the reason";
  }
}

// The error of an output that cannot be created: what is missing is its folder.
Error write_error(const std::string& path, int sys_errno) {
  Error error = system_error(fmt::format("cannot write {}", path), sys_errno);
  if (sys_errno == ENOENT) error.hint = fmt::format("make the folder first: `mkdir -p {}`", folder_of(path));
  return error;
}

constexpr unsigned kTemporaryNames = 16;  // a name may be taken: by a run that was killed, or by somebody's trap

std::string temporary_name(const std::string& path, unsigned attempt) {
  if (attempt == 0) return fmt::format("{}.{}.part", path, ::getpid());
  return fmt::format("{}.{}.{}.part", path, ::getpid(), attempt);
}

// Creates a file that did not exist before; nothing that lies under its name is followed or changed. It is noted before
// it appears: whoever sees it may send a signal at once, and must not find it left behind.
Fd create_temporary(const std::string& name, int& error) {
  struct stat status {};
  error = ::lstat(name.c_str(), &status) == 0 ? EEXIST : 0;
  if (error != 0) return {};
  note_unfinished(name);
  Fd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (fd.valid()) return fd;
  error = errno;
  forget_unfinished(name);
  return fd;
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Error system_error(std::string what, int sys_errno) {
  return {.code = ErrorCode::kIo,
          .what = std::move(what),
          .why = std::strerror(sys_errno),
          .hint = hint_for(sys_errno),
          .sys_errno = sys_errno};
}

Result<Fd> open_for_reading(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return fail(system_error(fmt::format("cannot open {}", path), errno));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(system_error(fmt::format("cannot read {}", path), errno));
  if (S_ISREG(status.st_mode)) return fd;
  const bool directory = S_ISDIR(status.st_mode);
  return fail({.code = ErrorCode::kIo,
               .what = fmt::format("cannot open {}", path),
               .why = directory ? "it is a directory" : "it is not a regular file",
               .hint = directory ? "name a file in it" : "save what comes from a pipe or device to a file first"});
}

Result<uint64_t> size_of(const Fd& fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(system_error(fmt::format("cannot read {}", path), errno));
  return static_cast<uint64_t>(status.st_size);
}

Result<size_t> read_at(const Fd& fd, uint64_t offset, std::span<uint8_t> into, const std::string& path) {
  size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::pread(fd.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error(fmt::format("cannot read {}", path), errno));
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

Result<Buffer> read_file(const std::string& path, uint64_t bytes_max) {
  auto fd = open_for_reading(path);
  if (!fd) return fail(std::move(fd).error());
  const auto size = size_of(*fd, path);
  if (!size) return fail(size.error());
  if (*size > bytes_max)
    return over_limit(fmt::format("cannot read {}", path), fmt::format("{} bytes, the limit is {}", *size, bytes_max));
  Buffer buffer(*size);
  const auto got = read_at(*fd, 0, buffer, path);
  if (!got) return fail(got.error());
  buffer.resize(*got);
  return buffer;
}

Status refuse_same_file(const std::string& input, const std::string& output) {
  struct stat from {};
  struct stat to {};
  if (::stat(input.c_str(), &from) != 0 || ::stat(output.c_str(), &to) != 0) return {};
  if (from.st_dev != to.st_dev || from.st_ino != to.st_ino) return {};
  return fail({.code = ErrorCode::kExists,
               .what = fmt::format("cannot write {}", output),
               .why = "it is the input",
               .hint = "give another name with -o; the input is never changed"});
}

OutputFile::OutputFile(std::string path, std::string temporary, Fd fd, bool overwrite)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)), overwrite_(overwrite) {}

Result<OutputFile> OutputFile::create(const std::string& path, bool overwrite) {
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    const bool directory = S_ISDIR(status.st_mode);
    return fail({.code = ErrorCode::kIo,
                 .what = fmt::format("cannot write {}", path),
                 .why = directory ? "it is a directory" : "it is not a regular file",
                 .hint = directory ? "name a file in it" : "name a file that does not exist yet"});
  }
  if (exists && !overwrite) return exists_already(path);
  int error = EEXIST;
  for (unsigned attempt = 0; error == EEXIST && attempt < kTemporaryNames; ++attempt) {
    std::string temporary = temporary_name(path, attempt);
    Fd fd = create_temporary(temporary, error);
    if (fd.valid()) return OutputFile(path, std::move(temporary), std::move(fd), overwrite);
  }
  return fail(write_error(path, error));
}

OutputFile::~OutputFile() {
  if (!fd_.valid() || temporary_.empty()) return;
  ::unlink(temporary_.c_str());
  forget_unfinished(temporary_);
}

Status OutputFile::write(Bytes bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail(system_error(fmt::format("cannot write {}", path_), errno));
    done += static_cast<size_t>(put);
  }
  written_ += bytes.size();
  return {};
}

void OutputFile::take_back(uint64_t bytes) {
  (void)::lseek(fd_.get(), static_cast<off_t>(bytes), SEEK_SET);
  (void)::ftruncate(fd_.get(), static_cast<off_t>(bytes));
  written_ = reserved_ = bytes;
}

// A piece at a time, so that a block seldom asks; on the last stretch of a full disk, exactly what is needed.
Status OutputFile::reserve(uint64_t bytes) {
  constexpr uint64_t kStrideBytes = 1 << 20;
  const uint64_t wanted = written_ + bytes;
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && wanted > limit.rlim_cur)
    return fail(system_error(fmt::format("cannot write {}", path_), EFBIG));
  if (wanted <= reserved_) return {};
  for (const uint64_t end : {wanted + kStrideBytes, wanted}) {
    const uint64_t from = std::max(written_, reserved_);
    if (::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(from), static_cast<off_t>(end - from)) == 0) {
      reserved_ = end;
      return {};
    }
    if (errno != ENOSPC && errno != EDQUOT) return {};  // not a file system that promises
  }
  return fail(system_error(fmt::format("cannot write {}", path_), errno));
}

Status OutputFile::commit() {
  if (reserved_ > written_) (void)::ftruncate(fd_.get(), static_cast<off_t>(written_));
  if (::fsync(fd_.get()) != 0 && errno != EINVAL && errno != EROFS)
    return fail(system_error(fmt::format("cannot write {}", path_), errno));
  // link() refuses an existing name, where rename() would silently replace what appeared since create().
  const int put = overwrite_ ? ::rename(temporary_.c_str(), path_.c_str()) : ::link(temporary_.c_str(), path_.c_str());
  if (put != 0 && errno == EEXIST) return exists_already(path_);
  if (put != 0) {
    // Some file systems know no hard links.
    if (overwrite_ || ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0)
      return fail(system_error(fmt::format("cannot write {}", path_), errno));
  } else if (!overwrite_) {
    ::unlink(temporary_.c_str());
  }
  forget_unfinished(temporary_);
  temporary_.clear();
  return {};
}

}  // namespace heapreel::base
