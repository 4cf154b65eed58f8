// What `heapreel record` understands of call stacks.
#include <charconv>
#include <dlfcn.h>
#include <fmt/format.h>

#include "tools/cli/check_arguments.h"
#include "tools/commands/record.h"

namespace heapreel::commands {
namespace {

bool read_depth(std::string_view text, uint32_t& depth) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), depth);
  return error == std::errc() && end == text.data() + text.size() && depth >= 1 && depth <= ring::kStackDepthMax;
}

// "", "fp", "25", "fp:25".
bool read_how(std::string_view how, ring::PoolOptions& pool) {
  constexpr std::string_view kFramePointers = "fp";
  pool.stacks = ring::StackWalk::kLibunwind;
  pool.stack_depth = ring::kStackDepthDefault;
  if (how.starts_with(kFramePointers)) {
    pool.stacks = ring::StackWalk::kFramePointers;
    how.remove_prefix(kFramePointers.size());
    if (how.empty()) return true;
    if (!how.starts_with(':')) return false;
    how.remove_prefix(1);
    return read_depth(how, pool.stack_depth);
  }
  return how.empty() || read_depth(how, pool.stack_depth);
}

// The shim will load it in the program; here it is only looked for.
base::Status check_unwinder() {
  void* const library = dlopen(ring::kUnwinderLibrary, RTLD_LAZY | RTLD_LOCAL);
  if (library != nullptr) {
    dlclose(library);
    return {};
  }
  const char* const why = dlerror();
  return base::fail(base::Error{.code = base::ErrorCode::kUnsupported,
                                .what = fmt::format("cannot load {}, which walks the stacks", ring::kUnwinderLibrary),
                                .why = why != nullptr ? why : "it is not there",
                                .hint = "install libunwind8, or use --stacks=fp for a program with frame pointers",
                                .exit_status = kExitCannotRecord});
}

}  // namespace

base::Status take_stack_options(const cli::Arguments& arguments, ring::PoolOptions& pool) {
  const std::string how = arguments.get("stacks").value_or("");
  if (!arguments.has("stacks")) return {};
  if (!read_how(how, pool))
    return base::fail(cli::usage_error(arguments.command(), fmt::format("bad value '{}' for '--stacks'", how),
                                       fmt::format("expected a number of frames from 1 to {}, fp, or fp and a number "
                                                   "as in fp:10",
                                                   ring::kStackDepthMax)));
  pool.stack_every_bytes = arguments.get_number("stacks-every").value_or(0);
  return pool.stacks == ring::StackWalk::kLibunwind ? check_unwinder() : base::Status{};
}

}  // namespace heapreel::commands
