// The columns of a plain block, and the forms that its events come in. The numbers are part of the file format
// (append-only).
//
// A plain block is a capture block for writers in a hurry: nothing is looked up and nothing predicted. Each event is a
// control byte, which names its form, and the few bytes that the form asks for. A form is a kind of call and how many
// bytes its time, size and address take; a block lists the forms it uses, as they first occur.
#pragma once

#include <array>
#include <cstdint>

namespace heapreel::reel {

enum class PlainColumn : uint8_t {
  kParams = 0,   // numbers: events, thread, time quantum, first time in quanta
  kForms = 2,    // numbers: form 1, 2, ...
  kControl = 4,  // bytes: the form of each event, or kRareControl
  kData = 6,     // bytes: of each event the rise of the time, the size, the step of the address
  kRare = 8,     // numbers: events that no form can hold
  kStack = 30,   // numbers, optional: as in other event blocks
};

inline constexpr uint8_t kRareControl = 0;
inline constexpr unsigned kFormsMax = 255;
inline constexpr unsigned kFormLimit = 1U << 13;  // forms are numbers below this

// A form's number: op | time code << 6 | size code << 8 | address code << 10.
inline constexpr unsigned kTimeCodeShift = 6;
inline constexpr unsigned kSizeCodeShift = 8;
inline constexpr unsigned kAddressCodeShift = 10;
inline constexpr std::array<uint8_t, 4> kTimeBytes = {0, 1, 2, 4};
inline constexpr std::array<uint8_t, 4> kSizeBytes = {0, 1, 2, 4};
inline constexpr std::array<uint8_t, 8> kAddressBytes = {0, 1, 2, 3, 4, 6, 8, 0};
inline constexpr unsigned kNoAddress = 7;       // the address code of an event without an object
inline constexpr unsigned kAddressUnit = 8;     // addresses in a form are multiples of this
inline constexpr unsigned kPlainBytesMax = 16;  // an event in a form takes no more bytes of data

}  // namespace heapreel::reel
