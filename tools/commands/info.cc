// `heapreel info`: what reels hold, for people and for programs.
#include "tools/commands/info.h"

#include "tools/cli/output.h"
#include "tools/commands/table.h"

namespace heapreel::commands {
namespace {

base::Result<ReelInfo> gather(const std::string& path) {
  auto session = open_session(path);
  if (!session) return base::fail(std::move(session).error());
  ReelInfo info{.session = std::move(*session), .summary = {}, .content_id = {}, .complete = false};
  const reel::proto::Ending& ending = info.session.metadata.shared.ending();
  const bool damaged = !info.session.file.damage().empty() || !info.session.metadata.damage.empty();
  const bool id_is_known = !ending.content_id().empty() && !damaged;
  auto summary = reel::summarize(info.session.file, *info.session.pool, {.content_id = !id_is_known});
  if (!summary) return base::fail(std::move(summary).error());
  info.summary = std::move(*summary);
  for (const reel::proto::Loss& loss : info.session.metadata.shared.losses()) info.summary.events_lost += loss.events();
  for (const reel::Damage& damage : info.session.file.damage()) info.summary.events_lost += damage.events_lost;
  const uint64_t had = ending.events();  // a block that nobody can find does not say how many events it held
  if (damaged && had > info.summary.counts.events + info.summary.events_lost)
    info.summary.events_lost = had - info.summary.counts.events;
  info.content_id = id_is_known && info.summary.damage.empty()
                        ? base::to_hex(base::as_bytes(ending.content_id().data(), ending.content_id().size()))
                        : base::to_hex(info.summary.content_id);
  info.complete = info.session.file.sealed() && ending.cause() == reel::proto::Ending::FINISHED && !damaged &&
                  info.summary.events_lost == 0 && info.session.metadata.shared.losses().empty() &&
                  info.summary.damage.empty();
  return info;
}

// A pause is a loss of nobody knows how many events.
std::string why_missing(const ReelInfo& info) {
  const auto& losses = info.session.metadata.shared.losses();
  if (info.summary.events_lost > 0) return "events were lost";
  return losses.empty() ? "" : losses[0].reason();
}

}  // namespace

std::string cause_of(const ReelInfo& info) {
  const reel::proto::Ending& ending = info.session.metadata.shared.ending();
  const bool ended = ending.cause() != reel::proto::Ending::NOT_ENDED;
  if (!info.session.file.sealed() && !ended) return "the file was not written to its end";
  if (!info.session.file.damage().empty() || !info.session.metadata.damage.empty() || !info.summary.damage.empty())
    return "the file is damaged";
  if (!ending.detail().empty()) return ending.detail();
  if (info.summary.events_lost > 0) return why_missing(info);
  switch (ending.cause()) {
    case reel::proto::Ending::SIGNAL:
      return "the program was ended by a signal";
    case reel::proto::Ending::COLLECTOR_FAILED:
      return "the collector failed";
    case reel::proto::Ending::LIMIT_REACHED:
      return "a limit of the recording was reached";
    case reel::proto::Ending::STOPPED:
      return "the recording was stopped";
    case reel::proto::Ending::FINISHED:
      return why_missing(info);
    default:
      return "the recording does not say how it ended";
  }
}

base::Result<int> run_info(const cli::Arguments& arguments) {
  bool first = true;
  for (const std::string& path : arguments.positionals("FILE")) {
    const auto info = gather(path);
    if (!info) return base::fail(info.error());
    if (arguments.has("json")) {
      cli::standard_output().write(info_json(*info) + "\n");
    } else {
      if (!first) cli::standard_output().write("\n");
      cli::standard_output().write(info_text(*info));
    }
    first = false;
  }
  return cli::kExitOk;
}

}  // namespace heapreel::commands
