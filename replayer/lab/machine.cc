// Facts from /proc and from what the recorder's doctor knows.
#include "replayer/lab/machine.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "recorder/target/host.h"
#include "replayer/lab/run.h"

namespace heapreel::lab {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return {};
}

}  // namespace

double load_now() {
  double loads[1];
  return ::getloadavg(loads, 1) == 1 ? loads[0] : -1;
}

MachineFacts look_at_machine() {
  const target::Host host = target::look_at_host("/");
  MachineFacts facts;
  facts.cpu = cpu_model();
  facts.cores = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN));
  facts.kernel = host.kernel;
  facts.libc = "glibc " + host.glibc;
  facts.huge_pages = host.huge_pages;
  facts.page_bytes = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  facts.memory_bytes = static_cast<uint64_t>(::sysconf(_SC_PHYS_PAGES)) * facts.page_bytes;
  facts.ticks_per_second = ticks_per_second();
  facts.load_before = load_now();
  facts.has_hardware_counters = host.has_hardware_counters;
  return facts;
}

}  // namespace heapreel::lab
