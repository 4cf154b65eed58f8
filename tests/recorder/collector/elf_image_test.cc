// The ELF reader: right on a real file by readelf's judgement, total on any bytes.
#include "recorder/collector/elf_image.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <random>

#include "trace_format/base/file.h"

namespace heapreel::collector {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 4096> part;
  while (const size_t got = fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), got);
  return text;
}

ReadAt reader_of(const base::Buffer& bytes) {
  return [&bytes](uint64_t offset, std::span<uint8_t> into) -> base::Result<size_t> {
    const size_t start = std::min<uint64_t>(offset, bytes.size());
    const size_t count = std::min(into.size(), bytes.size() - start);
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(start), count, into.begin());
    return count;
  };
}

TEST(ElfImage, ReadsOurselvesAsReadelfDoes) {
  const auto image = read_elf("/proc/self/exe");
  ASSERT_TRUE(image) << image.error().why;
  const std::string exe = output_of("readlink -f /proc/" + std::to_string(getpid()) + "/exe | tr -d '\\n'");
  const std::string notes = output_of("readelf -n '" + exe + "'");
  ASSERT_FALSE(image->build_id.empty());
  EXPECT_NE(notes.find("Build ID: " + image->build_id), std::string::npos) << notes;
  const std::string segments = output_of("readelf -lW '" + exe + "' | grep -c ' LOAD '");
  EXPECT_EQ(std::count_if(image->headers.begin(), image->headers.end(),
                          [](const Elf64_Phdr& header) { return header.p_type == PT_LOAD; }),
            std::stol(segments));
}

TEST(ElfImage, RefusesWhatIsNoElfFile) {
  const base::Buffer text{'#', '!', '/', 'b', 'i', 'n', '/', 's', 'h', '\n', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  const auto image = parse_elf(reader_of(text), "x");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, base::ErrorCode::kBadInput);
}

TEST(ElfImage, Refuses32BitFilesByName) {
  base::Buffer bytes(64);
  std::memcpy(bytes.data(), "\177ELF\1\1\1", 7);
  const auto image = parse_elf(reader_of(bytes), "x");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, base::ErrorCode::kUnsupported);
  EXPECT_FALSE(image.error().hint.empty());
}

TEST(ElfImage, SurvivesEveryTruncationAndAnyByte) {
  auto bytes = base::read_file("/proc/self/exe", 1U << 30);
  ASSERT_TRUE(bytes);
  bytes->resize(4096);
  for (size_t size = 0; size < bytes->size(); size += 7) {
    const base::Buffer part(bytes->begin(), bytes->begin() + static_cast<ptrdiff_t>(size));
    (void)parse_elf(reader_of(part), "x");
  }
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    base::Buffer broken = *bytes;
    for (int i = 0; i < 4; ++i) broken[EI_NIDENT + random() % 1000] = static_cast<uint8_t>(random());
    (void)parse_elf(reader_of(broken), "x");
  }
}

TEST(ElfImage, FindsTheBuildIdBehindOtherNotes) {
  base::Buffer notes;
  const auto add = [&](uint32_t type, std::string name, std::string description) {
    const Elf64_Nhdr header{.n_namesz = static_cast<Elf64_Word>(name.size() + 1),
                            .n_descsz = static_cast<Elf64_Word>(description.size()),
                            .n_type = type};
    base::append(notes, base::as_bytes(&header, sizeof header));
    for (std::string* const part : {&(name += '\0'), &description}) {
      part->resize(base::align_up(part->size(), 4));
      base::append(notes, base::as_bytes(part->data(), part->size()));
    }
  };
  add(5, "GNU", "properties");
  add(NT_GNU_BUILD_ID, "Go", "not this one");
  add(NT_GNU_BUILD_ID, "GNU", "\x01\xAB\xFF");
  EXPECT_EQ(build_id_in_notes(notes), "01abff");
  for (size_t size = 0; size < notes.size() - 1; ++size)
    EXPECT_EQ(build_id_in_notes(base::Bytes(notes).first(size)), "") << size;
}

}  // namespace
}  // namespace heapreel::collector
