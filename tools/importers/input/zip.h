// The one file inside a .zip, as a stream of bytes.
//
// Only the archive's directory (at its end) is believed, and the data is checked against the size and checksum that it
// states. Deliberately absent: encryption, archives in parts, compression other than deflate, choosing among files.
#pragma once

#include "tools/importers/input/byte_source.h"

namespace heapreel::importers {

base::Result<std::unique_ptr<ByteSource>> open_zip(base::Fd fd, const std::string& path);

}  // namespace heapreel::importers
