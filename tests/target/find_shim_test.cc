// The search for the recorder's library: what the variable names, and each reason to refuse it.
#include "recorder/target/find_shim.h"

#include <elf.h>

#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

class FindShimTest : public ::testing::Test {
 protected:
  void TearDown() override { ::unsetenv("HEAPREEL_SHIM"); }

  base::Result<std::string> named(const std::string& path) {
    ::setenv("HEAPREEL_SHIM", path.c_str(), 1);
    return find_shim();
  }

  std::string refused(const std::string& path) {
    const auto shim = named(path);
    EXPECT_FALSE(shim.has_value());
    if (shim) return {};
    EXPECT_FALSE(shim.error().hint.empty());
    return shim.error().why;
  }

  Folder folder_;
};

TEST_F(FindShimTest, TheVariableNamesIt) {
  const std::string library = counter(folder_);
  EXPECT_EQ(named(library).value_or(""), fs::canonical(library).string());
  fs::create_symlink(library, folder_ / "link.so");
  EXPECT_EQ(named(folder_ / "link.so").value_or(""), fs::canonical(library).string());
}

TEST_F(FindShimTest, WrongOnesAreRefused) {
  const std::string library = counter(folder_);
  EXPECT_NE(refused(folder_ / "missing.so").find("No such file"), std::string::npos);
  write_file(folder_ / "text.so", "this is not a library, but a text of some length, to be read as one in vain");
  EXPECT_NE(refused(folder_ / "text.so").find("mark of ELF"), std::string::npos);
  std::string other = file_text(library);
  other[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_RISCV);
  write_file(folder_ / "other.so", other);
  EXPECT_NE(refused(folder_ / "other.so").find("is for RISC-V"), std::string::npos);
  const std::string empty = build(fmt::format("{} -shared -fPIC -x c /dev/null", HEAPREEL_GCC), folder_ / "empty.so");
  EXPECT_NE(refused(empty).find("defines no malloc"), std::string::npos);
  fs::create_directory(folder_ / "a b");
  fs::copy_file(library, folder_ / "a b/x.so");
  EXPECT_NE(refused(folder_ / "a b/x.so").find("LD_PRELOAD ends"), std::string::npos);
}

TEST_F(FindShimTest, EmptyVariableIsNone) {
  const auto shim = named("");
  if (shim) GTEST_SKIP() << "the library stands beside the tests";
  EXPECT_NE(shim.error().why.find("there is no libheapreel.so"), std::string::npos) << shim.error().why;
}

}  // namespace
}  // namespace heapreel::target::tests
