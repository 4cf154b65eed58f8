// The functions of hash.h, on libxxhash and OpenSSL's libcrypto.
#include "trace_format/base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

namespace heapreel::base {

struct Sha256::Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Context() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
  ~Context() { EVP_MD_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

uint64_t xxh64(Bytes bytes) { return XXH64(bytes.data(), bytes.size(), 0); }

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) { EVP_DigestUpdate(context_->context, bytes.data(), bytes.size()); }

Sha256::Digest Sha256::finish() {
  Digest digest{};
  EVP_DigestFinal_ex(context_->context, digest.data(), nullptr);
  return digest;
}

std::string to_hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace heapreel::base
