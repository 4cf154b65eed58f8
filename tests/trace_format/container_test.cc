// A reel as a file: what is written comes back, in order, whole or not at all.
#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/trace_format/events.h"
#include "tests/trace_format/reels.h"
#include "tests/trace_format/soundness.h"
#include "trace_format/base/unfinished.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests

class Container : public testing::Test {
 protected:
  ReelFile open() {
    auto file = ReelFile::open(path_);
    EXPECT_TRUE(file.has_value()) << file.error().why;
    return std::move(*file);
  }
  size_t files_in_folder() const {
    size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++files;
    return files;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("app.reel");
};

TEST_F(Container, EmptyReelIsAReel) {
  auto writer = ReelWriter::create(path_, false, kTestId);
  require(writer);
  require(writer->finish());
  const ReelFile file = open();
  EXPECT_TRUE(file.sealed());
  EXPECT_TRUE(file.blocks().empty());
  EXPECT_EQ(file.header().id, kTestId);
  EXPECT_EQ(file.bytes(), writer->bytes());
  const Verdict verdict = verdict_of(path_);
  EXPECT_TRUE(verdict.sound()) << verdict.text();
  EXPECT_EQ(verdict.events, 0U);
}

TEST_F(Container, OneEventComesBack) {
  const Event event = malloc_of(1000, 3, 24, 0x7000);
  write_capture(path_, {event});
  EXPECT_TRUE(verdict_of(path_).sound());
  const Reading reading = read_events(path_, 0, {.addresses = true});
  Event expected = event;
  expected.object = 1;
  EXPECT_EQ(reading.events, std::vector{expected});
  EXPECT_EQ(reading.addresses, std::vector<uint64_t>{0x7000});
}

TEST_F(Container, AReelWithoutAnyEventsPacksIntoOne) {
  write_capture(path_, {});
  const std::string packed = folder_.file("packed.reel");
  EXPECT_EQ(pack_to(path_, packed, {}).events, 0U);
  EXPECT_TRUE(verdict_of(packed).sound()) << verdict_of(packed).text();
}

TEST_F(Container, MetadataBlocksMergeInFileOrder) {
  auto writer = ReelWriter::create(path_, false);
  require(writer);
  for (const uint32_t serial : {1U, 2U, 3U}) {
    proto::Metadata piece;
    piece.mutable_clock()->set_ticks_per_second(serial * 100);
    piece.add_threads()->set_serial(serial);
    require(writer->append(piece));
    proto::PrivateMetadata confidential;
    confidential.add_command("word " + std::to_string(serial));
    require(writer->append(confidential));
  }
  require(writer->finish());
  const auto metadata = read_metadata(open());
  require(metadata);
  EXPECT_EQ(metadata->shared.clock().ticks_per_second(), 300U) << "the last value of a single field";
  ASSERT_EQ(metadata->shared.threads_size(), 3) << "repeated fields append";
  EXPECT_EQ(metadata->shared.threads(0).serial(), 1U);
  ASSERT_EQ(metadata->confidential.command_size(), 3);
  EXPECT_EQ(metadata->confidential.command(2), "word 3");
}

TEST_F(Container, BlocksStandInTheOrderOfWriting) {
  std::vector<Event> events;
  for (uint64_t i = 0; i < 100; ++i)
    events.push_back(malloc_of(i * 10, static_cast<uint32_t>(i % 4), 16, 4096 + i * 64));
  write_capture(path_, events, {.block_events = 10});
  const ReelFile file = open();
  uint64_t expected_offset = sizeof(FileHeader);
  uint64_t events_seen = 0;
  for (size_t i = 0; i < file.blocks().size(); ++i) {
    const BlockEntry& entry = file.blocks()[i];
    EXPECT_EQ(entry.sequence, i);
    EXPECT_EQ(entry.offset, expected_offset);
    EXPECT_EQ(entry.first_event, events_seen);
    expected_offset = entry.end();
    events_seen += entry.events;
  }
  EXPECT_EQ(events_seen, events.size());
}

// The index says what a walk over the headers says: without the trailer, the same list is found block by block.
TEST_F(Container, IndexEqualsTheWalkOverTheHeaders) {
  std::vector<Event> events;
  for (uint64_t i = 0; i < 300; ++i)
    events.push_back(malloc_of(i * i, static_cast<uint32_t>(i % 7), i, 4096 + i * 512));
  write_capture(path_, events, {.block_events = 8});
  const ReelFile sealed = open();
  base::Buffer bytes = read_bytes(path_);
  bytes.resize(bytes.size() - sizeof(Trailer));
  const MemoryFile cut(bytes);
  const auto walked = ReelFile::open(cut.path());
  require(walked);
  EXPECT_FALSE(walked->sealed());
  EXPECT_FALSE(walked->damage().empty());
  ASSERT_EQ(walked->blocks().size(), sealed.blocks().size());
  for (size_t i = 0; i < sealed.blocks().size(); ++i) {
    const BlockEntry& by_index = sealed.blocks()[i];
    const BlockEntry& by_walk = walked->blocks()[i];
    EXPECT_TRUE(by_index.offset == by_walk.offset && by_index.sequence == by_walk.sequence &&
                by_index.first_time == by_walk.first_time && by_index.last_time == by_walk.last_time &&
                by_index.first_event == by_walk.first_event && by_index.events == by_walk.events &&
                by_index.thread == by_walk.thread && by_index.body_bytes == by_walk.body_bytes &&
                by_index.type == by_walk.type)
        << "block " << i;
  }
}

TEST_F(Container, NothingStandsUnderTheFinalNameBeforeTheEnd) {
  {
    auto writer = ReelWriter::create(path_, false);
    require(writer);
    require(writer->append(head_of({})));
    EXPECT_FALSE(std::filesystem::exists(path_));
    EXPECT_EQ(files_in_folder(), 1U) << "the temporary one";
  }
  EXPECT_EQ(files_in_folder(), 0U) << "an abandoned output is removed";
}

TEST_F(Container, AnExistingFileIsKeptUnlessOverwritten) {
  write_bytes(path_, base::as_bytes("mine", 4));
  const auto refused = base::OutputFile::create(path_, false);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kExists);
  EXPECT_EQ(read_bytes(path_).size(), 4U);

