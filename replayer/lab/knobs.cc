// The functions of knobs.h.
#include "replayer/lab/knobs.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace heapreel::lab {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kGlibcPrefix = "glibc.malloc.";

// The C library's variables from before there were tunables.
constexpr std::pair<std::string_view, std::string_view> kGlibcVariables[] = {
    {"MALLOC_ARENA_MAX", "arena_max"},
    {"MALLOC_ARENA_TEST", "arena_test"},
    {"MALLOC_MMAP_MAX_", "mmap_max"},
    {"MALLOC_MMAP_THRESHOLD_", "mmap_threshold"},
    {"MALLOC_TRIM_THRESHOLD_", "trim_threshold"},
    {"MALLOC_TOP_PAD_", "top_pad"}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

void put(Pairs& pairs, std::string name, std::string value) {
  const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
  if (found == pairs.end())
    pairs.emplace_back(std::move(name), std::move(value));
  else
    found->second = std::move(value);
}

// "a:1,b:2" and "a=1:b=2".
void put_list(Pairs& pairs, const std::string& list, char between, char equals, std::string_view prefix) {
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, between);) {
    const size_t at = part.find(equals);
    if (at == std::string::npos || !part.starts_with(prefix)) continue;
    put(pairs, part.substr(prefix.size(), at - prefix.size()), part.substr(at + 1));
  }
}

// jemalloc takes the logarithm of a size that it names whole.
void say_in_bytes(Pairs& pairs) {
  const auto found = std::ranges::find(pairs, "lg_tcache_max", &Pairs::value_type::first);
  if (found == pairs.end()) return;
  const unsigned long log2 = std::strtoul(found->second.c_str(), nullptr, 10);
  if (log2 < 48) *found = {"tcache_max", std::to_string(1UL << log2)};
}

// Takes 64, 64K, 64MiB, as mimalloc does, to what it says of it: KiB.
std::string in_kib(const std::string& text) {
  char* end = nullptr;
  const unsigned long long number = std::strtoull(text.c_str(), &end, 10);
  const char unit = static_cast<char>(std::toupper(static_cast<unsigned char>(*end)));
  if (end == text.c_str()) return text;
  return std::to_string(unit == 'K'   ? number
                        : unit == 'M' ? number << 10
                        : unit == 'G' ? number << 20
                                      : (number + 1023) / 1024);
}

void put_variable(Pairs& pairs, const std::string& variable, const std::string& value) {
  constexpr std::string_view kTcmalloc = "TCMALLOC_", kMimalloc = "MIMALLOC_";
  if (variable == "MALLOC_CONF") put_list(pairs, value, ',', ':', "");
  if (variable == "GLIBC_TUNABLES") put_list(pairs, value, ':', '=', kGlibcPrefix);
  for (const auto& [name, knob] : kGlibcVariables)
    if (variable == name) put(pairs, std::string(knob), value);
  if (variable.starts_with(kTcmalloc)) put(pairs, lower(std::string_view(variable).substr(kTcmalloc.size())), value);
  if (variable.starts_with(kMimalloc)) {
    std::string name = lower(std::string_view(variable).substr(kMimalloc.size()));
    const bool is_size = name == "reserve_os_memory";
    put(pairs, std::move(name), is_size ? in_kib(value) : value);
  }
}

std::string as_word(std::string_view text) {
  const std::string word = lower(text);
  for (const char* yes : {"true", "yes", "on", "t", "y"})
    if (word == yes) return "1";
  for (const char* no : {"false", "no", "off", "f", "n"})
    if (word == no) return "0";
  return word;
}

bool as_number(const std::string& word, double& number) {
  char* end = nullptr;
  number = static_cast<double>(std::strtoll(word.c_str(), &end, 0));
  if (end != word.c_str() && *end == '\0') return true;
  number = std::strtod(word.c_str(), &end);
  return end != word.c_str() && *end == '\0';
}

}  // namespace

Pairs asked_of(const std::vector<std::string>& settings) {
  Pairs pairs;
  for (const std::string& setting : settings)
    if (const size_t equals = setting.find('='); equals != std::string::npos)
      put_variable(pairs, setting.substr(0, equals), setting.substr(equals + 1));
  say_in_bytes(pairs);
  return pairs;
}

bool same_value(std::string_view asked, std::string_view value) {
  const std::string a = as_word(asked);
  const std::string b = as_word(value);
  double x = 0, y = 0;
  return a == b || (as_number(a, x) && as_number(b, y) && x == y);
}

std::vector<Knob> knobs_of(const std::string& said, const std::vector<std::string>& settings) {
  std::vector<Knob> knobs;
  for (auto& [name, value] : asked_of(settings)) knobs.push_back({.name = name, .asked = value, .proven = false});
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals);
    auto knob = std::ranges::find(knobs, name, &Knob::name);
    if (knob == knobs.end()) knob = knobs.insert(knobs.end(), {.name = name});
    knob->value = line.substr(equals + 1);
    if (knob->asked) knob->proven = same_value(*knob->asked, *knob->value);
  }
  return knobs;
}

}  // namespace heapreel::lab
