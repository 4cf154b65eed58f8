// Each judge below takes one subject and adds at most a few findings. What is said of sanitizers was tried with gcc 12
// and clang 14 (tests/target/sanitizer_test.cc): a runtime that comes before the shim serves every call itself, so that
// the shim sees none; behind the shim it works, but AddressSanitizer has to be told to accept that.
#include "recorder/target/verdict.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "recorder/target/symbols.h"

namespace heapreel::target {
namespace {

class Judge {
 public:
  explicit Judge(const Inspection& seen) : seen_(seen) {}

  Verdict decide() {
    const Level before = judge_file();
    if (before != Level::kRefuse) {
      judge_sanitizer();
      judge_allocator();
      judge_preloads();
    }
    judge_way();
    return std::move(verdict_);
  }

 private:
  void add(Level level, std::string what, std::string why, std::string hint = {}) {
    verdict_.findings.push_back({level, std::move(what), std::move(why), std::move(hint)});
  }

  void refuse(std::string why, std::string hint) { add(Level::kRefuse, "program", std::move(why), std::move(hint)); }

  // Can the loader bring the shim in at all? Returns the worst level it added.
  Level judge_file() {
    judge_privileges();
    if (!seen_.readable)
      add(Level::kWarn, "program", fmt::format("{} may be run but not read: nothing is known of it", seen_.path),
          "as its owner, make it readable to have it checked");
    else if (!seen_.is_elf)
      add(Level::kWarn, "program", fmt::format("{} is neither an ELF program nor a script", seen_.path),
          "if the kernel hands it to another program (binfmt_misc), record that program by name");
    else if (!seen_.ours())
      judge_machine();
    else if (seen_.interpreter_missing)
      refuse(fmt::format("its loader {} does not exist", seen_.elf.interpreter),
             "it was built for another system; install that loader, or build it here");
    else if (seen_.is_static())
      judge_static();
    else if (seen_.is_library())
      refuse(fmt::format("{} is a shared library, not a program", seen_.path), "record the program that uses it");
    else
      judge_loader();
    return worst(verdict_.findings);
  }

  void judge_privileges() {
    if (seen_.raises == Raise::kNothing) return;
    const bool capabilities = seen_.raises == Raise::kCapabilities;
    const std::string_view how = capabilities                   ? "file capabilities"
                                 : seen_.raises == Raise::kUser ? "the setuid bit"
                                                                : "the setgid bit";
    refuse(fmt::format("{} raises privileges ({}), and the loader then ignores LD_PRELOAD", seen_.path, how),
           "record a copy of it (cp drops them), or run heapreel as the user it becomes: `sudo heapreel record ...`");
  }

  void judge_machine() {
    const ElfIdentity &its = seen_.elf.identity, own = own_identity();
    const bool same_family = its.machine == own.machine;
    refuse(fmt::format("it is a program for {}, and this heapreel is for {}", identity_text(its), identity_text(own)),
           same_family || its.bits != own.bits ? fmt::format("build it for {} to record it", identity_text(own))
                                               : "record it on a machine of its kind, with a heapreel of that kind");
  }

  void judge_static() {
    const std::string_view form = seen_.is_static_pie() ? "statically linked (static-pie)" : "statically linked";
    if (seen_.elf.is_go)
      refuse("it is a statically linked Go program: no loader runs, and its heap is not malloc's",
             "Go's own profiler (runtime/pprof) sees that heap; heapreel records malloc and free");
    else
      refuse(fmt::format("it is {}: no loader runs that could bring the recorder in", form),
             "link it dynamically: leave out -static (musl and Rust: -C target-feature=-crt-static)");
  }

  void judge_loader() {
    if (seen_.is_musl())
      refuse(fmt::format("it is a musl program ({}), and the recorder is built for glibc", seen_.elf.interpreter),
             "build the program against glibc, or record it in a container based on glibc");
    else if (seen_.is_loader())
      add(Level::kNote, "program", "it is the dynamic loader itself: the program it will load is not inspected",
          "name that program directly to have it checked");
    else
      add(Level::kOk, "program", fmt::format("{} is a dynamically linked program", seen_.path));
    if (seen_.elf.is_go)
      add(Level::kWarn, "Go", "its Go heap is not malloc's: only what its C parts ask for is seen",
          "Go's own profiler (runtime/pprof) sees that heap");
  }

