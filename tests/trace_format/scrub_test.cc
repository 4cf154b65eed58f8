// Scrubbing: every field has a rule, no planted text survives in any field, and what a replay needs does.
#include "trace_format/pack/scrub.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "tests/trace_format/events.h"
#include "tests/trace_format/reels.h"
#include "trace_format/pack/scrub_rules.h"
#include "trace_format/pack/scrub_texts.h"

namespace heapreel::reel {
namespace {

using namespace tests;  // NOLINT: the words of these tests
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kCanary[] = "canary7f3a";

std::string name_of(const FieldDescriptor& field) { return field.containing_type()->name() + "." + field.name(); }

void collect_fields(const Descriptor& type, std::map<std::string, const FieldDescriptor*>& fields) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!fields.emplace(name_of(field), &field).second) continue;
    const ScrubRule* const rule = find_scrub_rule(name_of(field));
    const bool goes_whole = rule != nullptr && rule->fate == Fate::kRemoved;
    if (field.message_type() != nullptr && !goes_whole) collect_fields(*field.message_type(), fields);
  }
}

std::map<std::string, const FieldDescriptor*> fields_of_metadata() {
  std::map<std::string, const FieldDescriptor*> fields;
  collect_fields(*proto::Metadata::descriptor(), fields);
  return fields;
}

std::map<std::string, const FieldDescriptor*> all_fields() {
  auto fields = fields_of_metadata();
  for (int i = 0; i < proto::PrivateMetadata::descriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *proto::PrivateMetadata::descriptor()->field(i);
    fields.emplace(name_of(field), &field);
  }
  return fields;
}

// Gives every field a value: texts the canary, numbers 7, lists and messages one element.
void plant(Message& message) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = message.GetDescriptor()->field(i);
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        many ? reflection.AddString(&message, field, kCanary) : reflection.SetString(&message, field, kCanary);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        plant(*(many ? reflection.AddMessage(&message, field) : reflection.MutableMessage(&message, field)));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        many ? reflection.AddUInt64(&message, field, 7) : reflection.SetUInt64(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        many ? reflection.AddInt64(&message, field, 7) : reflection.SetInt64(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        many ? reflection.AddUInt32(&message, field, 7) : reflection.SetUInt32(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(&message, field, 7);
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, field, true);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&message, field, 1);
        break;
      default:
        FAIL() << "a kind of field that no test plants: " << name_of(*field);
    }
  }
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(1000, kCanary);
}

size_t occurrences(const std::string& bytes, std::string_view text) {
  size_t count = 0;
  for (size_t at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++count;
  return count;
}

TEST(ScrubRulesTest, EveryFieldHasOneAndEveryRuleAField) {
  const auto fields = all_fields();
  ASSERT_GT(fields.size(), 100U);
  for (const auto& [name, field] : fields) {
    const ScrubRule* const rule = find_scrub_rule(name);
    ASSERT_NE(rule, nullptr) << name << " needs a rule in scrub_rules.cc, and a line in docs/sharing.md";
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    EXPECT_FALSE(is_text && rule->fate == Fate::kKept) << name << ": no text is kept as it is";
    EXPECT_EQ(rule->text != nullptr, is_text && rule->fate == Fate::kCoarsened) << name;
    EXPECT_TRUE(rule->fate != Fate::kInside || field->message_type() != nullptr) << name;
    EXPECT_TRUE(rule->number == nullptr || field->type() == FieldDescriptor::TYPE_UINT64) << name;
  }
  std::set<std::string_view> seen;
  for (const ScrubRule& rule : scrub_rules()) {
    EXPECT_TRUE(fields.contains(std::string(rule.field))) << rule.field << " is no field";
    EXPECT_TRUE(seen.insert(rule.field).second) << rule.field << " has two rules";
  }
}

// The page's rows: `A.a`, `B.b` | fate | why.
TEST(ScrubRulesTest, ThePageSaysTheSame) {
  const base::Buffer bytes = read_bytes(HEAPREEL_SOURCE_DIR "/docs/sharing.md");
  std::istringstream page(std::string(bytes.begin(), bytes.end()));
  std::map<std::string, std::string> fates;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const size_t names_end = line.find(" | ");
    const std::string fate = line.substr(names_end + 3, line.find(" | ", names_end + 3) - names_end - 3);
    for (size_t at = line.find('`'); at < names_end; at = line.find('`', line.find('`', at + 1) + 1))
      fates[line.substr(at + 1, line.find('`', at + 1) - at - 1)] = fate;
  }
  const std::map<Fate, std::string> words{
      {Fate::kKept, "kept"}, {Fate::kRemoved, "removed"}, {Fate::kCoarsened, "coarsened"}};
  size_t rows = 0;
  for (const ScrubRule& rule : scrub_rules()) {
    if (rule.fate == Fate::kInside) continue;
    EXPECT_EQ(fates[std::string(rule.field)], words.at(rule.fate)) << rule.field << " in docs/sharing.md";
    ++rows;
  }
  EXPECT_EQ(fates.size(), rows) << "the page has rows that no rule backs";
}

