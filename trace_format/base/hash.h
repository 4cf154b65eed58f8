// The two hashes of a reel: XXH64 against damage, SHA-256 for identity.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "trace_format/base/bytes.h"

namespace heapreel::base {

uint64_t xxh64(Bytes bytes);

// SHA-256 over bytes given piece by piece.
class Sha256 {
 public:
  using Digest = std::array<uint8_t, 32>;

  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(Bytes bytes);
  // Ends the hash; the object can only be destroyed afterwards.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string to_hex(Bytes bytes);

}  // namespace heapreel::base
