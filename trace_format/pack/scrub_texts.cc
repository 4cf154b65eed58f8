// The vocabularies of scrub_texts.h; those of allocators' settings are in scrub_settings.cc.
#include "trace_format/pack/scrub_texts.h"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <string_view>

namespace heapreel::reel {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kDigitsAndDot = "0123456789.";

bool consists_of(std::string_view text, std::string_view letters) {
  return text.find_first_not_of(letters) == std::string_view::npos;
}

std::string one_of(std::initializer_list<std::string_view> known, const std::string& text) {
  return std::ranges::find(known, text) != known.end() ? text : std::string();
}

// What we write ourselves may go on with somebody else's words: a file's name, what the system said.
std::string beginning_of(std::initializer_list<std::string_view> known, const std::string& text) {
  for (const std::string_view beginning : known)
    if (text.starts_with(beginning)) return std::string(beginning);
  return {};
}

// "2.36.1-acme" has a beginning of two numbers: "2.36".
std::string two_numbers(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(kDigits), text.size());
  if (first == 0) return {};
  if (first == text.size() || text[first] != '.') return std::string(text.substr(0, first));
  const size_t second = std::min(text.find_first_not_of(kDigits, first + 1), text.size());
  return std::string(text.substr(0, second == first + 1 ? first : second));
}

std::string name_and_numbers(std::string_view name, const std::string& text) {
  if (!text.starts_with(name)) return {};
  const std::string version = two_numbers(std::string_view(text).substr(name.size()));
  return version.empty() ? std::string() : std::string(name) + version;
}

}  // namespace

std::string known_producer(const std::string& text) {
  return one_of({"heapreel", "heapreel import", "heapreel generate"}, text);
}

std::string known_format(const std::string& text) {
  const std::string known = one_of({"android", "bpftrace", "csv", "heaptrack", "logalloc", "like", "ltrace", "mlogcol",
                                    "mtrace", "perf", "rep", "strace", "webkit-ops", "wee", "wl", "workload"},
                                   text);
  return known.empty() ? "other" : known;
}

std::string known_architecture(const std::string& text) {
  return one_of({"x86_64", "i686", "aarch64", "riscv64", "ppc64le", "s390x", "loongarch64"}, text);
}

std::string known_version(const std::string& text) {
  constexpr size_t kLettersMax = 16;
  return text.size() <= kLettersMax && consists_of(text, kDigitsAndDot) ? text : std::string();
}

std::string known_kernel(const std::string& text) { return name_and_numbers("Linux ", text); }

std::string known_libc(const std::string& text) { return name_and_numbers("glibc ", text); }

std::string known_huge_pages(const std::string& text) { return one_of({"always", "madvise", "never"}, text); }

std::string known_allocator(const std::string& text) {
  const std::string known = one_of({"glibc", "musl", "jemalloc", "tcmalloc", "mimalloc"}, text);
  return known.empty() ? "other" : known;
}

std::string known_origin(const std::string& text) { return one_of({"start", "fork", "exec", "attach"}, text); }

std::string known_loss(const std::string& text) {
  return beginning_of(
      {"recording was paused", "dropped by threads that wrote nothing afterwards", "lost before the part that was kept",
       "slots of the shared memory that made no sense", "what was inherited from the parent is not known",
       "not written", "left out by pack", "left out by repair"},
      text);
}

std::string known_step(const std::string& text) { return beginning_of({"repair", "scrub L1"}, text); }

std::string known_ending(const std::string& text) {
  return beginning_of({"replaced by exec", "snapshot: the recording went on"}, text);
}

std::string known_digest(const std::string& bytes) { return bytes.size() == 32 ? bytes : std::string(); }

uint64_t five_digits(uint64_t number) {
  uint64_t unit = 1;
  while (number / unit >= 100'000) unit *= 10;
  return number - number % unit + (number % unit >= (unit + 1) / 2 ? unit : 0);
}

uint64_t power_of_two(uint64_t number) {
  constexpr uint64_t kTop = uint64_t{1} << 63;
  return number > kTop ? kTop : std::bit_ceil(number);
}

}  // namespace heapreel::reel