TEST(ScrubTest, NoPlantedTextIsLeftInAnyField) {
  ReelMetadata metadata;
  plant(metadata.shared);
  plant(metadata.confidential);
  const size_t texts = occurrences(metadata.shared.SerializeAsString(), kCanary);
  ASSERT_GT(texts, 30U) << "nothing was planted";
  scrub(metadata);
  EXPECT_EQ(occurrences(metadata.shared.SerializeAsString(), kCanary), 0U) << metadata.shared.DebugString();
  EXPECT_EQ(metadata.confidential.ByteSizeLong(), 0U);
}

// The control of the test above: one rule broken, one text left.
TEST(ScrubTest, APlantedTextThatIsLeftIsSeen) {
  ReelMetadata metadata;
  plant(metadata.shared);
  scrub(metadata);
  metadata.shared.mutable_machine()->set_kernel(std::string("Linux 6.1-") + kCanary);
  EXPECT_EQ(occurrences(metadata.shared.SerializeAsString(), kCanary), 1U);
}

TEST(ScrubTest, NumbersGoOrStayAsTheRulesSay) {
  ReelMetadata metadata;
  plant(metadata.shared);
  scrub(metadata);
  const proto::Metadata& shared = metadata.shared;
  EXPECT_EQ(shared.clock().origin_ticks(), 0U);
  EXPECT_EQ(shared.clock().pairs_size(), 0);
  EXPECT_EQ(shared.machine().swap_bytes(), 0U);
  EXPECT_EQ(shared.machine().memory_bytes(), 8U);
  EXPECT_EQ(shared.modules(0).address() + shared.modules(0).bytes() + shared.modules(0).loaded(), 0U);
  EXPECT_EQ(shared.modules(0).serial(), 7U);
  EXPECT_EQ(shared.processes(0).limits_size(), 0);
  EXPECT_EQ(shared.processes(0).cgroup_memory_bytes(), 0U);
  EXPECT_EQ(shared.memory(0).rss_anon_steps(0), 7);
  EXPECT_EQ(shared.residency(0).resident_pages(0), 7U);
  EXPECT_EQ(shared.references(0).rss_peak_bytes(), 7U);
  EXPECT_EQ(shared.threads(0).recorder_ticks(), 7U);
  EXPECT_EQ(shared.losses(0).events(), 7U);
}

TEST(ScrubTest, PlacesOfStacksBecomeNumbersAndEqualOnesStayEqual) {
  ReelMetadata metadata;
  const auto add = [&](uint32_t parent, uint32_t module, uint64_t offset) {
    if (metadata.shared.stacks_size() == 0 ||
        metadata.shared.stacks(metadata.shared.stacks_size() - 1).parents_size() == 2)
      metadata.shared.add_stacks();
    proto::StackNodes& piece = *metadata.shared.mutable_stacks(metadata.shared.stacks_size() - 1);
    piece.add_parents(parent);
    piece.add_modules(module);
    piece.add_offsets(offset);
  };
  add(0, 1, 0x1234);
  add(1, 2, 0x1234);
  add(2, 1, 0x9999);
  add(1, 2, 0x5555);
  add(3, 1, 0x1234);
  add(0, 0, 0x7fff12345678);
  scrub(metadata);
  std::vector<uint64_t> places;
  for (const proto::StackNodes& piece : metadata.shared.stacks())
    places.insert(places.end(), piece.offsets().begin(), piece.offsets().end());
  EXPECT_EQ(places, (std::vector<uint64_t>{1, 1, 2, 2, 1, 1}));
  EXPECT_EQ(metadata.shared.stacks(2).modules(1), 0U);
}

