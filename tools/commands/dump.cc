// `heapreel dump`: the events of a reel in replay order, one a line.
#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <unordered_map>

#include "tools/cli/output.h"
#include "tools/cli/quantity.h"
#include "tools/cli/tell.h"
#include "tools/commands/dump_stacks.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"
#include "trace_format/event/flag_names.h"

namespace heapreel::commands {
namespace {

uint64_t alignment_of(const reel::Event& event) { return event.align_log2 == 0 ? 0 : uint64_t{1} << event.align_log2; }

template <class Each>
void for_each_flag(const reel::Event& event, Each each) {
  for (size_t bit = 0; bit < reel::kFlagNames.size(); ++bit)
    if ((event.flags >> bit & 1) != 0) each(reel::kFlagNames[bit]);
}

// The stacks of a reel as they are printed, each made once.
class StackTexts {
 public:
  StackTexts(const reel::ReelMetadata& metadata, symbols::SymbolizerOptions options, bool jsonl)
      : symbolizer_(std::move(options)), reader_(metadata, symbolizer_), jsonl_(jsonl) {}

  const std::string& of(uint32_t stack) {
    const auto [place, is_new] = texts_.try_emplace(stack);
    if (is_new) place->second = jsonl_ ? stack_as_json(reader_.frames(stack)) : stack_as_text(reader_.frames(stack));
    return place->second;
  }
  std::vector<std::string> problems() const { return symbolizer_.problems(); }

 private:
  symbols::Symbolizer symbolizer_;
  symbols::StackReader reader_;
  std::unordered_map<uint32_t, std::string> texts_;
  bool jsonl_;
};

void print_jsonl(cli::Output& out, const ReelSession& session, const reel::Event& event, uint64_t seq,
                 StackTexts* stacks) {
  out.print(R"({{"seq":{},"t_ns":{},"thread":{},"op":"{}","size":{},"align":{},"object":{})", seq,
            session.to_ns(event.time), event.thread, reel::traits(event.op).name, event.size, alignment_of(event),
            event.object);
  if (reel::traits(event.op).reallocates) out.print(R"(,"old_object":{})", event.old_object);
  if (event.flags != 0) {
    std::string_view before = R"(,"flags":[)";
    for_each_flag(event, [&](std::string_view name) {
      out.print(R"({}"{}")", before, name);
      before = ",";
    });
    out.write("]");
  }
  if (event.duration != 0) out.print(R"(,"duration_ns":{})", session.to_ns(event.duration));
  if (event.stack != 0) out.print(R"(,"stack":{})", event.stack);
  if (event.stack != 0 && stacks != nullptr) out.print(R"(,"frames":{})", stacks->of(event.stack));
  out.write("}\n");
}

void print_text(cli::Output& out, const ReelSession& session, const reel::Event& event, uint64_t seq,
                StackTexts* stacks) {
  const uint64_t ns = session.to_ns(event.time);
  out.print("{:>9}  {:>4}.{:09}  T{:<3} {:<13}", seq, ns / 1'000'000'000, ns % 1'000'000'000, event.thread,
            reel::traits(event.op).name);
  const reel::OpTraits& kind = reel::traits(event.op);
  if (kind.allocates || event.size != 0)
    out.print(" {:>10}", event.size);
  else
    out.print(" {:>10}", "");
  if (kind.reallocates && event.old_object != reel::kNoObject) out.print("  #{} ->", event.old_object);
  if (event.object != reel::kNoObject) out.print("  #{}", event.object);
  if (event.align_log2 != 0) out.print("  align {}", alignment_of(event));
  for_each_flag(event, [&](std::string_view name) { out.print("  {}", name); });
  if (event.stack != 0) out.print("  stack {}", event.stack);
  out.write("\n");
  if (event.stack != 0 && stacks != nullptr) out.write(stacks->of(event.stack));
}

struct Window {
  uint64_t from;   // ticks
  uint64_t to;     // ticks; the first moment outside
  uint64_t limit;  // events
};

// Returns how many events were printed.
base::Result<uint64_t> print_events(const ReelSession& session, reel::EventStream& stream, Window window, bool jsonl,
                                    StackTexts* stacks) {
  cli::Output& out = cli::standard_output();
  reel::EventBatch batch;
  uint64_t printed = 0;
  for (;;) {
    const auto more = stream.next(batch);
    if (!more) return base::fail(more.error());
    if (!*more) return printed;
    uint64_t seq = batch.first_event;
    for (const reel::Event& event : batch.events) {
      const uint64_t at = seq++;
      if (event.time < window.from) continue;
      if (event.time >= window.to || printed == window.limit || !out.ok()) return printed;
      ++printed;
      jsonl ? print_jsonl(out, session, event, at, stacks) : print_text(out, session, event, at, stacks);
    }
  }
}

// An empty answer to a time that was mistyped looks like one to a time when nothing happened.
void warn_of_empty_window(const ReelSession& session) {
  uint64_t last = 0;
  for (const reel::BlockEntry& entry : session.file.blocks())
    if (entry.holds_events()) last = std::max(last, entry.last_time);
  if (last > 0)
    cli::tell("heapreel: warning: no event lies in that time; the last one is at {}\n",
              cli::format_duration(session.to_ns(last)));
}

symbols::SymbolizerOptions symbol_options(const cli::Arguments& arguments) {
  symbols::SymbolizerOptions options;
  const std::vector<std::string> more = arguments.get_all("debug-files");
  options.debug_folders.insert(options.debug_folders.begin(), more.begin(), more.end());
  return options;
}

void warn_of_missing_symbols(const StackTexts& stacks) {
  for (const std::string& problem : stacks.problems()) cli::tell("heapreel: warning: {}\n", problem);
}

}  // namespace

base::Result<int> run_dump(const cli::Arguments& arguments) {
  const auto session = open_session(arguments.positional("FILE"));
  if (!session) return base::fail(session.error());
  constexpr uint64_t kAll = ~uint64_t{0};
  Window window{.from = 0, .to = kAll, .limit = arguments.get_number("limit").value_or(kAll)};
  if (const auto from = arguments.get_number("from")) window.from = session->to_ticks(*from);
  if (const auto to = arguments.get_number("to")) window.to = session->to_ticks(*to);
  if (window.from > window.to)
    return base::fail({.code = base::ErrorCode::kUsage,
                       .what = "cannot dump events",
                       .why = "--from is later than --to",
                       .hint = "swap the two times"});
  auto stream = reel::open_events(session->file, *session->pool, {.from_time = window.from});
  if (!stream) return base::fail(stream.error());
  const bool jsonl = arguments.get("format") == "jsonl";
  std::optional<StackTexts> stacks;
  if (arguments.has("stacks")) stacks.emplace(session->metadata, symbol_options(arguments), jsonl);
  const auto printed = print_events(*session, **stream, window, jsonl, stacks ? &*stacks : nullptr);
  if (stacks) warn_of_missing_symbols(*stacks);
  if (!printed) return base::fail(printed.error());
  if (*printed == 0 && window.limit > 0) warn_of_empty_window(*session);
  warn_of_damage(session->file.path(), known_damage(*session, (*stream)->notes().damage));
  return cli::kExitOk;
}

}  // namespace heapreel::commands
