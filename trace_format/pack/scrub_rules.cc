// The table of scrub_rules.h, in the order of reel.proto.
#include "trace_format/pack/scrub_rules.h"

#include <algorithm>
#include <array>

#include "trace_format/pack/scrub_texts.h"

namespace heapreel::reel {
namespace {

constexpr std::string_view kTool = "heapreel's version or the imported format";
constexpr std::string_view kMachine = "the kind of machine, roughly";
constexpr std::string_view kAllocator = "the allocator with its version and known settings";
constexpr std::string_view kProcesses = "processes and threads as numbers";
constexpr std::string_view kMemory = "samples of memory and processor time";
constexpr std::string_view kReferences = "what unrecorded runs took";
constexpr std::string_view kSites = "the shape of call stacks";
constexpr std::string_view kHistory = "how it ended and what was lost";

constexpr Fate kInside = Fate::kInside, kKept = Fate::kKept, kRemoved = Fate::kRemoved, kCoarsened = Fate::kCoarsened;

constexpr std::array kRules = std::to_array<ScrubRule>({
    {"Metadata.producer", kInside},
    {"Metadata.clock", kInside},
    {"Metadata.machine", kInside},
    {"Metadata.allocator", kInside},
    {"Metadata.capture", kInside},
    {"Metadata.processes", kInside},
    {"Metadata.threads", kInside},
    {"Metadata.modules", kInside},
    {"Metadata.losses", kInside},
    {"Metadata.memory", kInside},
    {"Metadata.residency", kInside},
    {"Metadata.marks", kInside},
    {"Metadata.references", kInside},
    {"Metadata.features", kRemoved, "features"},
    {"Metadata.packing", kInside},
    {"Metadata.provenance", kInside},
    {"Metadata.ending", kInside},
    {"Metadata.stacks", kInside},
    {"Metadata.window", kInside},

    {"Producer.name", kCoarsened, kTool, known_producer},
    {"Producer.version", kCoarsened, kTool, known_version},
    {"Producer.source_format", kCoarsened, kTool, known_format},

    {"Clock.source", kKept, "the clock"},
    {"Clock.ticks_per_second", kCoarsened, "the clock", nullptr, five_digits},
    {"Clock.origin_ticks", kRemoved, "readings of the machine's clock"},
    {"Clock.pairs", kRemoved, "readings of the machine's clock"},
    {"Clock.stamp_every", kKept, "the clock"},

    {"Machine.page_bytes", kKept, kMachine},
    {"Machine.architecture", kCoarsened, kMachine, known_architecture},
    {"Machine.cpus", kKept, kMachine},
    {"Machine.memory_bytes", kCoarsened, kMachine, nullptr, power_of_two},
    {"Machine.kernel", kCoarsened, kMachine, known_kernel},
    {"Machine.transparent_huge_pages", kCoarsened, kMachine, known_huge_pages},
    {"Machine.libc", kCoarsened, kMachine, known_libc},
    {"Machine.limits", kRemoved, "resource limits"},
    {"Machine.swap_bytes", kRemoved, "size of the swap space"},

    {"Allocator.name", kCoarsened, kAllocator, known_allocator},
    {"Allocator.version", kCoarsened, kAllocator, known_version},
    {"Allocator.build_id", kRemoved, "build ids"},
    {"Allocator.settings", kCoarsened, kAllocator, known_setting},

    {"Capture.options", kRemoved, "options of the recording"},
    {"Capture.block_events_max", kKept},
    {"Capture.time_quantum", kKept, "the clock"},

    {"Process.serial", kKept, kProcesses},
    {"Process.parent_serial", kKept, kProcesses},
    {"Process.parent_reel_id", kRemoved, "ids of other reels"},
    {"Process.start", kKept, kProcesses},
    {"Process.end", kKept, kProcesses},
    {"Process.origin", kCoarsened, kProcesses, known_origin},
    {"Process.limits", kRemoved, "resource limits"},
    {"Process.cgroup_memory_bytes", kRemoved, "resource limits"},
    {"Process.huge_pages_disabled", kKept, kProcesses},

    {"Thread.serial", kKept, kProcesses},
    {"Thread.process_serial", kKept, kProcesses},
    {"Thread.start", kKept, kProcesses},
    {"Thread.end", kKept, kProcesses},
    {"Thread.recorder_ticks", kKept, kProcesses},
    {"Thread.lost_events", kKept, kProcesses},
    {"Thread.main", kKept, kProcesses},

    {"Module.serial", kKept, kSites},
    {"Module.build_id", kRemoved, "build ids"},
    {"Module.address", kRemoved, "addresses and sizes of modules"},
    {"Module.bytes", kRemoved, "addresses and sizes of modules"},
    {"Module.file_offset", kRemoved, "addresses and sizes of modules"},
    {"Module.loaded", kRemoved, "addresses and sizes of modules"},
    {"Module.unloaded", kRemoved, "addresses and sizes of modules"},

    {"StackNodes.parents", kKept, kSites},
    {"StackNodes.modules", kKept, kSites},
    {"StackNodes.offsets", kCoarsened, kSites},

    {"Loss.thread", kKept, kHistory},
    {"Loss.first_time", kKept, kHistory},
    {"Loss.last_time", kKept, kHistory},
    {"Loss.events", kKept, kHistory},
    {"Loss.reason", kCoarsened, kHistory, known_loss},

    {"MemorySamples.time_steps", kKept, kMemory},
    {"MemorySamples.rss_anon_steps", kKept, kMemory},
    {"MemorySamples.non_malloc_steps", kKept, kMemory},
    {"MemorySamples.minor_fault_steps", kKept, kMemory},
    {"MemorySamples.major_fault_steps", kKept, kMemory},
    {"MemorySamples.user_ns_steps", kKept, kMemory},
    {"MemorySamples.system_ns_steps", kKept, kMemory},
    {"MemorySamples.rss_file_steps", kKept, kMemory},
    {"MemorySamples.rss_shmem_steps", kKept, kMemory},
    {"MemorySamples.anon_huge_steps", kKept, kMemory},
    {"MemorySamples.lazy_free_steps", kKept, kMemory},
    {"MemorySamples.swap_steps", kKept, kMemory},

    {"Residency.time_steps", kKept, "touched pages of large blocks"},
    {"Residency.block_steps", kKept, "touched pages of large blocks"},
    {"Residency.resident_pages", kKept, "touched pages of large blocks"},
    {"Residency.occasions", kKept, "touched pages of large blocks"},

    {"Window.begin", kKept, kHistory},
    {"Window.events_before", kKept, kHistory},

    {"Mark.number", kKept, "marks as numbers"},
    {"Mark.time", kKept, "marks as numbers"},

    {"Reference.wall_ns", kKept, kReferences},
    {"Reference.user_ns", kKept, kReferences},
    {"Reference.system_ns", kKept, kReferences},
    {"Reference.minor_faults", kKept, kReferences},
    {"Reference.major_faults", kKept, kReferences},
    {"Reference.rss_peak_bytes", kKept, kReferences},
    {"Reference.rss_mean_bytes", kKept, kReferences},
    {"Reference.exit_status", kKept, kReferences},

    {"Packing.time_error", kKept, kHistory},
    {"Packing.no_time", kKept, kHistory},
    {"Packing.addresses_kept", kKept, kHistory},
    {"Packing.level", kKept, kHistory},
    {"Packing.inversions_repaired", kKept, kHistory},
    {"Packing.implied_frees", kKept, kHistory},
    {"Packing.residency_dropped", kKept, kHistory},

    {"Step.what", kCoarsened, kHistory, known_step},
    {"Step.parent_content_id", kCoarsened, kHistory, known_digest},

    {"Ending.cause", kKept, kHistory},
    {"Ending.detail", kCoarsened, kHistory, known_ending},
    {"Ending.exit_status", kKept, kHistory},
    {"Ending.signal", kKept, kHistory},
    {"Ending.content_id", kCoarsened, kHistory, known_digest},
    {"Ending.events", kKept, kHistory},
    {"Ending.end", kKept, kHistory},

    {"PrivateMetadata.command", kRemoved, "the command line"},
    {"PrivateMetadata.environment", kRemoved, "environment"},
    {"PrivateMetadata.host", kRemoved, "host"},
    {"PrivateMetadata.user", kRemoved, "user"},
    {"PrivateMetadata.working_directory", kRemoved, "folder"},
    {"PrivateMetadata.started_unix_ns", kRemoved, "date"},
    {"PrivateMetadata.processes", kRemoved, "process ids and paths"},
    {"PrivateMetadata.threads", kRemoved, "names and ids of threads"},
    {"PrivateMetadata.modules", kRemoved, "module paths and symbols"},
    {"PrivateMetadata.marks", kRemoved, "names of marks"},
    {"PrivateMetadata.source", kRemoved, "name of the imported file"},
});

}  // namespace

std::span<const ScrubRule> scrub_rules() { return kRules; }

const ScrubRule* find_scrub_rule(std::string_view field) {
  const auto* const found = std::ranges::find(kRules, field, &ScrubRule::field);
  return found == kRules.end() ? nullptr : &*found;
}

}  // namespace heapreel::reel
