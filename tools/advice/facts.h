// What the rules ask of results: rows, comparisons that may be claimed, and what is known of the program. A view; the
// results must outlive it.
#pragma once

#include <optional>

#include "replayer/lab/results.h"
#include "tools/advice/finding.h"

namespace heapreel::advice {

using Row = lab::AllocatorResult;

class Facts {
 public:
  explicit Facts(const lab::Results& results);

  const lab::Results& results;
  const reel::Portrait* portrait = nullptr;  // null: not known
  const Row* reference = nullptr;            // the program's own allocator, or its stand-in; null: it has no figures
  std::vector<const Row*> rows{};            // allocators with figures, the reference among them
  bool replayed = false;                     // the gates hold, and there is a reference
  bool whole = false;                        // and all of the reel was replayed: its figures go with the portrait's
  double calls = 0;                          // of the reel

  double frees() const;
  double remote_frees() const;

  // Less than the reference's, and that can be claimed.
  bool faster(const Row& row) const;
  bool smaller(const Row& row, const char* metric) const;

  // Seconds of processor time of the program, if reference runs told them, or if its one thread bounds them.
  struct Cpu {
    double seconds = 0;
    const char* what = "";
  };
  std::optional<Cpu> program_cpu() const;
};

// "glibc", also as "glibc-2" or "glibc with settings": the library a row's settings are those of.
std::string family_of(const Row& row);

// A command that measures a setting instead of believing in it; empty for allocators whose settings we do not know.
std::string try_setting(const Row& row, const lab::Results& results, const char* what);

}  // namespace heapreel::advice
