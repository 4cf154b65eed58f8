// An allocator with some of its knobs set: what a search tries, and what can be deployed.
//
// Plain values; which library and runner it is stands in the lab's AllocatorChoice that it is applied to. A candidate
// without settings is the allocator's default, and what all others of that allocator are held against.
#pragma once

#include "replayer/lab/run.h"
#include "tools/tune/catalogue.h"

namespace heapreel::tune {

struct Setting {
  std::string name{};
  std::string value{};
  std::string variable{};
  Form form = Form::kVariable;
  friend bool operator==(const Setting&, const Setting&) = default;
};

struct Candidate {
  std::string allocator{};
  std::vector<Setting> settings{};  // of different knobs

  bool is_default() const { return settings.empty(); }
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// "jemalloc", "jemalloc narenas:1 thp:always".
std::string label(const Candidate& candidate);

// The allocator under these settings, beside those it has. Its name becomes the label.
lab::AllocatorChoice applied(lab::AllocatorChoice allocator, const Candidate& candidate);

// What to put before the program's name in a shell, a line for each variable; the last line ends in "./app".
std::vector<std::string> deploy_lines(const lab::AllocatorChoice& allocator);

// Each value of each knob alone, of the named allocators. First the first value of every knob, then the second ones,
// so that a list that is cut has something of all. Knobs that `fixed` (names) holds for an allocator are left out.
struct FixedKnob {
  std::string allocator{};
  std::string name{};
};
std::vector<Candidate> single_settings(const std::vector<KnobSpec>& catalogue,
                                       const std::vector<std::string>& allocators, const std::vector<FixedKnob>& fixed);

// All settings of both; nothing if they set the same knob, or are of different allocators.
std::vector<Candidate> combined(const Candidate& one, const Candidate& other);

}  // namespace heapreel::tune
