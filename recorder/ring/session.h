// How a traced process finds its collector: what stands in the environment.
//
// HEAPREEL_SESSION=SESSION.PID.FD.DEVICE.INODE, hexadecimal: the random number of the session, the collector's process
// id and its descriptor of the pool, and device and inode of the pool. An image that starts maps, in this order: the
// inherited descriptor, /proc/PID/fd/FD, and what the socket kSocketPrefix + SESSION hands out; each only if device and
// inode are right.
#pragma once

#include <cstdint>

namespace heapreel::ring {

inline constexpr char kSessionVariable[] = "HEAPREEL_SESSION";
inline constexpr char kOutVariable[] = "HEAPREEL_OUT";              // start by environment alone: the reel's name
inline constexpr char kOptionsVariable[] = "HEAPREEL_OPTIONS";      // ... and further arguments of `record`
inline constexpr char kCollectorVariable[] = "HEAPREEL_COLLECTOR";  // ... and the heapreel binary, if not beside
inline constexpr char kPoolName[] = "heapreel-pool";                // of the memfd, as /proc/PID/maps shows it
inline constexpr char kSocketPrefix[] = "heapreel-";                // of the abstract socket, then SESSION in hex

struct SessionName {
  uint64_t session = 0;
  uint64_t pid = 0;
  uint64_t fd = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
};

inline constexpr uint32_t kSessionTextBytes = 5 * 17;

// Writes the text and a closing 0; `text` holds kSessionTextBytes. Returns its length.
inline uint32_t write_session(const SessionName& name, char* text) {
  const uint64_t fields[5] = {name.session, name.pid, name.fd, name.device, name.inode};
  char* at = text;
  for (int i = 0; i < 5; ++i) {
    if (i > 0) *at++ = '.';
    int shift = 60;
    while (shift > 0 && (fields[i] >> shift & 15) == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[fields[i] >> shift & 15];
  }
  *at = 0;
  return static_cast<uint32_t>(at - text);
}

// False unless `text` is exactly what write_session makes.
inline bool read_session(const char* text, SessionName& name) {
  uint64_t fields[5] = {};
  for (int i = 0; i < 5; ++i) {
    int digits = 0;
    for (; *text != 0 && *text != '.'; ++text, ++digits) {
      const bool decimal = *text >= '0' && *text <= '9';
      const bool letter = *text >= 'a' && *text <= 'f';
      if ((!decimal && !letter) || digits == 16) return false;
      fields[i] = fields[i] << 4 | static_cast<uint64_t>(decimal ? *text - '0' : *text - 'a' + 10);
    }
    if (digits == 0 || *text != (i < 4 ? '.' : 0)) return false;
    if (i < 4) ++text;
  }
  name = {fields[0], fields[1], fields[2], fields[3], fields[4]};
  return true;
}

}  // namespace heapreel::ring
