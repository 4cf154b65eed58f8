// The functions of smaps_parser.h.
#include "recorder/observe/smaps_parser.h"

#include "recorder/observe/proc_text.h"

namespace heapreel::observe {
namespace {

struct Row {
  std::string_view key;
  uint64_t Vma::*value;
};

constexpr Row kRows[] = {{"Anonymous:", &Vma::anon_bytes},
                         {"AnonHugePages:", &Vma::anon_huge_bytes},
                         {"LazyFree:", &Vma::lazy_free_bytes},
                         {"Swap:", &Vma::swap_bytes}};

}  // namespace

void SmapsParser::feed(std::string_view piece) {
  while (!piece.empty()) {
    const size_t end = piece.find('\n');
    if (end == std::string_view::npos) {
      carried_ += piece.substr(0, kLineMax - carried_.size());
      return;
    }
    if (carried_.empty()) {
      line(piece.substr(0, end));
    } else {
      carried_ += piece.substr(0, std::min(end, kLineMax - carried_.size()));
      line(carried_);
      carried_.clear();
    }
    piece.remove_prefix(end + 1);
  }
}

void SmapsParser::finish() {
  if (!carried_.empty()) line(carried_);
  carried_.clear();
  hand_out();
}

void SmapsParser::line(std::string_view text) {
  if (head(text) || !open_) return;
  for (const Row& row : kRows) {
    if (!text.starts_with(row.key)) continue;
    text.remove_prefix(row.key.size());
    if (const auto count = take_number(text)) vma_.*row.value = kib(*count);
    return;
  }
}

// "55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0   [heap]"
bool SmapsParser::head(std::string_view text) {
  const auto start = take_number(text, 16);
  if (!start || !text.starts_with('-')) return false;
  text.remove_prefix(1);
  const auto end = text.starts_with(' ') ? std::nullopt : take_number(text, 16);
  if (!end || *end <= *start) return false;
  hand_out();
  for (int skipped = 0; skipped < 4; ++skipped) take_word(text);  // rights, offset, device, inode
  vma_ = {.start = *start, .end = *end, .name = std::string(skip_blanks(text))};
  open_ = true;
  return true;
}

void SmapsParser::hand_out() {
  if (open_) visit_(vma_);
  open_ = false;
}

}  // namespace heapreel::observe
