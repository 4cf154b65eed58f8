// `heapreel export`: what a reel holds as a table for other programs.
#include <optional>

#include "tools/cli/output.h"
#include "tools/commands/progress.h"
#include "tools/commands/reel_session.h"
#include "tools/commands/table.h"
#include "tools/commands/warn.h"
#include "tools/exporters/events_csv.h"

namespace heapreel::commands {
namespace {

// What cannot be written there, main() reports.
class StandardOutputSink final : public exporters::TextSink {
 public:
  base::Status write(std::string_view text) override {
    cli::standard_output().write(text);
    return {};
  }
  bool wanted() const override { return cli::standard_output().ok(); }
};

base::Status export_to(const ReelSession& session, exporters::TextSink& sink) {
  auto stream = reel::open_events(session.file, *session.pool);
  if (!stream) return base::fail(std::move(stream).error());
  exporters::EventsCsvOptions options{.ticks_per_second = session.ticks_per_second,
                                      .times = !session.metadata.shared.packing().no_time()};
  {
    Progress progress("exporting:");
    options.on_progress = [&progress](uint64_t events) { progress.events(events); };
    const auto done = exporters::export_events_csv(**stream, options, sink);
    if (!done) return base::fail(done.error());
  }
  warn_of_damage(session.file.path(), known_damage(session, (*stream)->notes().damage));
  return {};
}

}  // namespace

base::Result<int> run_export(const cli::Arguments& arguments) {
  const auto session = open_session(arguments.positional("FILE"));
  if (!session) return base::fail(session.error());
  const std::string output = *arguments.get("output");
  if (output == "-") {
    StandardOutputSink sink;
    HEAPREEL_TRY(export_to(*session, sink));
    return cli::kExitOk;
  }
  HEAPREEL_TRY(base::refuse_same_file(session->file.path(), output));
  auto file = base::OutputFile::create(output, arguments.has("force"));
  if (!file) return base::fail(std::move(file).error());
  exporters::FileSink sink(*file);
  HEAPREEL_TRY(export_to(*session, sink));
  HEAPREEL_TRY(file->commit());
  return cli::kExitOk;
}

}  // namespace heapreel::commands
