// The hashes of plan_key.h.
#include "replayer/plan/plan_key.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <xxhash.h>

#include "replayer/plan/plan_format.h"
#include "trace_format/base/hash.h"

namespace heapreel::plan {
namespace {

using State = std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)>;

State new_state() {
  State state(XXH3_createState(), &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  return state;
}

std::string digest(const State& state) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state.get()));
  return base::to_hex(base::as_bytes(canonical.digest, sizeof canonical.digest));
}

base::Result<std::string> hash_of_file(const reel::ReelFile& file) {
  const State state = new_state();
  base::Buffer piece(size_t{1} << 20);
  uint64_t offset = 0;
  for (;;) {
    const auto got = base::read_at(file.fd(), offset, piece, file.path());
    if (!got) return base::fail(got.error());
    XXH3_128bits_update(state.get(), piece.data(), *got);
    offset += *got;
    if (*got < piece.size()) return digest(state);
  }
}

// What shapes a plan and is no part of the content id. The times themselves are neither: of two reels with the same
// content, the same clock, precision and blocks' times, they are taken to be the same.
std::string hash_of_rest(const reel::ReelFile& file, const reel::ReelMetadata& metadata) {
  reel::proto::Metadata rest;
  *rest.mutable_residency() = metadata.shared.residency();
  *rest.mutable_losses() = metadata.shared.losses();
  *rest.mutable_packing() = metadata.shared.packing();
  rest.mutable_packing()->clear_level();
  rest.mutable_packing()->clear_addresses_kept();
  rest.mutable_clock()->set_ticks_per_second(metadata.shared.clock().ticks_per_second());
  rest.mutable_machine()->set_page_bytes(metadata.shared.machine().page_bytes());
  std::string bytes = rest.SerializeAsString();
  if (const auto main = reel::main_thread_of(metadata)) bytes += fmt::format("main {} ", *main);
  uint64_t first = ~uint64_t{0};
  uint64_t last = 0;
  for (const reel::BlockEntry& entry : file.blocks()) {
    if (!entry.holds_events()) continue;
    first = std::min(first, entry.first_time);
    last = std::max(last, entry.last_time);
  }
  bytes += fmt::format("{} {}", first, last);
  const State state = new_state();
  XXH3_128bits_update(state.get(), bytes.data(), bytes.size());
  return digest(state);
}

}  // namespace

base::Result<std::string> plan_key(const reel::ReelFile& file, const reel::ReelMetadata& metadata, bool strict) {
  const std::string& id = metadata.shared.ending().content_id();
  const bool whole = file.sealed() && file.damage().empty() && metadata.damage.empty() && id.size() == 32;
  std::string content;
  if (whole) {
    content = base::to_hex(base::as_bytes(id.data(), 16));
  } else {
    const auto hash = hash_of_file(file);
    if (!hash) return hash;
    content = *hash;
  }
  return fmt::format("{}{}-{}-{}{}", whole ? "" : "file-", content, hash_of_rest(file, metadata).substr(0, 16),
                     strict ? "strict-" : "", kPlanVersion);
}

}  // namespace heapreel::plan
