// The functions of describe_process.h.
#include "recorder/collector/describe_process.h"

#include <array>
#include <climits>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder/collector/allocator_name.h"
#include "recorder/observe/machine.h"
#include "recorder/observe/process_limits.h"
#include "recorder/observe/reference_run.h"
#include "trace_format/base/ticks.h"

namespace heapreel::collector {
namespace {

constexpr size_t kEnvironmentBytesMax = size_t{1} << 20;

std::vector<std::string> environment_of(const observe::ProcessFiles& files) {
  std::vector<std::string> entries;
  const std::string text = files.text("environ").substr(0, kEnvironmentBytesMax);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\0', at), text.size());
    entries.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return observe::without_recorder(entries);
}

// From the file, never through the name service: that may ask a network, and wait. The number, if it is not there.
std::string user_of(int pid) {
  struct stat status {};
  if (stat(fmt::format("/proc/{}", pid).c_str(), &status) != 0) return {};
  const std::string number = std::to_string(status.st_uid);
  std::ifstream users("/etc/passwd");
  for (std::string line; std::getline(users, line);) {
    const size_t name_end = line.find(':');
    const size_t id = line.find(':', name_end == std::string::npos ? name_end : name_end + 1);
    if (id != std::string::npos && line.compare(id + 1, number.size() + 1, number + ":") == 0)
      return line.substr(0, name_end);
  }
  return number;
}

std::string link_target(const std::string& path) {
  std::array<char, PATH_MAX> target;
  const ssize_t bytes = readlink(path.c_str(), target.data(), target.size());
  return bytes > 0 ? std::string(target.data(), static_cast<size_t>(bytes)) : std::string();
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

int64_t started_unix_ns(uint64_t start, const SessionClock& clock) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const uint64_t stamp = clock.now();
  const uint64_t age_ns = base::ticks_to_ns(stamp > start ? stamp - start : 0, clock.ticks_per_second());
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec - static_cast<int64_t>(age_ns);
}

}  // namespace

void describe_process(const ProcessFacts& facts, const SessionClock& clock, reel::proto::Metadata& shared,
                      reel::proto::PrivateMetadata& confidential) {
  shared.mutable_producer()->set_version(facts.producer_version);
  *shared.mutable_machine() = observe::read_machine();
  confidential.set_host(host_name());
  confidential.set_started_unix_ns(started_unix_ns(facts.start, clock));
  const auto files = observe::ProcessFiles::open(facts.pid);
  if (!files) return;
  observe::write_limits(observe::read_limits(*files), *shared.mutable_processes(0));
  const std::vector<std::string> environment = environment_of(*files);
  *shared.mutable_allocator() = allocator_of(facts.pid, facts.malloc_address, environment);
  for (const std::string& entry : environment) confidential.add_environment(entry);
  confidential.set_user(user_of(facts.pid));
  confidential.set_working_directory(link_target(fmt::format("/proc/{}/cwd", facts.pid)));
}

std::string thread_name_of(int pid, uint32_t tid) {
  std::ifstream file(fmt::format("/proc/{}/task/{}/comm", pid, tid));
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace heapreel::collector
