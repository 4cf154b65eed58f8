// A reel put together from raw parts, with every hash right: what a hostile writer can make. Nothing is checked here.
#pragma once

#include <functional>
#include <vector>

#include "trace_format/base/hash.h"
#include "trace_format/codec/columns.h"
#include "trace_format/store/index.h"
#include "trace_format/wire/wire.h"

namespace heapreel::tests {

struct RawColumn {
  uint8_t id = 0;
  base::Buffer stored{};
  reel::ColumnCodec codec = reel::ColumnCodec::kRaw;
  uint16_t flags = 0;
  uint64_t raw_bytes = 0;  // 0: as many as are stored
};
using RawColumns = std::vector<RawColumn>;

inline RawColumn bytes_column(unsigned id, const base::Buffer& bytes) {
  return {.id = static_cast<uint8_t>(id), .stored = bytes};
}

// A number column: its small bytes and, if there are any, its extra bytes.
inline RawColumns numbers(unsigned id, const std::vector<uint64_t>& values) {
  reel::ValueSink sink;
  for (const uint64_t value : values) sink.put(value);
  RawColumns columns;
  for (const auto& [offset, bytes] : {std::pair{0U, sink.small()}, std::pair{1U, sink.extra()}})
    if (!bytes.empty()) columns.push_back(bytes_column(id + offset, {bytes.begin(), bytes.end()}));
  return columns;
}
inline RawColumns numbers(reel::Column id, const std::vector<uint64_t>& values) {
  return numbers(static_cast<unsigned>(id), values);
}

inline RawColumns operator+(RawColumns left, const RawColumns& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline base::Buffer body_of(const RawColumns& columns) {
  base::Buffer body;
  for (const RawColumn& column : columns) {
    const uint64_t raw = column.raw_bytes != 0 ? column.raw_bytes : column.stored.size();
    const reel::DirectoryEntry entry{.id = column.id,
                                     .codec = column.codec,
                                     .flags = column.flags,
                                     .raw_bytes = static_cast<uint32_t>(raw),
                                     .stored_bytes = static_cast<uint32_t>(column.stored.size())};
    base::append(body, base::as_bytes(&entry, sizeof entry));
  }
  for (const RawColumn& column : columns) base::append(body, column.stored);
  body.resize(base::align_up(body.size(), reel::kBlockAlignment));
  return body;
}

template <class Fixed>
void seal(Fixed& fixed) {
  fixed.hash = base::xxh64(base::as_bytes(&fixed, sizeof fixed - sizeof fixed.hash));
}

class RawReel {
 public:
  using Tweak = std::function<void(reel::BlockHeader&)>;

  explicit RawReel(reel::FileHeader header = {}) : header_(header) {
    for (uint8_t i = 0; i < 16; ++i) header_.id[i] = static_cast<uint8_t>(0x50 + i);
    seal(header_);
    base::append(bytes_, base::as_bytes(&header_, sizeof header_));
  }

  // Appends a block; `tweak` may change its header before it is sealed.
  RawReel& block(reel::BlockType type, const RawColumns& columns, uint32_t events = 0, const Tweak& tweak = {}) {
    const base::Buffer body = body_of(columns);
    reel::BlockHeader block{.type = type,
                            .columns = static_cast<uint16_t>(columns.size()),
                            .body_bytes = static_cast<uint32_t>(body.size()),
                            .tag = base::load_le<uint32_t>(header_.id.data()),
                            .sequence = entries_.size(),
                            .events = events,
                            .body_hash = base::xxh64(body)};
    if (tweak) tweak(block);
    seal(block);
    entries_.push_back(reel::entry_of(block, bytes_.size()));
    base::append(bytes_, base::as_bytes(&block, sizeof block));
    base::append(bytes_, body);
    return *this;
  }

  RawReel& raw(const base::Buffer& bytes) {
    base::append(bytes_, bytes);
    return *this;
  }

  // The reel without index and trailer.
  const base::Buffer& interrupted() const { return bytes_; }

  // With the index that the blocks deserve.
  base::Buffer finished() {
    RawColumns columns;
    reel::BodyPacker packer(reel::kUncompressed);
    reel::encode_index(entries_, packer);
    const base::Bytes body = packer.finish();
    return finished_with(packer.columns(), {body.begin(), body.end()});
  }
  // With any index.
  base::Buffer finished(const RawColumns& index) {
    return finished_with(static_cast<uint16_t>(index.size()), body_of(index));
  }

 private:
  base::Buffer finished_with(uint16_t columns, const base::Buffer& body) {
    base::Buffer all = bytes_;
    reel::BlockHeader index{.type = reel::BlockType::kIndex,
                            .columns = columns,
                            .body_bytes = static_cast<uint32_t>(body.size()),
                            .tag = base::load_le<uint32_t>(header_.id.data()),
                            .sequence = entries_.size(),
                            .body_hash = base::xxh64(body)};
    seal(index);
    reel::Trailer trailer{.index_offset = all.size(),
                          .file_bytes = all.size() + sizeof index + body.size() + sizeof trailer};
    seal(trailer);
    base::append(all, base::as_bytes(&index, sizeof index));
    base::append(all, body);
    base::append(all, base::as_bytes(&trailer, sizeof trailer));
    return all;
  }

  reel::FileHeader header_;
  base::Buffer bytes_;
  std::vector<reel::BlockEntry> entries_;
};

// The columns of an event block, by hand: two mallocs of 24 bytes and a free of the newer one, on thread 1.
struct RawEvents {
  std::vector<uint64_t> params{1, 1, 0, 0, 3, 2, 1, 1, 1, 100};
  std::vector<uint64_t> lanes{1};
  std::vector<uint64_t> run_lane{0};
  std::vector<uint64_t> run_length{2};
  base::Buffer tokens{251, 96, 2};
  std::vector<uint64_t> literal{1, 0, 0, 24};
  std::vector<uint64_t> time{1, 11, 11};
  RawColumns more{};

  RawColumns columns() const {
    using reel::Column;
    return numbers(Column::kParams, params) + numbers(Column::kLanes, lanes) + numbers(Column::kRunLane, run_lane) +
           numbers(Column::kRunLength, run_length) +
           RawColumns{bytes_column(static_cast<unsigned>(Column::kTokens), tokens)} +
           numbers(Column::kLiteral, literal) + numbers(Column::kTime, time) + more;
  }
};

}  // namespace heapreel::tests
