// The functions of process_files.h.
#include "recorder/observe/process_files.h"

#include <array>
#include <cerrno>
#include <climits>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "recorder/observe/proc_text.h"
#include "trace_format/base/ticks.h"

namespace heapreel::observe {
namespace {

using SmallText = std::array<char, 4096>;

// The text of a file of /proc that fits a buffer; empty once its process has gone.
std::string_view read_small(const base::Fd& fd, SmallText& buffer) {
  const ssize_t size = pread(fd.get(), buffer.data(), buffer.size(), 0);
  return {buffer.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

// stat after the command, which may hold anything, brackets and spaces too: from the state on.
std::string_view stat_fields(std::string_view stat) {
  const size_t close = stat.rfind(')');
  return close == std::string_view::npos ? std::string_view{} : stat.substr(close + 1);
}

// The process's CPU clock. It goes by number: the caller makes sure afterwards that the number was still its own.
std::optional<uint64_t> cpu_clock_ns(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return std::nullopt;
  return static_cast<uint64_t>(time.tv_sec) * base::kNsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

struct StatCounts {
  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;
  uint64_t user_ticks = 0;
  uint64_t system_ticks = 0;
};

// Fields 10 to 15 of proc(5): minflt cminflt majflt cmajflt utime stime.
std::optional<StatCounts> parse_counts(std::string_view fields) {
  for (int skipped = 3; skipped <= 9; ++skipped) take_word(fields);
  std::array<uint64_t, 6> numbers{};
  for (uint64_t& number : numbers) {
    const auto read = take_number(fields);
    if (!read) return std::nullopt;
    number = *read;
  }
  return StatCounts{numbers[0], numbers[2], numbers[4], numbers[5]};
}

}  // namespace

uint64_t page_bytes() {
  static const auto bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

base::Fd ProcessFiles::open_file(const std::string& name) const {
  return base::Fd(openat(folder_.get(), name.c_str(), O_RDONLY | O_CLOEXEC));
}

base::Result<ProcessFiles> ProcessFiles::open(pid_t pid) {
  ProcessFiles files(pid);
  const std::string path = fmt::format("/proc/{}", pid);
  files.folder_ = base::Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (files.folder_.valid()) files.stat_ = files.open_file("stat");
  if (!files.stat_.valid()) {
    base::Error error = base::system_error(fmt::format("cannot watch process {}", pid), errno);
    error.hint =
        errno == ENOENT ? "it has ended, or /proc is not mounted" : "it may belong to another user: try as root";
    return base::fail(std::move(error));
  }
  files.statm_ = files.open_file("statm");
  files.status_ = files.open_file("status");
  files.smaps_ = files.open_file("smaps");
  files.pagemap_ = files.open_file("pagemap");
  return files;
}

bool ProcessFiles::alive() const {
  SmallText buffer;
  std::string_view fields = stat_fields(read_small(stat_, buffer));
  const std::string_view state = take_word(fields);
  if (state.empty() || state == "X") return false;
  if (state != "Z") return true;
  for (int skipped = 4; skipped <= 19; ++skipped) take_word(fields);
  return take_number(fields).value_or(0) > 1;  // field 20 of proc(5), num_threads
}

void ProcessFiles::find_living_thread() {
  for (const ThreadSeen& thread : threads()) {
    base::Fd statm = open_file(fmt::format("task/{}/statm", thread.tid));
    base::Fd status = open_file(fmt::format("task/{}/status", thread.tid));
    std::swap(statm_, statm);
    std::swap(status_, status);
    if (memory()) return;
  }
}

bool ProcessFiles::same_image() const {
  if (!pagemap_.valid()) return true;
  uint64_t entry = 0;
  return read_pagemap(0, {&entry, 1}) == 1;
}

std::optional<MemoryReading> ProcessFiles::memory() const {
  SmallText buffer;
  std::string_view text = read_small(statm_, buffer);
  const auto size = take_number(text);
  const auto resident = take_number(text);
  const auto shared = take_number(text);
  if (!shared || *size == 0 || *resident < *shared) return std::nullopt;  // size 0: a zombie, or between two images
  return MemoryReading{(*resident - *shared) * page_bytes(), *shared * page_bytes()};
}

std::optional<StatusReading> ProcessFiles::status() const {
  SmallText buffer;
  const std::string_view text = read_small(status_, buffer);
  const auto file = number_of(text, "RssFile:");
  if (!file) return std::nullopt;
  return StatusReading{.rss_file_bytes = kib(*file),
                       .rss_shmem_bytes = kib(number_of(text, "RssShmem:").value_or(0)),
                       .swap_bytes = kib(number_of(text, "VmSwap:").value_or(0)),
                       .threads = number_of(text, "Threads:").value_or(0),
                       .huge_pages_disabled = number_of(text, "THP_enabled:").value_or(1) == 0};
}

std::optional<CpuReading> ProcessFiles::cpu() const {
  SmallText buffer;
  const auto total_ns = cpu_clock_ns(pid_);
  const auto counts = parse_counts(stat_fields(read_small(stat_, buffer)));
  if (!counts) return std::nullopt;
  const uint64_t ticks = counts->user_ticks + counts->system_ticks;
  const auto tick_ns = base::kNsPerSecond / static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  const uint64_t all_ns = total_ns.value_or(ticks * tick_ns);
  const uint64_t system_ns = ticks == 0 ? 0 : base::scale(all_ns, counts->system_ticks, ticks);
  return CpuReading{all_ns - system_ns, system_ns, counts->minor_faults, counts->major_faults};
}

size_t ProcessFiles::read_smaps(uint64_t& offset, std::span<char> into) const {
  const ssize_t size = pread(smaps_.get(), into.data(), into.size(), static_cast<off_t>(offset));
  if (size <= 0) return 0;
  offset += static_cast<uint64_t>(size);
  return static_cast<size_t>(size);
}

size_t ProcessFiles::read_pagemap(uint64_t first, std::span<uint64_t> into) const {
  const auto offset = static_cast<off_t>(first * sizeof(uint64_t));
  const ssize_t size = pread(pagemap_.get(), into.data(), into.size_bytes(), offset);
  return size > 0 ? static_cast<size_t>(size) / sizeof(uint64_t) : 0;
}

std::string ProcessFiles::text(const char* name) const {
  const base::Fd fd = open_file(name);
  std::string text;
  SmallText buffer;
  while (text.size() < size_t{1} << 22) {
    const ssize_t size = fd.valid() ? read(fd.get(), buffer.data(), buffer.size()) : 0;
    if (size <= 0) break;
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  return text;
}

std::vector<ThreadSeen> ProcessFiles::threads() const {
  std::vector<ThreadSeen> threads;
  const int fd = openat(folder_.get(), "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return threads;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(fdopendir(fd), closedir);
  if (folder == nullptr) {
    close(fd);
    return threads;
  }
  while (const dirent* entry = readdir(folder.get())) {
    std::string_view digits = entry->d_name;
    const auto tid = take_number(digits);
    if (!tid) continue;
    std::string name = text(fmt::format("task/{}/comm", *tid).c_str());
    if (name.ends_with('\n')) name.pop_back();
    if (!name.empty()) threads.push_back({static_cast<pid_t>(*tid), std::move(name)});
  }
  return threads;
}

std::string ProcessFiles::executable() const {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = readlinkat(folder_.get(), "exe", path.data(), path.size());
  return {path.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

std::vector<std::string> ProcessFiles::command() const {
  std::vector<std::string> words;
  const std::string joined = text("cmdline");
  for (size_t at = 0; at < joined.size();) {
    const size_t end = std::min(joined.find('\0', at), joined.size());
    words.push_back(joined.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace heapreel::observe
