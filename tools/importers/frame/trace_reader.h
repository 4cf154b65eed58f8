// What every trace format gives: its calls in the order of the file, each under the names the source has for it.
//
// In the events that a reader appends
//   object, old_object  are names: an address, an index plus one, a slot plus one; 0 is null. A name may be used again
//                       once its block is gone.
//   thread              is the source's own number (0 throughout if it has none)
//   time, duration      are nanoseconds (0 throughout if it has none)
//   flags               may be left 0: what follows from the names is filled in later (complete_flags). A reader sets
//                       what the names do not tell, as kMoved where names stay with a block that moves.
// NamedStream makes objects and serials of them, and repairs what cannot be true. A reader does neither.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/importers/frame/bad_lines.h"
#include "trace_format/base/result.h"
#include "trace_format/event/event.h"

namespace heapreel::importers {

// What is true of all events of a trace; known as soon as its reader is open.
struct SourceFacts {
  bool has_times = false;
  bool times_from_start = false;  // times count from the trace's start; otherwise the first event's becomes 0
  bool keeps_serials = false;     // thread numbers are serials of a reel, and stay what they are
  bool keeps_flags = false;       // flags are told as they are; nothing follows from the names
};

// What the errors of readers begin with; who knows the file's name puts it in.
inline constexpr std::string_view kCannotImport = "cannot import the trace";

class TraceReader {
 public:
  explicit TraceReader(uint64_t bad_lines_max) : bad_lines_(bad_lines_max) {}
  virtual ~TraceReader() = default;
  TraceReader(const TraceReader&) = delete;
  TraceReader& operator=(const TraceReader&) = delete;

  // Appends some events, or none; false at the end of the trace. An Error ends the import: the file could not be read,
  // or too much of it makes no sense.
  virtual base::Result<bool> read(std::vector<reel::Event>& events) = 0;

  virtual SourceFacts facts() const { return {}; }
  // Whether this trace lacks what its format may lack (FormatSpec::lacks).
  virtual bool lacks(std::string_view) const { return true; }
  // What the user should know besides, once the trace is read: "3 calls had not returned when the trace ends".
  virtual std::vector<std::string> remarks() const { return {}; }
  virtual uint64_t lines() const { return 0; }  // 0: not made of lines

  const BadLines& bad_lines() const { return bad_lines_; }

 protected:
  // Notes a line or record that could not be understood; an Error when that is one too many.
  base::Status complain(uint64_t number, std::string_view text, std::string_view why);

 private:
  BadLines bad_lines_;
};

}  // namespace heapreel::importers
