// Which allocator a process uses, told by the file its malloc lies in, and what steers it.
//
// Names: glibc, jemalloc, tcmalloc, mimalloc, else the file's base name. A version is what the file itself says, of
// mimalloc its file name; empty if neither does. Absent: what was linked into the executable: it goes by that name.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "trace_format/wire/reel.pb.h"

namespace heapreel::collector {

std::string allocator_name(const std::string& path);

// Among the bytes of the file. Total.
std::string allocator_version(const std::string& name, const std::string& path, std::string_view bytes);

// Those of NAME=VALUE that steer an allocator.
std::vector<std::string> allocator_settings(const std::vector<std::string>& environment);

// Of a living process whose malloc is at that address; without a name if that cannot be told. For one thread.
reel::proto::Allocator allocator_of(pid_t pid, uint64_t malloc_address, const std::vector<std::string>& environment);

}  // namespace heapreel::collector
