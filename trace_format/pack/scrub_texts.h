// What may stay of a text that leaves the house: each function returns a text of our own vocabulary, or an empty one.
//
// The invariant: no byte of the result was chosen by the recorded program or its user, but for numbers.
#pragma once

#include <cstdint>
#include <string>

namespace heapreel::reel {

std::string known_producer(const std::string& text);  // "heapreel", "heapreel import", ...
std::string known_format(const std::string& text);    // one that can be imported, "workload" or "like", else "other"
std::string known_architecture(const std::string& text);  // "x86_64"
std::string known_version(const std::string& text);       // "5.3.0": digits and full stops
std::string known_kernel(const std::string& text);        // "Linux 6.1.0-18-acme" becomes "Linux 6.1"
std::string known_libc(const std::string& text);          // "glibc 2.36"
std::string known_huge_pages(const std::string& text);    // "always", "madvise" or "never"
std::string known_allocator(const std::string& text);     // one of the allocators we know, else "other"
std::string known_setting(const std::string& text);       // "MALLOC_CONF=narenas:2,prof_prefix:/x" loses its path
std::string known_origin(const std::string& text);        // "start", "fork", "exec", "attach"
std::string known_loss(const std::string& text);          // the part of a reason that we wrote ourselves
std::string known_step(const std::string& text);          // what was done to a reel
std::string known_ending(const std::string& text);        // details that the numbers of an ending do not tell
std::string known_digest(const std::string& bytes);       // 32 bytes

uint64_t five_digits(uint64_t number);   // 2596138432 becomes 2596100000: no clock's own error remains
uint64_t power_of_two(uint64_t number);  // the next one

}  // namespace heapreel::reel
