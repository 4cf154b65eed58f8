// /proc/PID/smaps, read in pieces as they come: one Vma to the visitor for each mapping.
//
// Total: any text whatever in; what is no mapping and no known row is passed over. Bounded: a line that is cut by the
// end of a piece is carried over, and cut for good at kLineMax. Absent: what the rows mean for malloc (smaps_walk.h).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace heapreel::observe {

struct Vma {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t anon_bytes = 0;  // resident private pages: what RssAnon counts
  uint64_t anon_huge_bytes = 0;
  uint64_t lazy_free_bytes = 0;
  uint64_t swap_bytes = 0;
  std::string name;  // a path, "[heap]", "[anon:...]"; may be empty
};

class SmapsParser {
 public:
  using Visit = std::function<void(const Vma&)>;
  explicit SmapsParser(Visit visit) : visit_(std::move(visit)) {}

  void feed(std::string_view piece);
  // Ends the text: the last mapping is handed out.
  void finish();

 private:
  static constexpr size_t kLineMax = size_t{32} << 10;  // a path of PATH_MAX bytes, each written as \ooo, fits

  void line(std::string_view text);
  bool head(std::string_view text);
  void hand_out();

  Visit visit_;
  Vma vma_;
  bool open_ = false;
  std::string carried_;
};

}  // namespace heapreel::observe
