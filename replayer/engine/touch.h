// Writing to blocks as the recorded program did: a page that nobody writes is not resident.
//
// Small blocks are written at once, first and last byte and one byte a page. Of large ones the record knows how many
// pages from the front had been written, and when; Kind::kTouch replays that. Where the record knows nothing, large
// blocks are written like small ones.
#pragma once

#include <cstdint>
#include <cstring>

#include "replayer/measure/board_format.h"
#include "replayer/plan/plan_format.h"

namespace heapreel::engine {

inline constexpr uint64_t kPageBytes = 4096;

inline void write_byte(void* block, uint64_t offset) {
  static_cast<volatile uint8_t*>(block)[offset] = static_cast<uint8_t>(offset >> 12 | 1);
}

inline void write_pages(void* block, uint64_t size) {
  for (uint64_t offset = kPageBytes; offset < size; offset += kPageBytes) write_byte(block, offset);
}

// Out of line: most blocks are smaller than a page.
[[gnu::noinline]] inline void touch_pages(void* block, uint64_t size, bool large_too) {
  if (size >= plan::kLargeBytes && !large_too) return;
  write_byte(block, 0);
  write_byte(block, size - 1);
  write_pages(block, size);
}

[[gnu::always_inline]] inline void write_ends_and_pages(void* block, uint64_t size, bool large_too) {
  if (size - 1 >= kPageBytes) [[unlikely]] {
    if (size != 0) touch_pages(block, size, large_too);
    return;
  }
  write_byte(block, 0);
  write_byte(block, size - 1);
}

template <measure::Touch kTouch>
[[gnu::always_inline]] inline void touch_new(void* block, uint64_t size, bool touches_large) {
  if constexpr (kTouch == measure::Touch::kRecorded) {
    write_ends_and_pages(block, size, touches_large);
  } else if constexpr (kTouch == measure::Touch::kPage) {
    write_ends_and_pages(block, size, true);
  } else if constexpr (kTouch == measure::Touch::kFull) {
    std::memset(block, 0x5a, size);
  } else if constexpr (kTouch == measure::Touch::kFirst) {
    if (size != 0) write_byte(block, 0);
  }
}

// The pages [size >> 32, size & 0xffffffff) of a large block.
template <measure::Touch kTouch>
inline void touch_later(void* block, uint64_t pages) {
  if constexpr (kTouch != measure::Touch::kRecorded) return;
  const uint64_t to = pages & 0xffffffff;
  for (uint64_t page = pages >> 32; page < to; ++page) write_byte(block, page * kPageBytes);
}

}  // namespace heapreel::engine
