// The functions of candidate.h.
#include "tools/tune/candidate.h"

#include <algorithm>
#include <fmt/format.h>

namespace heapreel::tune {
namespace {

// The entry of a variable that holds several knobs is continued, so that what was set before stays.
void put(std::vector<std::string>& entries, const std::string& variable, const std::string& part, char between) {
  for (std::string& entry : entries)
    if (entry.starts_with(variable + "=")) {
      entry += (entry.back() == '=' ? "" : std::string(1, between)) + part;
      return;
    }
  entries.push_back(variable + "=" + part);
}

void put(std::vector<std::string>& entries, const Setting& setting) {
  switch (setting.form) {
    case Form::kVariable:
      entries.push_back(setting.variable + "=" + setting.value);
      return;
    case Form::kMallocConf:
      return put(entries, setting.variable, setting.name + ":" + setting.value, ',');
    case Form::kGlibcTunable:
      return put(entries, setting.variable, "glibc.malloc." + setting.name + "=" + setting.value, ':');
  }
}

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=:,./+-@%";
  if (word.find_first_not_of(kPlain) == std::string::npos) return word;
  const size_t equals = word.find('=');
  std::string value;
  for (const char c : word.substr(equals + 1)) value += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word.substr(0, equals + 1) + "'" + value + "'";
}

bool sets(const Candidate& candidate, const std::string& name) {
  return std::ranges::find(candidate.settings, name, &Setting::name) != candidate.settings.end();
}

}  // namespace

std::string label(const Candidate& candidate) {
  std::string text = candidate.allocator;
  for (const Setting& setting : candidate.settings) text += fmt::format(" {}:{}", setting.name, setting.value);
  return text;
}

lab::AllocatorChoice applied(lab::AllocatorChoice allocator, const Candidate& candidate) {
  for (const Setting& setting : candidate.settings) put(allocator.settings, setting);
  allocator.name = label(candidate);
  return allocator;
}

std::vector<std::string> deploy_lines(const lab::AllocatorChoice& allocator) {
  std::vector<std::string> lines;
  if (!allocator.library.empty()) lines.push_back(quoted("LD_PRELOAD=" + allocator.library) + " \\");
  for (const std::string& entry : allocator.settings) lines.push_back(quoted(entry) + " \\");
  lines.emplace_back("./app");
  return lines;
}

std::vector<Candidate> single_settings(const std::vector<KnobSpec>& catalogue,
                                       const std::vector<std::string>& allocators,
                                       const std::vector<FixedKnob>& fixed) {
  std::vector<Candidate> singles;
  size_t values_most = 0;
  for (const KnobSpec& knob : catalogue) values_most = std::max(values_most, knob.values.size());
  for (size_t i = 0; i < values_most; ++i)
    for (const KnobSpec& knob : catalogue) {
      const bool wanted = std::ranges::find(allocators, knob.allocator) != allocators.end();
      const bool is_fixed = std::ranges::any_of(
          fixed, [&knob](const FixedKnob& it) { return it.allocator == knob.allocator && it.name == knob.name; });
      if (!wanted || is_fixed || i >= knob.values.size()) continue;
      singles.push_back({.allocator = std::string(knob.allocator),
                         .settings = {{.name = std::string(knob.name),
                                       .value = knob.values[i],
                                       .variable = std::string(knob.variable),
                                       .form = knob.form}}});
    }
  return singles;
}

std::vector<Candidate> combined(const Candidate& one, const Candidate& other) {
  if (one.allocator != other.allocator) return {};
  Candidate both = one;
  for (const Setting& setting : other.settings) {
    if (sets(one, setting.name)) return {};
    both.settings.push_back(setting);
  }
  // The same settings in another order are the same candidate.
  std::ranges::sort(both.settings, {}, &Setting::name);
  return {std::move(both)};
}

}  // namespace heapreel::tune
