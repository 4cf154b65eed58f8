// What `heapreel doctor` looks at: the machine, the shim, and the program that is named, each a list of findings.
#pragma once

#include <string>
#include <vector>

#include "recorder/target/verdict.h"

namespace heapreel::commands {

struct DoctorSection {
  std::string name;   // "machine", "recorder", "program"
  std::string title;  // its heading
  target::Findings findings;
};

struct DoctorReport {
  std::vector<DoctorSection> sections;
  // What the program must be started with (verdict.h).
  std::vector<std::pair<std::string, std::string>> environment;

  target::Level worst() const;
};

// Whether the recorder's library is there and fit for use.
target::Findings findings_of_shim();

std::string doctor_text(const DoctorReport& report, size_t width, bool colour);
std::string doctor_json(const DoctorReport& report);

}  // namespace heapreel::commands