  void judge_sanitizer() {
    const std::string name = seen_.sanitizer();
    if (name.empty()) return;
    if (!seen_.sanitizer_is_shared()) {
      add(Level::kWarn, "sanitizer",
          fmt::format("{} is linked in and serves malloc and free itself: no call will be seen", name),
          "record a build without -fsanitize (or with gcc, whose runtime is a library)");
      return;
    }
    add(Level::kWarn, "sanitizer",
        fmt::format("built with {}: calls are seen, but time, addresses and memory are those of its own heap", name),
        "record a build without -fsanitize to choose an allocator by");
    // It aborts unless it is the first library, for fear of missing calls. It does miss none: the shim passes all on.
    if (name == "AddressSanitizer") verdict_.environment.emplace_back("ASAN_OPTIONS", "verify_asan_link_order=0");
  }

  void judge_allocator() {
    const Words own = seen_.own_entry_points();
    const std::string name = seen_.allocator();
    if (seen_.sanitizer().empty() && !own.empty())
      judge_own_malloc(own, name);
    else if (seen_.hides_malloc() && own.empty() && seen_.sanitizer().empty())
      add(Level::kWarn, "allocator",
          fmt::format("it holds a malloc of its own{} and keeps it to itself: only the calls of its libraries are seen",
                      name.empty() ? "" : fmt::format(" ({})", name)),
          "link that allocator as a shared library");
    else if (seen_.allocator_is_prefixed())
      add(Level::kWarn, "allocator",
          fmt::format("it holds {}, reached by names of its own: those calls are not seen, those to malloc are", name),
          "build it without that prefix, and with the allocator as a shared library");
    else if (seen_.allocator_is_needed())
      add(Level::kOk, "allocator", fmt::format("it uses {}, and is recorded on it", name));
    if (seen_.elf.symbol_table_skipped)
      add(Level::kNote, "allocator", "its symbol table is too large to be searched for an allocator of its own");
  }

  // The executable comes before every preloaded library in the loader's search: its own definitions win.
  void judge_own_malloc(const Words& own, const std::string& name) {
    const auto defines = [&own](std::string_view symbol) { return std::ranges::find(own, symbol) != own.end(); };
    const bool c = defines("malloc"), cxx = std::ranges::any_of(own, is_operator);
    const std::string_view seen = c && cxx ? "neither malloc nor operator new will be seen"
                                  : c      ? "malloc and free will not be seen, C++ new and delete will"
                                  : cxx    ? "the new and delete it defines are seen only as the malloc below them"
                                           : "of those, no call will be seen";
    add(c ? Level::kWarn : Level::kNote, "allocator",
        fmt::format("it defines {} itself{}: {}",
                    c     ? "malloc"
                    : cxx ? "operator new or delete"
                          : own.front(),
                    name.empty() ? "" : fmt::format(" ({} is linked in)", name), seen),
        c ? "link that allocator as a shared library; it is then recorded on it"
          : "no need to act, unless the kinds of its calls matter");
  }

  void judge_preloads() {
    for (const Preloaded& entry : seen_.preloaded) {
      if (entry.missing || entry.unusable)
        add(Level::kWarn, "LD_PRELOAD",
            fmt::format("{} {}: the loader goes on without it", entry.name,
                        entry.missing ? "cannot be opened" : "is not a library of this machine"),
            "correct LD_PRELOAD");
      else if (!entry.sanitizer.empty())
        add(Level::kNote, "LD_PRELOAD", fmt::format("{} ({}) stays, behind the recorder", entry.name, entry.sanitizer));
      else if (!entry.allocator.empty())
        add(Level::kNote, "LD_PRELOAD",
            fmt::format("{} ({}) stays, behind the recorder, which records on it", entry.name, entry.allocator));
    }
  }

  void judge_way() {
    if (seen_.passed.empty()) return;
    add(Level::kNote, "way", fmt::format("{} leads to {}", fmt::join(seen_.passed, ", then "), seen_.path));
  }

  const Inspection& seen_;
  Verdict verdict_;
};

}  // namespace

Verdict judge(const Inspection& seen) { return Judge(seen).decide(); }

Words with_additions(Words environment, const Verdict& verdict) {
  for (const auto& [name, value] : verdict.environment) {
    const std::string head = name + "=";
    const auto found =
        std::ranges::find_if(environment, [&head](const std::string& entry) { return entry.starts_with(head); });
    if (found == environment.end())
      environment.push_back(head + value);
    else
      *found += (found->ends_with('=') ? "" : ":") + value;
  }
  return environment;
}

}  // namespace heapreel::target