TEST(ScrubTest, TheMainThreadIsKnownWithoutItsIds) {
  ReelMetadata metadata;
  metadata.confidential.add_processes()->set_pid(4711);
  for (const uint32_t serial : {0U, 3U}) {
    metadata.shared.add_threads()->set_serial(serial);
    proto::ThreadName& name = *metadata.confidential.add_threads();
    name.set_serial(serial);
    name.set_kernel_tid(serial == 3 ? 4711 : 4712);
  }
  ASSERT_EQ(main_thread_of(metadata), 3U);
  scrub(metadata);
  EXPECT_EQ(metadata.confidential.threads_size(), 0);
  EXPECT_EQ(main_thread_of(metadata), 3U);
  EXPECT_EQ(metadata.shared.threads_size(), 2);
  EXPECT_EQ(main_thread_of(ReelMetadata{}), std::nullopt);
}

TEST(ScrubTest, TheReportNamesWhatWasThereAndWhatWasCut) {
  ReelMetadata metadata;
  metadata.confidential.add_command("secret");
  metadata.shared.mutable_machine()->set_kernel("Linux 6.1.0-acme");
  metadata.shared.mutable_machine()->set_cpus(2);
  const ScrubReport report = scrub(metadata);
  EXPECT_EQ(report.removed, (std::vector<std::string>{"the command line", "unknown words in Machine.kernel"}));
  ASSERT_EQ(report.remains.size(), 1U);
  EXPECT_TRUE(report.remains[0].starts_with("the kind of machine"));
  const ScrubReport again = scrub(metadata);
  EXPECT_TRUE(again.removed.empty()) << again.removed[0];
}

TEST(ScrubTextsTest, KeepOwnWordsOnly) {
  EXPECT_EQ(known_kernel("Linux 6.1.0-18-amd64"), "Linux 6.1");
  EXPECT_EQ(known_kernel("Linux 6.acme"), "Linux 6");
  EXPECT_EQ(known_kernel("Acme 6.1"), "");
  EXPECT_EQ(known_kernel("Linux acme"), "");
  EXPECT_EQ(known_libc("glibc 2.36"), "glibc 2.36");
  EXPECT_EQ(known_allocator("jemalloc"), "jemalloc");
  EXPECT_EQ(known_allocator("libacme.so.1"), "other");
  EXPECT_EQ(known_version("5.3.0"), "5.3.0");
  EXPECT_EQ(known_version("5.3.0-acme"), "");
  EXPECT_EQ(known_format("android"), "android");
  EXPECT_EQ(known_format("acme"), "other");
  EXPECT_EQ(known_loss("left out by pack: /home/acme/x.reel"), "left out by pack");
  EXPECT_EQ(known_loss("/home/acme"), "");
  EXPECT_EQ(known_ending("replaced by exec"), "replaced by exec");
  EXPECT_EQ(known_ending("cannot write /home/acme"), "");
  EXPECT_EQ(known_step("scrub L1"), "scrub L1");
  EXPECT_EQ(known_digest("short"), "");
}

