// The naming of named_stream.h.
#include "tools/importers/frame/named_stream.h"

#include <algorithm>
#include <fmt/format.h>

#include "trace_format/wire/limits.h"

namespace heapreel::importers {

using reel::Event;
using reel::Op;

void complete_flags(Event& event) {
  const reel::OpTraits& kind = reel::traits(event.op);
  if (!kind.allocates) return;
  if (kind.reallocates && event.old_object == 0 && (event.flags & reel::kUnknown) == 0) event.flags |= reel::kNullOld;
  if (event.object == 0 && reel::births(event.op, event.flags)) {
    // What glibc does, and C before C23 allows: the block is freed, and nothing has failed.
    const bool freed_by_size_0 = kind.reallocates && event.size == 0 && event.old_object != 0;
    event.flags |= freed_by_size_0 ? reel::kNoResult : reel::kFailed;
  }
  if (event.object != 0 && event.old_object != 0 && event.object != event.old_object) event.flags |= reel::kMoved;
}

base::Result<bool> NamedStream::next(reel::EventBatch& batch) {
  events_ += out_.size();
  out_.clear();
  const uint64_t first_object = next_object_;
  while (out_.empty()) {
    in_.clear();
    const auto more = reader_->read(in_);
    if (!more) return more;
    for (const Event& event : in_) HEAPREEL_TRY(add(event));
    if (!*more) break;
  }
  batch = {.events = out_, .first_event = events_, .first_object = first_object};
  return !out_.empty();
}

base::Status NamedStream::add(Event event) {
  const auto thread = thread_of(event.thread);
  if (!thread) return base::fail(thread.error());
  set_time(event);
  const uint32_t number = event.thread;
  SourceThread& source = threads_[*thread];
  event.thread = source.serial;
  source.last_time = event.time;
  const reel::OpTraits& kind = reel::traits(event.op);
  if (kind.allocates)
    allocate(event);
  else if (kind.frees)
    release(event);
  else
    refer(event);
  out_.push_back(event);
  if (size_t gone = 0; event.op == Op::kThreadEnd && !facts_.keeps_serials)
    by_number_.remove(uint64_t{number} + 1, gone);
  return {};
}

void NamedStream::allocate(Event& event) {
  if (!facts_.keeps_flags) complete_flags(event);
  const uint64_t name = event.object;
  if (name == 0 && reel::births(event.op, event.flags)) event.flags |= reel::kFailed;
  if (reel::has_old(event.op, event.flags)) {
    const uint64_t* old = live_.find(event.old_object);
    uint64_t object = old != nullptr ? *old : reel::kNoObject;
    if (old == nullptr) {
      event.flags |= reel::kUnknown;
      ++repairs_.unknown_reallocs;
    } else if (reel::releases_old(event.op, event.flags)) {
      live_.remove(event.old_object, object);
    }
    event.old_object = object;
  } else {
    event.old_object = reel::kNoObject;
  }
  event.object = reel::kNoObject;
  if (!reel::births(event.op, event.flags)) return;
  Event implied{.time = event.time, .thread = event.thread, .op = Op::kFree, .flags = reel::kImplied};
  if (live_.remove(name, implied.object)) {
    out_.push_back(implied);
    ++repairs_.implied_frees;
  }
  event.object = next_object_++;
  live_.add(name, event.object);
  live_peak_ = std::max<uint64_t>(live_peak_, live_.size());
}

void NamedStream::release(Event& event) {
  if (event.object == 0 || (event.flags & reel::kUnknown) != 0) {
    event.object = reel::kNoObject;
    return;
  }
  uint64_t object = reel::kNoObject;
  if (!live_.remove(event.object, object)) {
    event.flags |= reel::kUnknown;
    ++repairs_.unknown_frees;
  }
  event.object = object;
}

void NamedStream::refer(Event& event) {
  if (event.object == 0 || (event.flags & reel::kUnknown) != 0) {
    event.object = reel::kNoObject;
    return;
  }
  const uint64_t* object = event.op == Op::kUsableSize ? live_.find(event.object) : nullptr;
  event.object = object != nullptr ? *object : reel::kNoObject;
  if (event.op != Op::kUsableSize || object != nullptr) return;
  event.flags |= reel::kUnknown;
  ++repairs_.unknown_reads;
}

void NamedStream::set_time(Event& event) {
  if (!has_origin_ && event.time != 0) {  // 0 is also what an event has that tells no time
    has_origin_ = true;
    origin_ = facts_.times_from_start ? 0 : event.time - std::min<uint64_t>(event.time, event.duration);
  }
  const uint64_t time = event.time > origin_ ? event.time - origin_ : 0;
  repairs_.times_raised += time < last_time_ ? 1 : 0;
  last_time_ = std::max(last_time_, time);
  event.time = last_time_;
}

base::Result<size_t> NamedStream::thread_of(uint32_t number) {
  if (const size_t* known = by_number_.find(uint64_t{number} + 1)) {
    return *known;
  }
  const size_t position = threads_.size();
  const uint32_t serial = facts_.keeps_serials ? number : static_cast<uint32_t>(position);
  if (serial >= reel::limits::kThreads)
    return base::fail(
        {.code = base::ErrorCode::kLimit,
         .what = std::string(kCannotImport),
         .why = fmt::format("it has a thread {}; a reel can tell {} apart", serial, reel::limits::kThreads),
         .hint = "import a shorter part of it"});
  threads_.push_back({.number = number, .serial = serial, .first_time = last_time_, .last_time = last_time_});
  by_number_.add(uint64_t{number} + 1, position);
  return position;
}

}  // namespace heapreel::importers
