// What to paste where: the library and settings of an allocator as lines for a shell, a service, a container.
#include <fmt/format.h>

#include "replayer/lab/find_allocators.h"
#include "tools/verdict/words.h"

namespace heapreel::verdict {
namespace {

bool is_libc(const lab::AllocatorResult& allocator) { return allocator.library.find("/libc.so") != std::string::npos; }

std::string package_of(const std::string& library) {
  for (const lab::KnownAllocator& known : lab::known_allocators())
    if (!known.library.empty() && library.find("/" + std::string(known.library)) != std::string::npos)
      return std::string(known.package);
  return {};
}

// In double quotes where the shell would split or read it otherwise.
std::string for_shell(const std::string& entry) {
  constexpr std::string_view kPlain = "/._-+=:,@%";
  for (const char c : entry)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && kPlain.find(c) == std::string_view::npos) {
      std::string escaped;
      for (const char one : entry) {
        if (one == '"' || one == '\\' || one == '$' || one == '`') escaped += '\\';
        escaped += one;
      }
      const size_t equals = escaped.find('=');
      return escaped.substr(0, equals + 1) + '"' + escaped.substr(equals + 1) + '"';
    }
  return entry;
}

}  // namespace

Deployment deployment_of(const lab::AllocatorResult& allocator) {
  Deployment deployment{.name = allocator.name};
  if (!is_libc(allocator) && !allocator.library.empty()) {
    deployment.package = package_of(allocator.library);
    deployment.environment.push_back("LD_PRELOAD=" + allocator.library);
  }
  for (const std::string& setting : allocator.settings) deployment.environment.push_back(setting);
  return deployment;
}

std::vector<Paste> pastes(const Deployment& deployment) {
  std::string shell, service, container;
  for (const std::string& entry : deployment.environment) {
    shell += for_shell(entry) + " \\\n  ";
    service += fmt::format("Environment={}\n", for_shell(entry));
    container += fmt::format("ENV {}\n", for_shell(entry));
  }
  shell += "./app";
  if (!deployment.package.empty()) {
    shell = fmt::format("apt-get install {}\n", deployment.package) + shell;
    container = fmt::format("RUN apt-get update && apt-get install -y {}\n", deployment.package) + container;
  }
  return {{"shell", shell}, {"systemd", service}, {"container", container}};
}

}  // namespace heapreel::verdict