TEST(ScrubTextsTest, NumbersLoseWhatTellsOneMachineFromAnother) {
  EXPECT_EQ(five_digits(2'596'138'432), 2'596'100'000U);
  EXPECT_EQ(five_digits(2'999'999'999), 3'000'000'000U);
  EXPECT_EQ(five_digits(1'000'000'000), 1'000'000'000U);
  EXPECT_EQ(five_digits(99'999), 99'999U);
  EXPECT_EQ(five_digits(0), 0U);
  EXPECT_LE(five_digits(~uint64_t{0}), ~uint64_t{0});
  EXPECT_EQ(power_of_two(67'430'936'576), uint64_t{1} << 36);
  EXPECT_EQ(power_of_two(~uint64_t{0}), uint64_t{1} << 63);
}

TEST(ScrubTextsTest, SettingsKeepDocumentedOptionsWithPlainValues) {
  for (const char* whole : {"MALLOC_ARENA_MAX=2", "PYTHONMALLOC=malloc", "MIMALLOC_PURGE_DELAY=-1",
                            "MALLOC_CONF=narenas:2,dirty_decay_ms:0,background_thread:true",
                            "GLIBC_TUNABLES=glibc.malloc.arena_max=2:glibc.malloc.mmap_threshold=0x20000"})
    EXPECT_EQ(known_setting(whole), whole);
  EXPECT_EQ(known_setting("MALLOC_CONF=narenas:2,prof_prefix:/home/acme,retain:false"),
            "MALLOC_CONF=narenas:2,retain:false");
  EXPECT_EQ(known_setting("MALLOC_CONF=acme:2,narenas:acme,narenas"), "");
  for (const char* gone : {"MALLOC_TRACE=/home/acme", "MALLOC_ACME=1", "MALLOC_ARENA_MAX=acme",
                           "MALLOC_ARENA_MAX=", "MALLOC_ARENA_MAX=-", "MALLOC_ARENA_MAX", "", "=",
                           "MALLOC_CONF=", "MALLOC_CONF=,,:", "MALLOC_ARENA_MAX=123456789012345678901234567890"})
    EXPECT_EQ(known_setting(gone), "") << gone;
}

class ScrubbedReelTest : public testing::Test {
 protected:
  // A capture with what a replay and a prediction live on, and with names.
  void write() {
    auto writer = ReelWriter::create(source_, true, kTestId);
    require(writer);
    const CaptureOptions options;
    proto::Metadata head = head_of(options);
    head.mutable_machine()->set_kernel(kCanary);
    head.add_references()->set_rss_peak_bytes(12345);
    proto::MemorySamples& memory = *head.add_memory();
    for (const int64_t step : {4096, 8192}) {
      memory.add_time_steps(10);
      memory.add_rss_anon_steps(step);
    }
    proto::Residency& residency = *head.add_residency();
    residency.add_time_steps(15);
    residency.add_block_steps(0x10000);
    residency.add_resident_pages(3);
    residency.add_occasions(0);
    require(writer->append(head));
    proto::PrivateMetadata names;
    names.add_command(kCanary);
    require(writer->append(names));
    CaptureWriter capture(*writer, options);
    for (const Event& event :
         {malloc_of(10, 0, 100'000, 0x10000), malloc_of(20, 0, 24, 0x90000), free_of(30, 0, 0x90000)})
      ASSERT_TRUE(capture.add(event));
    require(capture.flush());
    proto::Metadata tail;
    tail.mutable_ending()->set_cause(proto::Ending::FINISHED);
    tail.mutable_ending()->set_events(3);
    require(writer->append(tail));
    require(writer->finish());
  }

  TemporaryFolder folder_;
  std::string source_ = folder_.file("source.reel");
};

TEST_F(ScrubbedReelTest, EventsAndWhatPredictionsNeedAreTheSame) {
  write();
  const std::string plain = folder_.file("plain.reel");
  const std::string scrubbed = folder_.file("scrubbed.reel");
  const PackResult before = pack_to(source_, plain, {});
  const PackResult after = pack_to(source_, scrubbed, {.keep_addresses = true, .scrub = true});
  EXPECT_EQ(before.content_id, after.content_id);
  EXPECT_EQ(read_events(plain).events, read_events(scrubbed).events);
  EXPECT_TRUE(read_events(scrubbed, 0, {.addresses = true}).addresses.empty());
  const auto old_file = ReelFile::open(plain);
  const auto new_file = ReelFile::open(scrubbed);
  ASSERT_TRUE(old_file && new_file);
  const auto old_metadata = read_metadata(*old_file);
  const auto new_metadata = read_metadata(*new_file);
  ASSERT_TRUE(old_metadata && new_metadata);
  const auto same = [](const auto& a, const auto& b) { return a.SerializeAsString() == b.SerializeAsString(); };
  EXPECT_TRUE(same(old_metadata->shared.memory(0), new_metadata->shared.memory(0)));
  EXPECT_TRUE(same(old_metadata->shared.residency(0), new_metadata->shared.residency(0)));
  EXPECT_TRUE(same(old_metadata->shared.references(0), new_metadata->shared.references(0)));
  EXPECT_EQ(old_metadata->confidential.command(0), kCanary);
  for (const BlockEntry& entry : new_file->blocks()) EXPECT_NE(entry.type, BlockType::kPrivate);
  EXPECT_EQ(new_metadata->shared.machine().kernel(), "");
}

TEST_F(ScrubbedReelTest, ItsHistorySaysSo) {
  write();
  const std::string scrubbed = folder_.file("scrubbed.reel");
  const PackResult result = pack_to(source_, scrubbed, {.scrub = true});
  const auto file = ReelFile::open(scrubbed);
  ASSERT_TRUE(file);
  const auto metadata = read_metadata(*file);
  ASSERT_TRUE(metadata);
  ASSERT_EQ(metadata->shared.provenance_size(), 1);
  EXPECT_EQ(metadata->shared.provenance(0).what(), kScrubStep);
  const std::string& parent = metadata->shared.provenance(0).parent_content_id();
  EXPECT_EQ(base::to_hex(base::as_bytes(parent.data(), parent.size())), base::to_hex(result.content_id));
  EXPECT_EQ(result.scrubbed.removed,
            (std::vector<std::string>{"the command line", "unknown words in Machine.kernel and Producer.name"}));
}

}  // namespace
}  // namespace heapreel::reel
