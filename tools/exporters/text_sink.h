// Where an export's text goes: a file that appears when it is whole, or whatever the caller has (standard output).
#pragma once

#include <string_view>

#include "trace_format/base/file.h"

namespace heapreel::exporters {

class TextSink {
 public:
  virtual ~TextSink() = default;
  virtual base::Status write(std::string_view text) = 0;
  // False when nobody will see the rest: the export may stop.
  virtual bool wanted() const { return true; }
};

class FileSink final : public TextSink {
 public:
  explicit FileSink(base::OutputFile& file) : file_(&file) {}
  base::Status write(std::string_view text) override { return file_->write(base::as_bytes(text.data(), text.size())); }

 private:
  base::OutputFile* file_;
};

}  // namespace heapreel::exporters
