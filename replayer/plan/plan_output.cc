// The names of plan_output.h.
#include "replayer/plan/plan_output.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

#include "trace_format/base/unfinished.h"

namespace heapreel::plan {

base::Result<PlanOutput> PlanOutput::create(const std::string& path) {
  constexpr std::string_view kSuffix = ".part";
  std::string temporary = fmt::format("{}.XXXXXX{}", path, kSuffix);
  base::Fd fd(::mkostemps(temporary.data(), static_cast<int>(kSuffix.size()), O_CLOEXEC));
  const int error = errno;
  if (fd.valid()) {
    base::note_unfinished(temporary);
    return PlanOutput(path, std::move(temporary), std::move(fd));
  }
  return base::fail(base::system_error(fmt::format("cannot write {}", path), error));
}

base::Result<base::Fd> PlanOutput::create_nameless() {
  const char* const wanted = std::getenv("TMPDIR");
  std::string name = fmt::format("{}/heapreel-plan-XXXXXX", wanted != nullptr && *wanted != 0 ? wanted : "/tmp");
  base::Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (fd.valid()) {
    ::unlink(name.c_str());
    return fd;
  }
  base::Error error = base::system_error(fmt::format("cannot write {}", name), errno);
  error.hint = "set TMPDIR to a folder with room for the plan: 17 bytes for each event of the reel";
  return base::fail(std::move(error));
}

PlanOutput::~PlanOutput() {
  if (fd_.valid() && !temporary_.empty()) (void)keep_nameless();
}

base::Fd PlanOutput::keep_nameless() {
  ::unlink(temporary_.c_str());
  forget();
  return std::move(fd_);
}

base::Result<base::Fd> PlanOutput::commit() {
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    return base::fail(base::system_error(fmt::format("cannot write {}", path_), errno));
  forget();
  return std::move(fd_);
}

void PlanOutput::forget() {
  base::forget_unfinished(temporary_);
  temporary_.clear();
}

}  // namespace heapreel::plan
