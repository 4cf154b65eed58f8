// One piece of advice: what was found, the figures it rests on, from where on it is told, and what may be done. Plain
// values; advice.h makes them.
#pragma once

#include <string>
#include <vector>

namespace heapreel::advice {

enum class Severity {
  kAct,       // measured here, can be claimed, and worth the change
  kConsider,  // the cause is measured; what the change brings has to be
  kNote,      // worth knowing
};
const char* name_of(Severity severity);

struct Evidence {
  std::string name{};
  double value = 0;
  std::string unit{};  // "bytes", "ns", "s", "count", "share" (of 1), "ratio", "per hour"
};

struct Finding {
  std::string id{};
  Severity severity = Severity::kNote;
  std::string title{};
  std::vector<Evidence> evidence{};
  std::string threshold{};
  std::string meaning{};
  std::string action{};
  std::vector<std::string> allocators{};  // that it concerns; none: the program itself
};

}  // namespace heapreel::advice
