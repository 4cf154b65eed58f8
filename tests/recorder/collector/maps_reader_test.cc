// /proc/PID/maps against the loader's own word, and against lines that make no sense.
#include "recorder/collector/maps_reader.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <link.h>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

namespace heapreel::collector {
namespace {

TEST(MapsReader, ParsesEveryKindOfLine) {
  const auto file = parse_mapping("7f12a000-7f12b000 r-xp 00026000 fd:01 1234                       /usr/lib/a b.so");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->range, (AddressRange{.start = 0x7f12a000, .end = 0x7f12b000}));
  EXPECT_TRUE(file->executable);
  EXPECT_EQ(file->file_offset, 0x26000U);
  EXPECT_EQ(file->inode, 1234U);
  EXPECT_EQ(file->path, "/usr/lib/a b.so");
  EXPECT_FALSE(file->deleted);
  const auto gone = parse_mapping("1000-2000 rw-p 00000000 00:01 9 /tmp/x (deleted)");
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->deleted);
  EXPECT_EQ(gone->path, "/tmp/x");
  const auto anonymous = parse_mapping("1000-2000 rwxp 00000000 00:00 0 ");
  ASSERT_TRUE(anonymous);
  EXPECT_EQ(anonymous->path, "");
}

TEST(MapsReader, LeavesOutWhatMakesNoSense) {
  for (const char* const line :
       {"", "x", "2000-1000 r-xp 0 0:0 0", "1000-2000", "1000-2000 r-", "1000-2000 r-xp", "1000-2000 r-xp 0",
        "1000-2000 r-xp 0 00:00", "1000-2000 r-xp zz 00:00 0", "1000-2000 r-xp 0 00:00 x", "1000-2000 r-xp 0 00:00 "})
    EXPECT_FALSE(parse_mapping(line)) << line;
  EXPECT_EQ(parse_maps("junk\n1000-2000 r-xp 00000000 00:00 0\n\n\nmore").size(), 1U);
}

TEST(MapsReader, SurvivesAnyBytes) {
  const std::string line = "7f12a000-7f12b000 r-xp 00026000 fd:01 1234                       /usr/lib/a.so (deleted)\n";
  std::mt19937 random(11);
  for (int round = 0; round < 100'000; ++round) {
    std::string broken = line;
    for (int i = 0; i < 3; ++i) broken[random() % broken.size()] = static_cast<char>(random());
    (void)parse_maps(broken.substr(0, random() % broken.size()));
  }
}

std::vector<Image> by_the_loader() {
  std::vector<Image> all;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        std::span<const Elf64_Phdr> headers{info->dlpi_phdr, info->dlpi_phnum};
        static_cast<std::vector<Image>*>(out)->push_back(
            image_of_headers(info->dlpi_addr, info->dlpi_name, headers, ""));
        return 0;
      },
      &all);
  return all;
}

TEST(MapsReader, AgreesWithTheLoaderAboutOurselves) {
  const auto code = read_mapped_code(getpid());
  ASSERT_TRUE(code);
  int compared = 0;
  for (const Image& loaded : by_the_loader()) {
    if (!loaded.path.starts_with('/')) continue;
    char* const real = realpath(loaded.path.c_str(), nullptr);
    const auto image =
        std::find_if(code->images.begin(), code->images.end(), [&](const Image& one) { return one.path == real; });
    free(real);
    ASSERT_NE(image, code->images.end()) << loaded.path;
    EXPECT_EQ(image->range.start, loaded.range.start) << loaded.path;
    EXPECT_EQ(image->file_offset, loaded.file_offset) << loaded.path;
    ASSERT_EQ(image->code.size(), loaded.code.size()) << loaded.path;
    EXPECT_EQ(image->code[0].start, loaded.code[0].start) << loaded.path;
    EXPECT_FALSE(image->build_id.empty()) << loaded.path;
    ++compared;
  }
  EXPECT_GE(compared, 3);
}

TEST(MapsReader, FindsCodeThatComesFromNoFile) {
  constexpr size_t kBytes = 8192;
  void* const code = mmap(nullptr, kBytes, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(code, MAP_FAILED);
  const auto address = reinterpret_cast<uint64_t>(code);
  const auto mapped = read_mapped_code(getpid());
  ASSERT_TRUE(mapped);
  EXPECT_TRUE(std::any_of(mapped->anonymous_code.begin(), mapped->anonymous_code.end(),
                          [&](const AddressRange& range) { return range.holds(address); }));
  ModuleMap map;
  map.update(mapped->images, mapped->anonymous_code, 1);
  EXPECT_TRUE(map.find(address).is_code);
  EXPECT_EQ(map.find(address).module, 0U);
  munmap(code, kBytes);
}

TEST(MapsReader, DoesNotTakeAnotherFileForADeletedOne) {
  const auto code = code_in_maps(parse_maps("55d0c0000000-55d0c0001000 r--p 00000000 fd:01 7 /opt/app (deleted)\n"
                                            "55d0c0001000-55d0c0005000 r-xp 00001000 fd:01 7 /opt/app (deleted)\n"
                                            "55d0c0005000-55d0c0006000 r--p 00000000 fd:01 8 /opt/lib.so\n"
                                            "55d0c0006000-55d0c0007000 r-xp 00001000 fd:01 8 /opt/lib.so\n"
                                            "55d0c0007000-55d0c0008000 r--p 00000000 fd:01 9 /opt/data\n"),
                                 [](const Mapping& mapping) { return "id of " + mapping.path; });
  ASSERT_EQ(code.images.size(), 2U) << "data is no code";
  EXPECT_EQ(code.images[0].range, (AddressRange{.start = 0x55d0c0000000, .end = 0x55d0c0005000}));
  EXPECT_EQ(code.images[0].build_id, "");
  EXPECT_EQ(code.images[1].build_id, "id of /opt/lib.so");
}

TEST(MapsReader, SaysWhatItCannotOpen) {
  const auto code = read_mapped_code(0x7FFFFFF0);
  ASSERT_FALSE(code);
  EXPECT_NE(code.error().what.find("/proc/2147483632/maps"), std::string::npos);
}

}  // namespace
}  // namespace heapreel::collector
