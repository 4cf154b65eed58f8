// Writes the seeds of the reel fuzzers: `write_seeds SAMPLES CORPUS` takes the sample reels of a folder apart into the
// forms that each fuzzer reads, and adds small recordings of other formats. Run it by hand when the samples change, and
// commit what it writes.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/importers/mlogcol_file.h"
#include "trace_format/codec/columns.h"
#include "trace_format/store/block_body.h"
#include "trace_format/store/reel_file.h"
#include "trace_format/wire/limits.h"

namespace {

using namespace heapreel;  // NOLINT: a program of its own

constexpr size_t kSeedBytesMax = 6000;

void write(const std::filesystem::path& path, const base::Buffer& bytes) {
  if (bytes.empty() || bytes.size() > kSeedBytesMax) return;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

template <class Number>
void put(base::Buffer& buffer, Number value) {
  base::append(buffer, base::as_bytes(&value, sizeof value));
}

struct Block {
  reel::BlockHeader header;
  reel::BodyUnpacker columns;
};

bool read(const reel::ReelFile& file, const reel::BlockEntry& entry, Block& block) {
  base::Buffer body;
  const auto header = file.read_header(entry);
  if (!header || !file.read_body(entry, *header, body)) return false;
  block.header = *header;
  return block.columns.unpack(header->columns, body, 64, reel::limits::kMetadataBytes).has_value();
}

// As tests/fuzz/sealed_reel.h reads it.
void put_sealed(base::Buffer& seed, const Block& block) {
  put(seed, static_cast<uint8_t>(block.header.type));
  put(seed, static_cast<uint16_t>(block.header.events));
  put(seed, static_cast<uint8_t>(block.header.thread));
  put(seed, static_cast<uint32_t>(block.header.first_time));
  put(seed, static_cast<uint16_t>(block.header.last_time - block.header.first_time));
  put(seed, static_cast<uint8_t>(block.header.columns));
  for (unsigned id = 0; id < 64; ++id) {
    const base::Bytes bytes = block.columns.column(id);
    if (bytes.empty()) continue;
    put(seed, static_cast<uint8_t>(id));
    put(seed, uint8_t{0});
    put(seed, uint16_t{0});
    put(seed, static_cast<uint16_t>(bytes.size()));
    base::append(seed, bytes);
  }
}

// As tests/fuzz/fuzz_event_decoder.cc reads it.
base::Buffer decoder_seed(const Block& block) {
  base::Buffer seed;
  for (unsigned id = 0; id < reel::kColumnIds; ++id) {
    for (base::Bytes bytes = block.columns.column(id); !bytes.empty();) {
      const base::Bytes piece = bytes.first(std::min<size_t>(bytes.size(), 255));
      put(seed, static_cast<uint8_t>(id));
      put(seed, static_cast<uint8_t>(piece.size()));
      base::append(seed, piece);
      bytes = bytes.subspan(piece.size());
    }
  }
  return seed;
}

void take_apart(const std::filesystem::path& sample, const std::filesystem::path& corpus) {
  const std::string name = sample.stem().string();
  write(corpus / "reel" / name, *base::read_file(sample.string(), 1U << 20));
  const auto file = reel::ReelFile::open(sample.string());
  if (!file) return;
  base::Buffer sealed;
  bool block_written = false;
  for (const reel::BlockEntry& entry : file->blocks()) {
    Block block;
    if (!read(*file, entry, block)) continue;
    put_sealed(sealed, block);
    if (entry.holds_events() && !std::exchange(block_written, true))
      write(corpus / "event_decoder" / name, decoder_seed(block));
  }
  write(corpus / "reel_sealed" / name, sealed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: write_seeds SAMPLES CORPUS\n", stderr);
    return 2;
  }
  for (const auto& entry : std::filesystem::directory_iterator(argv[1]))
    if (entry.path().extension() == ".reel") take_apart(entry.path(), argv[2]);
  const base::Buffer calls = tests::mlogcol_of(tests::some_calls());
  const std::filesystem::path mlogcol = std::filesystem::path(argv[2]) / "mlogcol";
  write(mlogcol / "plain", calls);
  write(mlogcol / "compressed", tests::compressed(calls));
  write(mlogcol / "no_calls", tests::mlogcol_of({}));
  return 0;
}
