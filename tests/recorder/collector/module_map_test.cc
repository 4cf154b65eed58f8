// Modules that come, stay and go, and addresses in and between them.
#include "recorder/collector/module_map.h"

#include <gtest/gtest.h>

namespace heapreel::collector {
namespace {

Image image(const std::string& path, uint64_t start, uint64_t bytes, const std::string& build_id = "") {
  return {.range = {.start = start, .end = start + bytes},
          .file_offset = 0,
          .build_id = build_id,
          .path = path,
          .code = {{.start = start + 0x1000, .end = start + 0x2000}}};
}

Elf64_Phdr header(uint32_t type, uint32_t flags, uint64_t offset, uint64_t address, uint64_t bytes) {
  return {.p_type = type,
          .p_flags = flags,
          .p_offset = offset,
          .p_vaddr = address,
          .p_paddr = address,
          .p_filesz = bytes,
          .p_memsz = bytes,
          .p_align = 4096};
}

TEST(ModuleMap, FindsTheModuleAndTheOffsetInIt) {
  ModuleMap map;
  map.load(image("/b", 0x20000, 0x4000), 5);
  map.load(image("/a", 0x10000, 0x4000), 6);
  EXPECT_EQ(map.find(0x11234).module, 2U);
  EXPECT_EQ(map.find(0x11234).offset, 0x1234U);
  EXPECT_TRUE(map.find(0x11234).is_code);
  EXPECT_FALSE(map.find(0x10234).is_code);
  EXPECT_EQ(map.find(0x20000).module, 1U);
  for (const uint64_t outside : {0x0, 0xFFFF, 0x14000, 0x1FFFF, 0x24000}) {
    EXPECT_EQ(map.find(outside).module, 0U) << outside;
    EXPECT_EQ(map.find(outside).offset, outside);
  }
}

TEST(ModuleMap, OffsetsCountFromTheImageAlsoOfAProgramThatIsNotMoved) {
  const Elf64_Phdr headers[] = {header(PT_LOAD, PF_R, 0, 0x400000, 0x500), header(PT_NOTE, PF_R, 0x300, 0x400300, 32),
                                header(PT_LOAD, PF_R | PF_X, 0x1010, 0x401010, 9)};
  const Image made = image_of_headers(0, "/app", headers, "ab");
  EXPECT_EQ(made.range, (AddressRange{.start = 0x400000, .end = 0x401019}));
  EXPECT_EQ(made.code, (std::vector<AddressRange>{{.start = 0x401000, .end = 0x401019}}));
  ModuleMap map;
  map.load(made, 1);
  EXPECT_EQ(map.find(0x401012).offset, 0x1012U);
}

TEST(ModuleMap, AnUpdateKeepsSerialsAndNoticesWhoLeft) {
  ModuleMap map;
  map.update({image("/a", 0x10000, 0x4000), image("/b", 0x20000, 0x4000)}, {}, 10);
  EXPECT_EQ(map.take_changed(), (std::vector<uint32_t>{1, 2}));
  map.update({image("/b", 0x20000, 0x4000), image("/c", 0x30000, 0x4000)}, {}, 20);
  EXPECT_EQ(map.take_changed(), (std::vector<uint32_t>{1, 3}));
  EXPECT_EQ(map.modules()[0].unloaded, 20U);
  EXPECT_EQ(map.modules()[1].unloaded, 0U);
  EXPECT_EQ(map.modules()[2].loaded, 20U);
  EXPECT_EQ(map.find(0x10000).module, 0U);
  map.update({image("/b", 0x20000, 0x4000), image("/c", 0x30000, 0x4000)}, {}, 30);
  EXPECT_TRUE(map.take_changed().empty());
}

TEST(ModuleMap, ANewFileTakesThePlaceOfTheOldOne) {
  ModuleMap map;
  map.load(image("/plugin_1", 0x10000, 0x4000), 1);
  map.load(image("/plugin_2", 0x12000, 0x4000), 2);
  EXPECT_EQ(map.modules()[0].unloaded, 2U);
  EXPECT_EQ(map.find(0x12001).module, 2U);
  EXPECT_EQ(map.find(0x10001).module, 0U);
}

TEST(ModuleMap, AFileThatComesBackIsAnotherModule) {
  ModuleMap map;
  map.load(image("/a", 0x10000, 0x4000), 1);
  map.update({}, {}, 2);
  map.load(image("/a", 0x10000, 0x4000), 3);
  EXPECT_EQ(map.find(0x10001).module, 2U);
}

TEST(ModuleMap, ABuildIdIsLearntLaterAndAnotherOneIsAnotherFile) {
  ModuleMap map;
  map.load(image("/a", 0x10000, 0x4000), 1);
  map.take_changed();
  map.load(image("/a", 0x10000, 0x4000, "abcd"), 2);
  EXPECT_EQ(map.modules().size(), 1U);
  EXPECT_EQ(map.modules()[0].image.build_id, "abcd");
  EXPECT_EQ(map.take_changed(), (std::vector<uint32_t>{1}));
  map.load(image("/a", 0x10000, 0x4000, "ef01"), 3);
  EXPECT_EQ(map.find(0x10001).module, 2U);
}

TEST(ModuleMap, IgnoresAnImageOfNothing) {
  ModuleMap map;
  map.load(image_of_headers(0x1000, "/x", {}, ""), 1);
  EXPECT_TRUE(map.modules().empty());
}

}  // namespace
}  // namespace heapreel::collector
