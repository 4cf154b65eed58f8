// The settings worth trying: for each allocator its knobs, the values that are tried in place of the default, and why.
//
// Data. Names and ranges are those of the packaged versions (jemalloc 5.3, gperftools 2.10, mimalloc 2.0.9, glibc
// 2.36); a version that has them otherwise is noticed, as each setting is read back before it is measured. Absent:
// knobs that trade safety for speed, and those that only print or check.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapreel::tune {

// How a knob gets into an environment.
enum class Form : uint8_t {
  kVariable,     // VARIABLE=value
  kMallocConf,   // MALLOC_CONF=knob:value,...
  kGlibcTunable  // GLIBC_TUNABLES=glibc.malloc.knob=value:...
};

struct KnobSpec {
  std::string_view allocator;
  std::string_view name;      // as the environment has it
  std::string_view variable;  // whose value it is, or a part of it
  Form form;
  std::vector<std::string> values;  // the most promising first
  std::string_view why;
};

// `processors`: some values are as many as there are.
std::vector<KnobSpec> catalogue(unsigned processors);

}  // namespace heapreel::tune
