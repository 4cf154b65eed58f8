// portray WORKLOAD [--events N] [--threads N] [--seed N] [--scale X] [NAME=VALUE...]
//
// Prints a workload's portrait: what one tunes it by. No test runs it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/workloads/portrait.h"

int main(int argc, char** argv) {
  heapreel::workloads::GenerateRequest request;
  for (int i = 1; i < argc; ++i) {
    const bool flag = std::strncmp(argv[i], "--", 2) == 0 && i + 1 < argc;
    const char* const value = flag ? argv[i + 1] : "";
    if (std::strcmp(argv[i], "--events") == 0) request.events = std::strtoull(value, nullptr, 10);
    if (std::strcmp(argv[i], "--threads") == 0)
      request.threads = static_cast<uint32_t>(std::strtoul(value, nullptr, 10));
    if (std::strcmp(argv[i], "--seed") == 0) request.seed = std::strtoull(value, nullptr, 10);
    if (std::strcmp(argv[i], "--scale") == 0) request.scale = std::strtod(value, nullptr);
    if (flag)
      ++i;
    else if (std::strchr(argv[i], '=') != nullptr)
      request.parameters.emplace_back(argv[i]);
    else
      request.workload = argv[i];
  }
  const auto production = heapreel::workloads::prepare(request);
  if (!production) {
    std::fprintf(stderr, "%s: %s\n%s\n", production.error().what.c_str(), production.error().why.c_str(),
                 production.error().hint.c_str());
    return 1;
  }
  std::fputs(in_words(heapreel::tests::portray(*production->stage)).c_str(), stdout);
  return 0;
}
