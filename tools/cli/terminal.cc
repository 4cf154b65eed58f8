// Questions to the kernel and the environment about fds 0, 1 and 2.
#include "tools/cli/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heapreel::cli {
namespace {

constexpr size_t kWidthWithoutTerminal = 80;
constexpr size_t kNarrowest = 40;
constexpr size_t kWidest = 100;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// How many bytes the UTF-8 character at the start of `text` has; 0 if there is none that may be shown. Overlong forms,
// surrogates and the control characters U+0080..U+009F are none.
size_t shown_character_bytes(std::string_view text) {
  const auto byte = [text](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  const size_t bytes = lead >= 0xC2 && lead < 0xE0   ? 2
                       : lead >= 0xE0 && lead < 0xF0 ? 3
                       : lead >= 0xF0 && lead < 0xF5 ? 4
                                                     : 0;
  for (size_t i = 1; i < bytes; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned second = byte(1);
  const bool control = lead == 0xC2 && second < 0xA0;
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool no_character = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
  return control || overlong || no_character ? 0 : bytes;
}

}  // namespace

bool wants_colour(int fd) {
  return isatty(fd) == 1 && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

size_t text_width(int fd) {
  winsize size{};
  if (isatty(fd) != 1 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kWidthWithoutTerminal;
  return std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
}

bool is_utf8_locale(std::string_view name) {
  std::string letters;  // of the codeset, as "utf8"; what follows '@' is a variant
  for (const char letter : name.substr(0, name.find('@')))
    if (letter != '-' && letter != '_')
      letters += static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
  return letters.ends_with("utf8");
}

bool wants_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const std::string_view value = environment(name); !value.empty()) return is_utf8_locale(value);
  return false;
}

std::string printable(std::string_view text, bool utf8) {
  std::string shown;
  while (!text.empty()) {
    const size_t bytes = shown_character_bytes(text);
    if (bytes == 0 || (bytes > 1 && !utf8))
      shown += '?';
    else
      shown += text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return shown;
}

void occupy_closed_standard_streams() {
  // Opened the wrong way round on purpose: reading or writing the stand-in gives EBADF. open() returns the lowest
  // free number, so going upwards each one lands where it is wanted.
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace heapreel::cli
