// The functions of process_limits.h.
#include "recorder/observe/process_limits.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "recorder/observe/proc_text.h"

namespace heapreel::observe {
namespace {

constexpr size_t kNameColumns = 25;  // fs/proc/base.c, proc_pid_limits: "%-25s %-20s %-20s %-10s\n"

std::optional<uint64_t> take_limit(std::string_view& row) {
  std::string_view word = take_word(row);
  if (word == "unlimited") return kNoLimit;
  return take_number(word);
}

std::optional<uint64_t> read_limit_file(const std::string& path) {
  const base::Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char buffer[64];
  const ssize_t size = fd.valid() ? read(fd.get(), buffer, sizeof buffer) : 0;
  std::string_view text(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  return take_number(text);  // "max" is no number
}

}  // namespace

std::vector<reel::proto::Limit> parse_limits(std::string_view text) {
  std::vector<reel::proto::Limit> limits;
  take_line(text);  // the heads
  while (!text.empty()) {
    std::string_view row = take_line(text);
    if (row.size() <= kNameColumns) continue;
    std::string_view name = row.substr(0, kNameColumns);
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    row.remove_prefix(kNameColumns);
    const auto soft = take_limit(row);
    const auto hard = take_limit(row);
    if (name.empty() || !soft || !hard) continue;
    reel::proto::Limit& limit = limits.emplace_back();
    limit.set_name(std::string(name));
    limit.set_soft(*soft);
    limit.set_hard(*hard);
  }
  return limits;
}

MemoryGroup parse_memory_group(std::string_view text, const std::string& root) {
  MemoryGroup unified;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const size_t first = line.find(':');
    const size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    if (controllers == "memory") return {root + "/memory" + path, root + "/memory", "memory.limit_in_bytes"};
    if (controllers.empty() && line.starts_with("0:")) unified = {root + path, root, "memory.max"};
  }
  return unified;
}

std::optional<uint64_t> memory_limit_bytes(const MemoryGroup& group) {
  constexpr uint64_t kAsGoodAsNone = uint64_t{1} << 62;  // version 1 says 2^63 less a page
  std::optional<uint64_t> least;
  std::string folder = group.folder;
  while (!folder.empty() && folder.size() >= group.root.size()) {
    const auto limit = read_limit_file(folder + "/" + group.limit);
    if (limit && *limit < kAsGoodAsNone) least = std::min(least.value_or(kNoLimit), *limit);
    folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
  }
  return least;
}

LimitsInForce read_limits(const ProcessFiles& files) {
  LimitsInForce limits;
  limits.limits = parse_limits(files.text("limits"));
  const MemoryGroup group = parse_memory_group(files.text("cgroup"), "/sys/fs/cgroup");
  limits.cgroup_memory_bytes = memory_limit_bytes(group).value_or(0);
  if (const auto status = files.status()) limits.huge_pages_disabled = status->huge_pages_disabled;
  return limits;
}

void write_limits(const LimitsInForce& limits, reel::proto::Process& process) {
  process.mutable_limits()->Assign(limits.limits.begin(), limits.limits.end());
  process.set_cgroup_memory_bytes(limits.cgroup_memory_bytes);
  process.set_huge_pages_disabled(limits.huge_pages_disabled);
}

}  // namespace heapreel::observe
