// What a library of ours returns: a value, or an Error that says what failed, why, where, and what to do about it.
//
// Libraries never print and never exit; only main() turns an Error into text and an exit code.
// Deliberately absent: exceptions, error hierarchies, codes that nobody branches on.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace heapreel::base {

enum class ErrorCode : uint8_t {
  kIo,           // the operating system refused; `sys_errno` says how
  kBadInput,     // the bytes are not what they should be; `offset` says where
  kUnsupported,  // well-formed, but from a newer version or for another machine
  kLimit,        // well-formed, but larger than limits.h allows
  kExists,       // an output would be overwritten
  kUsage,        // the request itself makes no sense
};

struct Error {
  static constexpr uint64_t kNoOffset = ~uint64_t{0};

  ErrorCode code = ErrorCode::kIo;
  std::string what{};           // what could not be done: "cannot open app.reel"
  std::string why{};            // the reason: "No such file or directory"
  std::string hint{};           // what the user can do; may be empty
  uint64_t offset = kNoOffset;  // byte offset in the file concerned
  int sys_errno = 0;
  int exit_status = 0;  // main()'s, where a command promises one of its own; 0: by the code
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

inline tl::unexpected<Error> bad_input(std::string what, std::string why, uint64_t offset = Error::kNoOffset) {
  return fail({.code = ErrorCode::kBadInput,
               .what = std::move(what),
               .why = std::move(why),
               .hint = {},
               .offset = offset,
               .sys_errno = 0});
}

inline tl::unexpected<Error> over_limit(std::string what, std::string why, uint64_t offset = Error::kNoOffset) {
  return fail({.code = ErrorCode::kLimit,
               .what = std::move(what),
               .why = std::move(why),
               .hint = {},
               .offset = offset,
               .sys_errno = 0});
}

}  // namespace heapreel::base

// Returns the error of `expr` from the enclosing function, or goes on.
#define HEAPREEL_TRY(expr)                                                    \
  do {                                                                        \
    if (auto heapreel_try_status = (expr); !heapreel_try_status) [[unlikely]] \
      return ::tl::unexpected(std::move(heapreel_try_status).error());        \
  } while (false)
