// The numbers a workload can be told, by name: what there is, what it means, and what was given.
//
// Values are checked against their bounds before a workload sees them; asking for a name that its spec lacks aborts.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trace_format/base/result.h"

namespace heapreel::workloads {

enum class ParameterKind : uint8_t {
  kCount,     // 1000, 10k
  kSize,      // bytes: 4096, 64K
  kDuration,  // 1.5s, 200us
  kShare,     // 0.25, 25%
  kNumber,    // 0.99
};

struct ParameterSpec {
  std::string_view name;
  ParameterKind kind = ParameterKind::kCount;
  std::string_view default_value = {};  // as a person would write it
  std::string_view help = {};           // what it is, and where the default comes from
  double least = 0;
  double most = 1e15;
};

class Parameters {
 public:
  // All at their defaults.
  explicit Parameters(std::span<const ParameterSpec> specs);

  // `assignment` is NAME=VALUE. The error of an unknown name lists what there is, the nearest first.
  base::Status set(std::string_view workload, std::string_view assignment);

  double number(std::string_view name) const;
  uint64_t count(std::string_view name) const { return static_cast<uint64_t>(number(name)); }  // and sizes, and ns
  // What was set, as NAME=VALUE in the order of names.
  std::vector<std::string> assignments() const;

 private:
  std::span<const ParameterSpec> specs_;
  std::map<std::string_view, double> values_;
  std::map<std::string_view, std::string> given_;
};

}  // namespace heapreel::workloads
