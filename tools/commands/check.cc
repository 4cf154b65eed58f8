// `heapreel check`: everything that is wrong with a reel, where it is and what it costs; and repair.
//
// Three layers are looked at: the file (every byte is covered by some checksum), the blocks, and the events, which must
// tell a story in which every object is born once and dies at most once.
#include "tools/commands/check.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/cli/output.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/cli/terminal.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"
#include "trace_format/store/stack_tree.h"

namespace heapreel::commands {
namespace {

constexpr size_t kFindingsOfAKind = 10;  // shown one by one; the rest is counted

// The block that holds a thread's event at a time, as far as headers tell.
const reel::BlockEntry* block_of(const ReelSession& session, const reel::Event& event, uint64_t position) {
  for (const reel::BlockEntry& entry : session.file.blocks()) {
    if (!entry.holds_events()) continue;
    const bool captured_here = reel::is_capture(entry.type) && entry.thread == event.thread &&
                               entry.first_time <= event.time && event.time <= entry.last_time;
    const bool packed_here = entry.type == reel::BlockType::kPacked && entry.first_event <= position &&
                             position < entry.first_event + entry.events;
    if (captured_here || packed_here) return &entry;
  }
  return nullptr;
}

class Checker {
 public:
  explicit Checker(const ReelSession& session) : session_(session) {}

  base::Result<CheckReport> run() {
    for (const reel::Damage& damage : session_.file.damage()) add_damage("file", damage);
    for (const reel::Damage& damage : session_.metadata.damage) add_damage("metadata", damage);
    HEAPREEL_TRY(check_other_blocks());
    HEAPREEL_TRY(check_events());
    for (const reel::proto::Loss& loss : session_.metadata.shared.losses()) {
      report_.events_lost += loss.events();
      add({.kind = "gap",
           .events_lost = loss.events(),
           .text = loss.reason().empty() ? "a loss without a reason" : loss.reason()});
    }
    // A block that nobody can find does not say how many events it held, but the reel says how many it had.
    const uint64_t had = session_.metadata.shared.ending().events();
    if (!report_.counts.empty() && had > report_.events + report_.events_lost)
      report_.events_lost = had - report_.events;
    // What is damaged comes before what follows from it.
    std::stable_partition(report_.findings.begin(), report_.findings.end(),
                          [](const Finding& it) { return it.event == base::Error::kNoOffset; });
    return std::move(report_);
  }

 private:
  void add(Finding finding) {
    uint64_t& count = report_.counts[finding.kind];
    if (count++ < kFindingsOfAKind) report_.findings.push_back(std::move(finding));
  }

  void add_damage(const std::string& kind, const reel::Damage& damage) {
    report_.events_lost += damage.events_lost;
    Finding finding{.kind = kind, .offset = damage.offset, .events_lost = damage.events_lost, .text = damage.what};
    for (const reel::BlockEntry& entry : session_.file.blocks())
      if (entry.offset == damage.offset) finding.block = entry.sequence;
    add(std::move(finding));
  }

  // Blocks that no reader of events or metadata opens: their checksums count all the same.
  base::Status check_other_blocks() {
    base::Buffer body;
    for (const reel::BlockEntry& entry : session_.file.blocks()) {
      if (entry.holds_events() || entry.type == reel::BlockType::kMetadata || entry.type == reel::BlockType::kPrivate)
        continue;
      const auto header = session_.file.read_header(entry);
      const auto status = header ? session_.file.read_body(entry, *header, body) : base::fail(header.error());
      if (!status && status.error().code == base::ErrorCode::kIo) return base::fail(status.error());
      if (!status) add_damage("block", {.offset = entry.offset, .what = status.error().why});
    }
    return {};
  }

  base::Status check_events() {
    auto summary = reel::summarize(
        session_.file, *session_.pool,
        {.content_id = true, .on_contradiction = [this](const reel::Contradiction& it) { add_contradiction(it); }});
    if (!summary) return base::fail(std::move(summary).error());
    for (const reel::Damage& damage : summary->damage) add_damage("block", damage);
    const uint64_t in_gaps = summary->counts.lost_in_gaps;
    if (in_gaps > 0) add({.kind = "gap", .events_lost = in_gaps, .text = "lost while recording"});
    report_.events_lost += in_gaps;
    report_.events = summary->counts.events;
    report_.inversions_repaired = summary->inversions_repaired;
    check_content_id(*summary);
    for (const std::string& fault : reel::StackTree(session_.metadata.shared).faults(summary->counts.stack_max))
      add({.kind = "stacks", .text = fault});
    return {};
  }

  void check_content_id(const reel::Summary& summary) {
    report_.content_id = base::to_hex(summary.content_id);
    const std::string& stored = session_.metadata.shared.ending().content_id();
    if (stored.empty() || base::to_hex(base::as_bytes(stored.data(), stored.size())) == report_.content_id) return;
    add({.kind = "content id", .text = "the events are not those that the reel's content id was computed of"});
  }