  auto replaced = base::OutputFile::create(path_, true);
  require(replaced);
  require(replaced->write(base::as_bytes("theirs", 6)));
  EXPECT_EQ(read_bytes(path_).size(), 4U) << "not before commit";
  require(replaced->commit());
  EXPECT_EQ(read_bytes(path_).size(), 6U);
  EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(Container, AFileThatAppearsMeanwhileIsKept) {
  {
    auto output = base::OutputFile::create(path_, false);
    require(output);
    write_bytes(path_, base::as_bytes("mine", 4));
    const auto status = output->commit();
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, base::ErrorCode::kExists);
  }
  EXPECT_EQ(read_bytes(path_).size(), 4U);
  EXPECT_EQ(files_in_folder(), 1U);
}

// What lies under the temporary name, a trap or a leftover, is neither followed nor changed; another name is taken.
TEST_F(Container, TemporaryNamesThatAreTakenAreLeftAlone) {
  const std::string first = path_ + "." + std::to_string(::getpid());
  write_bytes(folder_.file("precious"), base::as_bytes("mine", 4));
  std::filesystem::create_symlink(folder_.file("precious"), first + ".part");
  write_bytes(first + ".1.part", base::as_bytes("leftover", 8));
  auto output = base::OutputFile::create(path_, false);
  require(output);
  require(output->write(base::as_bytes("new", 3)));
  require(output->commit());
  EXPECT_EQ(read_bytes(path_).size(), 3U);
  EXPECT_EQ(read_bytes(folder_.file("precious")).size(), 4U);
  EXPECT_EQ(read_bytes(first + ".1.part").size(), 8U);
  EXPECT_EQ(files_in_folder(), 4U);
}

// An output that could not be created leaves no note behind: there is room for few.
TEST_F(Container, OutputsThatFailAreNotRemembered) {
  for (size_t i = 0; i < 2 * base::kUnfinishedMax; ++i)
    EXPECT_FALSE(base::OutputFile::create(folder_.file("no/such/folder"), true).has_value());
  const auto output = base::OutputFile::create(path_, false);
  require(output);
  EXPECT_EQ(files_in_folder(), 1U);
  base::remove_unfinished();
  EXPECT_EQ(files_in_folder(), 0U) << "it was noted";
}

TEST_F(Container, OutputsThatAreNoFilesAreRefused) {
  EXPECT_FALSE(base::OutputFile::create(folder_.path().string(), true).has_value());
  EXPECT_FALSE(base::OutputFile::create("/dev/null", true).has_value());
  EXPECT_FALSE(base::OutputFile::create(folder_.file("no/such/folder"), true).has_value());
  EXPECT_FALSE(base::open_for_reading(folder_.path().string()).has_value());
  EXPECT_FALSE(base::open_for_reading("/dev/null").has_value());
}

// Writes a reel in a process that may write `file_bytes_max` to a file. 0: written; 1: refused; 2: refused but left a
// mess. The kernel then refuses a write as it does on a full disk.
int write_with_little_room(const TemporaryFolder& folder, rlim_t file_bytes_max) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{file_bytes_max, file_bytes_max};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
  const std::string path = folder.file("full.reel");
  bool written = false;
  {
    auto writer = ReelWriter::create(path, false);
    proto::Metadata big;
    big.add_modules()->set_build_id(std::string(512, 'x'));
    written = writer && writer->append(big) && writer->finish();
  }
  const bool clean = written || std::filesystem::is_empty(folder.path());
  return written ? 0 : clean ? 1 : 2;
}

int status_of_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Container, AFullDiskLeavesNothingBehind) {
  for (const rlim_t room : {0, 63, 64, 100, 200}) {
    const TemporaryFolder folder;
    EXPECT_EQ(status_of_child([&] { return write_with_little_room(folder, room); }), 1) << room;
  }
  const TemporaryFolder folder;  // the control: with room it is written
  EXPECT_EQ(status_of_child([&] { return write_with_little_room(folder, 1 << 20); }), 0);
}

}  // namespace
}  // namespace heapreel::reel
