// Kinds of programs, made by real compilers, and what a preloaded library sees of each: the verdict must agree.
#include <elf.h>

#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

std::string churn(const Folder& folder, const std::string& flags, const std::string& compiler = HEAPREEL_GXX) {
  return build(fmt::format("{} -O0 {} {}", compiler, flags, source("churn.cc")), folder / "churn");
}

std::string verdict_text(const Inspection& seen) { return text_of(judge(seen).findings); }

// Nothing was brought in, and the verdict refuses, saying `word`.
void expect_refused(const Folder& folder, const std::string& program, const std::string& word) {
  const Inspection seen = inspected({program});
  EXPECT_EQ(level_of(seen), Level::kRefuse) << verdict_text(seen);
  EXPECT_NE(verdict_text(seen).find(word), std::string::npos) << verdict_text(seen);
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_FALSE(truth.spoke) << truth.done.output;
}

TEST(ProgramTest, DynamicIsSeen) {
  const Folder folder;
  for (const std::string& flags : Words{"-pie", "-no-pie", "-s", "-Wl,--hash-style=sysv", "-Wl,--hash-style=gnu"}) {
    const std::string program = churn(folder, flags);
    EXPECT_EQ(level_of(inspected({program})), Level::kOk) << flags << verdict_text(inspected({program}));
    const Seen truth = seen_by(counter(folder), program);
    EXPECT_GE(truth.mallocs, 2000) << flags << ": its own and those below operator new";
    EXPECT_GE(truth.news, 1000) << flags;
  }
}

TEST(ProgramTest, StaticIsRefused) {
  const Folder folder;
  const std::string program = churn(folder, "-static");
  EXPECT_FALSE(inspected({program}).is_static_pie());
  expect_refused(folder, program, "statically linked:");
}

TEST(ProgramTest, StaticPieIsRefused) {
  const Folder folder;
  const std::string program = churn(folder, "-static-pie -fPIE");
  EXPECT_TRUE(inspected({program}).is_static_pie());
  expect_refused(folder, program, "static-pie");
}

// The note that Go's linker leaves, in a static program of ours.
TEST(ProgramTest, StaticGoIsKnown) {
  const Folder folder;
  write_file(folder / "note.s",
             ".section .note.go.buildid,\"a\",@note\n.long 4,4,4\n.ascii \"Go\\0\\0\"\n.ascii \"abcd\"\n");
  const std::string program =
      build(fmt::format("{} -static {} {}", HEAPREEL_GXX, folder / "note.s", source("churn.cc")), folder / "churn");
  EXPECT_TRUE(inspected({program}).elf.is_go);
  expect_refused(folder, program, "Go program");
}

TEST(ProgramTest, ExportedMallocIsNotSeen) {
  const Folder folder;
  const std::string object =
      build(fmt::format("{} -c -fPIE -fno-builtin -DHEAPREEL_API= {}", HEAPREEL_GCC, source("own_malloc.c")),
            folder / "own.o");
  const std::string program = churn(folder, object);
  const Inspection seen = inspected({program});
  EXPECT_EQ(level_of(seen), Level::kWarn);
  EXPECT_NE(verdict_text(seen).find("malloc and free will not be seen, C++ new and delete will"), std::string::npos)
      << verdict_text(seen);
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_EQ(truth.done.status, 0) << truth.done.output;
  EXPECT_EQ(truth.mallocs, 0);
  EXPECT_GE(truth.news, 1000);
}

TEST(ProgramTest, HiddenMallocIsSeenInItsLibrariesOnly) {
  const Folder folder;
  const std::string object =
      build(fmt::format("{} -c -fPIE -fno-builtin '-DHEAPREEL_API=__attribute__((visibility(\"hidden\")))' {}",
                        HEAPREEL_GCC, source("own_malloc.c")),
            folder / "own.o");
  const std::string program = churn(folder, object);
  const Inspection seen = inspected({program});
  EXPECT_TRUE(seen.hides_malloc());
  EXPECT_NE(verdict_text(seen).find("only the calls of its libraries are seen"), std::string::npos)
      << verdict_text(seen);
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_LT(truth.mallocs, truth.news + 100) << "its own 1000 are missing: " << truth.done.output;
  EXPECT_GE(truth.news, 1000) << truth.done.output;
}

TEST(ProgramTest, PrefixedAllocatorIsNamed) {
  const Folder folder;
  const std::string object =
      build(fmt::format("{} -c -fPIE -DHEAPREEL_API= -DHEAPREEL_MALLOC=_rjem_malloc -DHEAPREEL_FREE=_rjem_free "
                        "-DHEAPREEL_CALLOC=_rjem_calloc -DHEAPREEL_REALLOC=_rjem_realloc {}",
                        HEAPREEL_GCC, source("own_malloc.c")),
            folder / "own.o");
  const Inspection seen = inspected({churn(folder, object)});
  EXPECT_TRUE(seen.allocator_is_prefixed());
  EXPECT_EQ(level_of(seen), Level::kWarn);
  EXPECT_NE(verdict_text(seen).find("jemalloc (Rust's)"), std::string::npos);
  EXPECT_FALSE(inspected({churn(folder, object + " -s")}).allocator_is_prefixed()) << "a stripped one leaves no name";
}

// Placement new and a class's own operator new are not what is preloaded over.
TEST(ProgramTest, OtherOperatorsAreNoAllocator) {
  const Folder folder;
  write_file(folder / "x.cc",
             "#include <cstdlib>\n#include <new>\nstruct A { void* operator new(size_t n) { return malloc(n); } };\n"
             "alignas(A) char room[sizeof(A)];\nint main() { ::new (room) A; delete new A; }\n");
  const std::string program = build(fmt::format("{} -O0 -rdynamic {}", HEAPREEL_GXX, folder / "x.cc"), folder / "x");
  EXPECT_EQ(inspected({program}).own_entry_points(), Words{});
  EXPECT_EQ(level_of(inspected({program})), Level::kOk);
}