  void add_contradiction(const reel::Contradiction& it) {
    const reel::Event& event = *it.event;
    Finding finding{
        .kind = "unknown free", .event = it.position, .t_ns = session_.to_ns(event.time), .thread = event.thread};
    const std::string_view op = reel::traits(event.op).name;
    if (it.how == reel::Contradicts::kTwice) {
      finding.kind = "double free";
      finding.text = fmt::format("{} of object {}, which was dead already", op, it.object);
    } else if (it.how == reel::Contradicts::kUnknown) {
      finding.text = fmt::format("{} of an object born outside the reel", op);
    } else {
      finding.kind = "overlap";
      finding.text = fmt::format("the address of object {} was handed out again while it lived", it.object);
    }
    if (const reel::BlockEntry* entry = block_of(session_, event, it.position); entry != nullptr) {
      finding.block = entry->sequence;
      finding.offset = entry->offset;
    }
    add(std::move(finding));
  }

  const ReelSession& session_;
  CheckReport report_;
};

std::string report_json(const ReelSession& session, const CheckReport& report) {
  using Json = nlohmann::ordered_json;
  Json findings = Json::array();
  for (const Finding& finding : report.findings) {
    Json one = {{"kind", finding.kind}, {"what", finding.text}};
    if (finding.offset != base::Error::kNoOffset) one["offset"] = finding.offset;
    if (finding.block != base::Error::kNoOffset) one["block"] = finding.block;
    if (finding.event != base::Error::kNoOffset) {
      one["event"] = finding.event;
      one["t_ns"] = finding.t_ns;
      one["thread"] = finding.thread;
    }
    if (finding.events_lost != 0) one["events_lost"] = finding.events_lost;
    findings.push_back(std::move(one));
  }
  const Json json = {{"schema", "heapreel.check/1"},
                     {"path", session.file.path()},
                     {"sound", report.counts.empty()},
                     {"id", report.content_id},
                     {"events", report.events},
                     {"lost_events", report.events_lost},
                     {"inversions_repaired", report.inversions_repaired},
                     {"counts", report.counts},
                     {"findings", findings}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Where it is and what it costs, on a line of its own: both lines fit into 80 columns.
std::string place_of(const Finding& finding) {
  std::string place;
  const auto add = [&place](std::string_view part) { place += fmt::format("{}{}", place.empty() ? "" : ", ", part); };
  if (finding.event != base::Error::kNoOffset)
    add(fmt::format("event {}, thread {}, {}", finding.event, finding.thread, cli::format_duration(finding.t_ns)));
  if (finding.block != base::Error::kNoOffset) add(fmt::format("block {}", finding.block));
  if (finding.offset != base::Error::kNoOffset) add(fmt::format("at byte {}", finding.offset));
  if (finding.events_lost != 0) add(count_of(finding.events_lost, "event") + " lost");
  return place;
}

void print_text(cli::Output& out, const ReelSession& session, const CheckReport& report) {
  for (const Finding& finding : report.findings) {
    // Reasons of losses come from the file: they must not steer a terminal.
    out.print("{}: {}\n", finding.kind, cli::printable(finding.text, cli::wants_utf8()));
    if (const std::string place = place_of(finding); !place.empty()) out.print("  {}\n", place);
  }
  for (const auto& [kind, count] : report.counts)
    if (count > kFindingsOfAKind)
      out.print("{}: {} more of this kind\n", kind, cli::format_count(count - kFindingsOfAKind));
  if (report.counts.empty())
    out.print("{}: sound: {}, content id {}\n", session.file.path(), count_of(report.events, "event"),
              report.content_id.substr(0, 16));
  else
    out.print("{}: NOT sound: {} can be read, {}{} lost\n", session.file.path(), count_of(report.events, "event"),
              session.file.sealed() ? "" : "at least ", cli::format_count(report.events_lost));
}

}  // namespace

base::Result<int> run_check(const cli::Arguments& arguments) {
  const auto session = open_session(arguments.positional("FILE"));
  if (!session) return base::fail(session.error());
  const std::string output = arguments.get("output").value_or("");
  if (!output.empty()) HEAPREEL_TRY(base::refuse_same_file(session->file.path(), output));
  const auto report = Checker(*session).run();
  if (!report) return base::fail(report.error());
  if (arguments.has("json"))
    cli::standard_output().write(report_json(*session, *report));
  else
    print_text(cli::standard_output(), *session, *report);
  if (arguments.has("repair")) {
    if (auto status = repair(*session, output, arguments.has("force")); !status) return base::fail(status.error());
    cli::tell("repaired: what could be saved is in {}\nnext: heapreel info {}\n", output, output);
  }
  return report->counts.empty() ? cli::kExitOk : cli::kExitCheckFailed;
}

}  // namespace heapreel::commands
