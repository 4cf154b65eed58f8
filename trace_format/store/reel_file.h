// An open reel: its header and the list of its blocks, found by the index or, without a sound one, by the blocks
// themselves. Twin: reel_writer.h.
//
// Opening succeeds for anything that is a reel at all, however cut or damaged; what is missing is listed as damage.
// It fails for files that are no reels, and for reels of a newer kind, by the name of the feature that is unknown.
#pragma once

#include <string>
#include <vector>

#include "trace_format/base/file.h"
#include "trace_format/store/index.h"
#include "trace_format/wire/wire.h"

namespace heapreel::reel {

// Something wrong with the file itself. (What is wrong with the events is check's business.)
struct Damage {
  uint64_t offset = 0;
  uint64_t bytes = 0;        // how many bytes were passed over
  uint64_t events_lost = 0;  // as far as it is known
  std::string what{};
};

class ReelFile {
 public:
  static base::Result<ReelFile> open(const std::string& path);

  const std::string& path() const { return path_; }
  const FileHeader& header() const { return header_; }
  const std::vector<BlockEntry>& blocks() const { return blocks_; }
  const std::vector<Damage>& damage() const { return damage_; }
  uint64_t bytes() const { return bytes_; }
  // Whether a sound trailer and index were found: the reel was written to its end.
  bool sealed() const { return sealed_; }
  const base::Fd& fd() const { return fd_; }

  // Reads and checks the header of a block.
  base::Result<BlockHeader> read_header(const BlockEntry& entry) const;
  // Reads a block's body into `body` and checks its hash.
  base::Status read_body(const BlockEntry& entry, const BlockHeader& header, base::Buffer& body) const;

 private:
  ReelFile(std::string path, base::Fd fd, uint64_t bytes) : path_(std::move(path)), fd_(std::move(fd)), bytes_(bytes) {}

  base::Status read_file_header();
  base::Status require_known_features() const;
  base::Status load_index();
  base::Result<bool> header_at(uint64_t offset, BlockHeader& header) const;
  base::Status hop();
  base::Result<uint64_t> scan_for_block(uint64_t from) const;
  void note(uint64_t offset, uint64_t bytes, std::string what);
  void note_unknown_blocks();
  void put_in_order(uint64_t blocks_written);
  void note_missing_blocks(uint64_t offset, uint64_t expected, uint64_t found);

  std::string path_;
  base::Fd fd_;
  uint64_t bytes_ = 0;
  FileHeader header_;
  bool header_sound_ = false;
  bool sealed_ = false;
  std::vector<BlockEntry> blocks_;
  std::vector<Damage> damage_;
};

}  // namespace heapreel::reel
