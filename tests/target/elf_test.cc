// Files made to harm: every cut, every flipped byte of the tables, and liars. Each gives a report or an Error with a
// reason; under the sanitizers' presets nothing may be touched outside.
#include <elf.h>
#include <random>

#include "recorder/target/elf_file.h"
#include "tests/target/programs.h"
#include "tests/trace_format/memory_file.h"

namespace heapreel::target::tests {
namespace {

const std::string& small_program() {
  static const std::string text = [] {
    const Folder folder;
    write_file(folder / "x.c", "void* malloc(unsigned long n) { return (void*)n; }\nint main(void) { return 0; }\n");
    return file_text(build(fmt::format("{} -fno-builtin -rdynamic {}", HEAPREEL_GCC, folder / "x.c"), folder / "x"));
  }();
  return text;
}

base::Result<ElfFile> read(const std::string& text) {
  const heapreel::tests::MemoryFile file(base::as_bytes(text.data(), text.size()));
  const auto fd = base::open_for_reading(file.path());
  EXPECT_TRUE(fd.has_value());
  return read_elf(*fd, "x");
}

// A report or an error that says why; returns whether it was a report.
bool is_sane(const std::string& text) {
  const auto elf = read(text);
  EXPECT_TRUE(elf ? elf->interpreter.size() <= 4096 : !elf.error().why.empty());
  return elf.has_value();
}

template <class T>
T& at(std::string& text, uint64_t offset) {
  return *reinterpret_cast<T*>(text.data() + offset);
}

Elf64_Phdr& segment(std::string& text, uint32_t type) {
  const auto& header = at<Elf64_Ehdr>(text, 0);
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    auto& found = at<Elf64_Phdr>(text, header.e_phoff + i * sizeof(Elf64_Phdr));
    if (found.p_type == type) return found;
  }
  ADD_FAILURE() << "no such segment";
  return at<Elf64_Phdr>(text, header.e_phoff);
}

Elf64_Dyn& dynamic(std::string& text, int64_t tag) {
  uint64_t offset = segment(text, PT_DYNAMIC).p_offset;
  while (at<Elf64_Dyn>(text, offset).d_tag != tag && at<Elf64_Dyn>(text, offset).d_tag != DT_NULL)
    offset += sizeof(Elf64_Dyn);
  EXPECT_EQ(at<Elf64_Dyn>(text, offset).d_tag, tag);
  return at<Elf64_Dyn>(text, offset);
}

std::string why(const std::string& text) {
  const auto elf = read(text);
  return elf ? "a report" : elf.error().why;
}

TEST(ElfTest, TheWholeFileIsRead) {
  const auto elf = read(small_program());
  ASSERT_TRUE(elf.has_value());
  EXPECT_EQ(elf->identity, own_identity());
  EXPECT_NE(elf->interpreter.find("ld-"), std::string::npos);
  EXPECT_EQ(elf->exported, (std::vector<std::string>{"malloc"}));
  EXPECT_FALSE(elf->needed.empty());
}

TEST(ElfTest, EveryCutIsSurvived) {
  const std::string& whole = small_program();
  size_t reports = 0;
  for (size_t size = 0; size < whole.size(); size += size < 8192 ? 1 : 37)
    reports += is_sane(whole.substr(0, size)) ? 1 : 0;
  EXPECT_GT(reports, 0U) << "a cut in the sections alone leaves a program";
}

TEST(ElfTest, EveryFlippedByteIsSurvived) {
  const std::string& whole = small_program();
  const auto from = static_cast<size_t>(segment(const_cast<std::string&>(whole), PT_DYNAMIC).p_offset);
  const auto flip_all = [&whole](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      for (const int mask : {0x01, 0x80, 0xff}) {
        std::string text = whole;
        text[i] = static_cast<char>(text[i] ^ mask);
        is_sane(text);
      }
  };
  flip_all(0, 0x700);            // header, program headers, loader, notes, hash tables, symbols
  flip_all(from, from + 0x200);  // dynamic entries
}

TEST(ElfTest, RandomDamageIsSurvived) {
  std::mt19937 random(20261121);
  for (int i = 0; i < 3000; ++i) {
    std::string text = small_program();
    for (uint32_t flips = 1 + random() % 8; flips > 0; --flips)
      text[random() % std::min<size_t>(text.size(), 0x1000)] = static_cast<char>(random());
    is_sane(text);
  }
}

TEST(ElfTest, LiarsAreNamed) {
  std::string text = small_program();
  at<Elf64_Ehdr>(text, 0).e_phnum = 0xffff;
  EXPECT_EQ(why(text), "it claims 65535 program headers");

  text = small_program();
  segment(text, PT_INTERP).p_filesz = ~uint64_t{0};
  EXPECT_NE(why(text).find("loader's name"), std::string::npos);

  text = small_program();
  segment(text, PT_INTERP).p_filesz -= 1;  // no longer ends in a zero
  EXPECT_EQ(why(text), "its loader's name is none");

  text = small_program();
  segment(text, PT_DYNAMIC).p_offset = ~uint64_t{0} - 8;
  EXPECT_EQ(why(text), "its dynamic entries would lie outside of it");

  text = small_program();
  dynamic(text, DT_STRTAB).d_un.d_ptr = ~uint64_t{0};
  EXPECT_NE(why(text).find("nothing of it is loaded"), std::string::npos);

  text = small_program();
  dynamic(text, DT_STRSZ).d_un.d_val = uint64_t{1} << 62;
  EXPECT_NE(why(text).find("bytes of names"), std::string::npos);
}

TEST(ElfTest, SectionsMayLie) {
  std::string text = small_program();
  at<Elf64_Ehdr>(text, 0).e_shoff = ~uint64_t{0};
  const auto elf = read(text);
  ASSERT_TRUE(elf.has_value()) << "no loader reads sections";
  EXPECT_EQ(elf->exported, (std::vector<std::string>{"malloc"}));
}

TEST(ElfTest, OtherFilesAreNoElf) {
  EXPECT_EQ(why("#!/bin/sh\n# this line is long enough"), "it does not begin with the mark of ELF");
  EXPECT_EQ(why(""), "its header would lie outside of it");
}

}  // namespace
}  // namespace heapreel::target::tests
