// The steps of plan_cache.h: look it up, else make it; keep it where that can be.
#include "replayer/plan/plan_cache.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>
#include <unistd.h>

#include "replayer/plan/plan_key.h"
#include "replayer/plan/plan_store.h"

namespace heapreel::plan {
namespace {

constexpr unsigned kDecodingThreadsMax = 4;

// One request: the reel, and where its plan may stay.
struct Request {
  reel::ReelFile file;
  reel::ReelMetadata metadata;
  PlanOptions options;
};

uint64_t bytes_estimated(const reel::ReelFile& file) {
  uint64_t events = 0;
  for (const reel::BlockEntry& entry : file.blocks()) events += entry.holds_events() ? entry.events : 0;
  return sizeof(PlanHeader) + 20 * events;
}

std::string told(const base::Error& error) { return fmt::format("{}: {}", error.what, error.why); }

base::Result<CachedPlan> opened(base::Fd fd, std::string path, PlanReport report) {
  auto plan = PlanFile::adopt(std::move(fd), std::move(path));
  if (!plan) return base::fail(std::move(plan).error());
  return CachedPlan{.plan = std::move(*plan), .report = std::move(report)};
}

base::Result<PlanReport> write(const Request& request, const base::Fd& into, const std::string& name) {
  base::WorkerPool pool(std::clamp(std::thread::hardware_concurrency(), 1U, kDecodingThreadsMax));
  return write_plan(request.file, request.metadata, pool, request.options, into, name);
}

base::Result<CachedPlan> make_nameless(const Request& request, std::string warning) {
  auto fd = PlanOutput::create_nameless();
  if (!fd) return base::fail(std::move(fd).error());
  auto report = write(request, *fd, "the plan in TMPDIR");
  if (!report) return base::fail(std::move(report).error());
  auto plan = opened(std::move(*fd), "", std::move(*report));
  if (plan) plan->warning = std::move(warning);
  return plan;
}

// Makes the plan in the store. A plan of a reel that could not be read as a whole is not kept: its key promises more.
base::Result<CachedPlan> make_kept(const Request& request, const PlanStore& store, const std::string& key) {
  const std::string path = store.path_of(key);
  auto output = PlanOutput::create(path);
  if (!output) return base::fail(std::move(output).error());
  hold(output->fd());
  auto report = write(request, output->fd(), path);
  if (!report) return base::fail(std::move(report).error());
  if (report->blocks_damaged) return opened(output->keep_nameless(), "", std::move(*report));
  auto fd = output->commit();
  if (!fd) return base::fail(std::move(fd).error());
  return opened(std::move(*fd), path, std::move(*report));
}

// The plan from the store, if it is there and sound.
bool find_kept(const PlanStore& store, const std::string& key, base::Result<CachedPlan>& plan) {
  base::Fd fd = store.find(key);
  if (!fd.valid()) return false;
  plan = opened(std::move(fd), store.path_of(key), {});
  if (!plan) ::unlink(store.path_of(key).c_str());
  return plan.has_value();
}

base::Result<CachedPlan> through_store(const Request& request, const PlanStore& store, uint64_t bytes_max) {
  const auto key = plan_key(request.file, request.metadata, request.options.strict);
  if (!key) return base::fail(key.error());
  base::Result<CachedPlan> plan = tl::unexpected(base::Error{});
  if (find_kept(store, *key, plan)) {
    plan->was_cached = true;
    plan->report = {.page_bytes = request.metadata.shared.machine().page_bytes(),
                    .architecture = request.metadata.shared.machine().architecture()};
    return plan;
  }
  if (!store.make_room(bytes_estimated(request.file), bytes_max))
    return make_nameless(request, fmt::format("the plan is not kept: the limit for all plans is {} bytes", bytes_max));
  plan = make_kept(request, store, *key);
  const bool disk = !plan && plan.error().code == base::ErrorCode::kIo;
  if (disk) return make_nameless(request, fmt::format("the plan is not kept: {}", told(plan.error())));
  if (plan) (void)store.make_room(0, bytes_max);
  return plan;
}

}  // namespace

base::Result<CachedPlan> cached_plan(const std::string& reel_path, const PlanOptions& options) {
  auto file = reel::ReelFile::open(reel_path);
  if (!file) return base::fail(std::move(file).error());
  auto metadata = reel::read_metadata(*file);
  if (!metadata) return base::fail(std::move(metadata).error());
  const Request request{std::move(*file), std::move(*metadata), options};
  if (!options.use_cache) return make_nameless(request, "");
  const std::string folder = options.cache_folder.empty() ? PlanStore::default_folder() : options.cache_folder;
  if (folder.empty())
    return make_nameless(request, "the plan is not kept: neither XDG_CACHE_HOME nor HOME names a folder");
  const auto asked = options.cache_bytes_max != PlanOptions::kBytesBySystem
                         ? base::Result<uint64_t>(options.cache_bytes_max)
                         : cache_max_from_environment(PlanOptions::kBytesBySystem);
  if (!asked) return base::fail(asked.error());
  if (*asked == 0) return make_nameless(request, "");
  const auto store = PlanStore::open(folder);
  if (!store) return make_nameless(request, fmt::format("the plan is not kept: {}", told(store.error())));
  return through_store(request, *store, *asked == PlanOptions::kBytesBySystem ? store->bytes_max_by_system() : *asked);
}

}  // namespace heapreel::plan