TEST(ProgramTest, OwnOperatorNewIsANote) {
  const Folder folder;
  write_file(
      folder / "x.cc",
      "#include <cstdlib>\n#include <new>\nvoid* operator new(size_t n) { return malloc(n); }\n"
      "void operator delete(void* p) noexcept { free(p); }\nvoid operator delete(void* p, size_t) noexcept { free(p); "
      "}\n"
      "int main() { for (int i = 0; i < 1000; ++i) { volatile char* p = new char[9]; p[0] = 1; delete[] p; } }\n");
  const std::string program = build(fmt::format("{} -O0 -rdynamic {}", HEAPREEL_GXX, folder / "x.cc"), folder / "x");
  EXPECT_EQ(level_of(inspected({program})), Level::kNote) << verdict_text(inspected({program}));
  EXPECT_GE(seen_by(counter(folder), program).mallocs, 1000);
}

TEST(ProgramTest, NeededAllocatorIsRecordedOn) {
  const Folder folder;
  const std::string program = churn(folder, "-Wl,--no-as-needed -ljemalloc");
  const Inspection seen = inspected({program});
  EXPECT_EQ(seen.allocator(), "jemalloc");
  EXPECT_EQ(level_of(seen), Level::kOk) << verdict_text(seen);
  const Seen truth = seen_by(counter(folder), program);
  EXPECT_GE(truth.mallocs, 1000) << truth.done.output;
}

// Made by patching the machine, and the class, of a real program.
TEST(ProgramTest, OtherMachinesAreRefused) {
  const Folder folder;
  const std::string good = file_text(churn(folder, ""));
  std::string other = good;
  other[offsetof(Elf64_Ehdr, e_machine)] =
      static_cast<char>(own_identity().machine == EM_AARCH64 ? EM_X86_64 : EM_AARCH64);
  write_file(folder / "other", other, 0755);
  expect_refused(folder, folder / "other", "it is a program for");
  other = good;
  other[EI_CLASS] = ELFCLASS32;
  write_file(folder / "other", other, 0755);
  EXPECT_NE(verdict_text(inspected({folder / "other"})).find("32 bit"), std::string::npos);
  other = good;
  other[EI_DATA] = ELFDATA2MSB;
  std::swap(other[offsetof(Elf64_Ehdr, e_machine)], other[offsetof(Elf64_Ehdr, e_machine) + 1]);
  write_file(folder / "other", other, 0755);
  EXPECT_NE(verdict_text(inspected({folder / "other"})).find("big-endian"), std::string::npos);
}

// A loader of musl's name: whether it is there or not, such a program cannot take a shim made for glibc.
TEST(ProgramTest, MuslIsRefused) {
  const Folder folder;
  const std::string loader = folder / "ld-musl-x86_64.so.1";
  const std::string program = churn(folder, "-Wl,--dynamic-linker=" + loader);
  Inspection seen = inspected({program});
  EXPECT_TRUE(seen.is_musl());
  EXPECT_TRUE(seen.interpreter_missing);
  EXPECT_EQ(level_of(seen), Level::kRefuse);
  EXPECT_NE(verdict_text(seen).find("does not exist"), std::string::npos);
  write_file(loader, "", 0755);
  seen = inspected({program});
  EXPECT_NE(verdict_text(seen).find("it is a musl program"), std::string::npos) << verdict_text(seen);
}

TEST(ProgramTest, LoaderByHandIsNoStaticProgram) {
  const Folder folder;
  const std::string program = churn(folder, "");
  const std::string loader = inspected({program}).elf.interpreter;
  EXPECT_EQ(level_of(inspected({loader, program})), Level::kNote) << verdict_text(inspected({loader, program}));
  EXPECT_GE(seen_by(counter(folder), loader + " " + program).mallocs, 1000);
}

TEST(ProgramTest, LibraryIsNoProgram) {
  const Folder folder;
  const std::string library = build(
      fmt::format("{} -shared -fPIC -Wl,-soname,libx.so.1 -DHEAPREEL_API= {}", HEAPREEL_GCC, source("own_malloc.c")),
      folder / "libx.so");
  EXPECT_NE(verdict_text(inspected({library})).find("is a shared library"), std::string::npos);
}

TEST(ProgramTest, PreloadsAreLookedAt) {
  const Folder folder;
  const std::string program = churn(folder, "");
  write_file(folder / "text.so", "no library");
  const std::string list = fmt::format("{}:libjemalloc.so.2 {} /nowhere/x.so", counter(folder), folder / "text.so");
  const Inspection seen = inspected({program}, {"LD_PRELOAD=" + list});
  ASSERT_EQ(seen.preloaded.size(), 4U);
  EXPECT_EQ(seen.preloaded[0].allocator, "its own malloc");
  EXPECT_EQ(seen.preloaded[1].allocator, "jemalloc");
  EXPECT_TRUE(seen.preloaded[2].unusable);
  EXPECT_TRUE(seen.preloaded[3].missing);
  EXPECT_EQ(level_of(seen), Level::kWarn);
}

TEST(ProgramTest, BinaryThatIsNoElf) {
  const Folder folder;
  write_file(folder / "x.exe", std::string("MZ\0\0\1", 5), 0755);
  EXPECT_EQ(level_of(inspected({folder / "x.exe"})), Level::kWarn);
}

}  // namespace
}  // namespace heapreel::target::tests
