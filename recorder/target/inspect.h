// A command line under the loupe, before it is run: which file it comes down to, and what of it a recorder must know.
//
// Facts only: verdict.h says what they mean. Nothing is run and nothing changed. Deliberately absent: libraries that a
// needed library needs, and those that are loaded later; only the running program knows them.
#pragma once

#include <string>
#include <vector>

#include "recorder/target/elf_file.h"
#include "recorder/target/find_command.h"
#include "recorder/target/privileges.h"

namespace heapreel::target {

// An entry of LD_PRELOAD.
struct Preloaded {
  std::string name{};
  bool missing = false;     // ld.so would warn and go on without it
  bool unusable = false;    // not ELF, or of another machine: the same
  std::string allocator{};  // "jemalloc", or "its own malloc" of a library we have no name for; empty if none
  std::string sanitizer{};
};

struct Inspection {
  std::string path{};    // the file that is run in the end
  Words words{};         // its command line
  Words passed{};        // scripts and `env` on the way
  bool readable = true;  // false: nothing below is known but `raises`
  bool is_elf = false;
  ElfFile elf{};
  bool interpreter_missing = false;  // the loader that the file asks for does not exist
  Raise raises = Raise::kNothing;
  std::vector<Preloaded> preloaded{};

  bool ours() const { return is_elf && elf.identity == own_identity(); }
  // Neither needs a loader: what LD_PRELOAD holds is never looked at.
  bool is_static() const { return ours() && elf.interpreter.empty() && !is_loader() && !is_library(); }
  bool is_static_pie() const { return is_static() && elf.has_dynamic; }
  // ld.so itself, run by hand.
  bool is_loader() const { return elf.soname.starts_with("ld-") || elf.soname.starts_with("ld64"); }
  // A shared library that is no program.
  bool is_library() const { return elf.interpreter.empty() && elf.has_dynamic && !elf.soname.empty() && !is_loader(); }
  bool is_musl() const;

  std::string sanitizer() const;       // "AddressSanitizer"; empty if none
  bool sanitizer_is_shared() const;    // its runtime is a library of its own
  Words own_entry_points() const;      // malloc and friends that the executable defines for everybody
  bool hides_malloc() const;           // it has a malloc of its own that nobody else sees
  std::string allocator() const;       // the one that is linked in or needed; empty if none is known
  bool allocator_is_needed() const;    // as a library of its own
  bool allocator_is_prefixed() const;  // reached by names of its own (_rjem_malloc), not by malloc
};

base::Result<Inspection> inspect(const Words& command, const Words& environment);

}  // namespace heapreel::target
