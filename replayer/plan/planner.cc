// The pass of planner.h: reads the reel, translates batch after batch, writes the header.
#include "replayer/plan/planner.h"

#include <algorithm>
#include <fmt/format.h>

#include "replayer/plan/plan_output.h"
#include "replayer/plan/translate.h"

namespace heapreel::plan {
namespace {

ReelFacts facts_of(const reel::ReelFile& file, const reel::ReelMetadata& metadata) {
  ReelFacts facts;
  uint64_t first = ~uint64_t{0};
  uint64_t last = 0;
  for (const reel::BlockEntry& entry : file.blocks()) {
    if (!entry.holds_events()) continue;
    facts.by_address = facts.by_address || reel::is_capture(entry.type);
    facts.events += entry.events;
    first = std::min(first, entry.first_time);
    last = std::max(last, entry.last_time);
  }
  facts.duration_ticks = last > first ? last - first : 0;
  facts.ticks_per_second = metadata.shared.clock().ticks_per_second();
  if (metadata.shared.machine().page_bytes() != 0) facts.page_bytes = metadata.shared.machine().page_bytes();
  facts.main_thread = reel::main_thread_of(metadata);
  return facts;
}

// What the reel itself tells of losses and repairs.
void add_notes(const reel::StreamNotes& notes, const reel::proto::Metadata& metadata, Policies& policies) {
  policies.lost_events += notes.events_lost;
  for (const reel::proto::Loss& loss : metadata.losses()) policies.lost_events += loss.events();
  policies.inversions_repaired += notes.inversions_repaired + metadata.packing().inversions_repaired();
  policies.touches_without_block += metadata.packing().residency_dropped();
}

}  // namespace

base::Result<PlanReport> write_plan(const reel::ReelFile& file, const reel::ReelMetadata& metadata,
                                    base::WorkerPool& pool, const PlanOptions& options, const base::Fd& into,
                                    const std::string& name) {
  const ReelFacts facts = facts_of(file, metadata);
  TouchSchedule touches(metadata.shared, facts.by_address);
  const auto stream = reel::open_events(file, pool, {.addresses = facts.by_address && touches.has_notes()});
  if (!stream) return base::fail(stream.error());
  PlanWriter writer(into, name, options.strict);
  Translator translator(writer, facts, touches);
  reel::EventBatch batch;
  for (;;) {
    const auto more = (*stream)->next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) break;
    translator.take(batch);
    HEAPREEL_TRY(writer.status());
  }
  PlanHeader header;
  translator.finish(header);
  add_notes((*stream)->notes(), metadata.shared, header.policies);
  const std::string& id = metadata.shared.ending().content_id();
  if (id.size() == sizeof header.content_id) std::copy(id.begin(), id.end(), header.content_id);
  HEAPREEL_TRY(writer.finish(header));
  return PlanReport{.page_bytes = metadata.shared.machine().page_bytes(),
                    .architecture = metadata.shared.machine().architecture(),
                    .blocks_damaged = !(*stream)->notes().damage.empty()};
}

base::Result<PlanReport> make_plan(const reel::ReelFile& file, const reel::ReelMetadata& metadata,
                                   base::WorkerPool& pool, const PlanOptions& options, const std::string& output) {
  auto into = PlanOutput::create(output);
  if (!into) return base::fail(std::move(into).error());
  auto report = write_plan(file, metadata, pool, options, into->fd(), output);
  if (!report) return report;
  const auto committed = into->commit();
  if (!committed) return base::fail(committed.error());
  return report;
}

}  // namespace heapreel::plan
