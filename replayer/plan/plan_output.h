// A file that gets its name when it is whole, and may be written at any place until then; without commit() it is gone.
#pragma once

#include <string>

#include "trace_format/base/file.h"

namespace heapreel::plan {

class PlanOutput {
 public:
  // Under a temporary name beside `path`.
  static base::Result<PlanOutput> create(const std::string& path);
  // Without a name at all, in TMPDIR.
  static base::Result<base::Fd> create_nameless();

  PlanOutput(PlanOutput&&) noexcept = default;
  PlanOutput& operator=(PlanOutput&&) noexcept = default;
  ~PlanOutput();

  const base::Fd& fd() const { return fd_; }
  // Replaces what has the name, and hands out the file.
  base::Result<base::Fd> commit();
  // Hands out the file without a name.
  base::Fd keep_nameless();

 private:
  void forget();
  PlanOutput(std::string path, std::string temporary, base::Fd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}

  std::string path_;
  std::string temporary_;
  base::Fd fd_;
};

}  // namespace heapreel::plan
