// AT_SECURE: the rules for every caller, and then the real loader's behaviour with real bits and capabilities.
#include "recorder/target/privileges.h"

#include "tests/target/programs.h"

namespace heapreel::target::tests {
namespace {

constexpr uid_t kUser = 1000, kOther = 65534;

FilePrivileges file(mode_t mode, uid_t owner = 0, gid_t group = 0) {
  return {.mode = mode, .owner = owner, .group = group};
}

TEST(PrivilegesTest, Rules) {
  const Caller user{.real_user = kUser, .real_group = kUser}, root{};
  EXPECT_EQ(raised_by(file(0755), user), Raise::kNothing);
  EXPECT_EQ(raised_by(file(04755), user), Raise::kUser);
  EXPECT_EQ(raised_by(file(04755), root), Raise::kNothing) << "root becomes root";
  EXPECT_EQ(raised_by(file(04755, kUser), user), Raise::kNothing) << "the owner stays the owner";
  EXPECT_EQ(raised_by(file(04755, kUser), root), Raise::kUser) << "another user is another user, for root, too";
  EXPECT_EQ(raised_by(file(02755), user), Raise::kGroup);
  EXPECT_EQ(raised_by(file(02745), user), Raise::kNothing) << "not without execution by the group";
  EXPECT_EQ(raised_by(file(02755, 0, kUser), user), Raise::kNothing);
}

TEST(PrivilegesTest, WhatTakesThemAway) {
  Caller user{.real_user = kUser, .real_group = kUser, .no_new_privileges = true};
  EXPECT_EQ(raised_by(file(06755), user), Raise::kNothing);
  user.no_new_privileges = false;
  FilePrivileges bits = file(06755);
  bits.nosuid = true;
  bits.grants_capabilities = true;
  EXPECT_EQ(raised_by(bits, user), Raise::kNothing);
}

TEST(PrivilegesTest, CapabilitiesAreNothingToRoot) {
  FilePrivileges able = file(0755);
  able.grants_capabilities = true;
  EXPECT_EQ(raised_by(able, {.real_user = kUser, .real_group = kUser}), Raise::kCapabilities);
  EXPECT_EQ(raised_by(able, {}), Raise::kNothing);
}

// A copy of churn with privileges, run by root and by another user: the counting library speaks exactly where nothing
// is raised.
class RealPrivilegesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to another user";
    if (!has_tool("setpriv")) GTEST_SKIP() << "there is no setpriv here (package util-linux)";
    library_ = counter(folder_);
    program_ = build(fmt::format("{} -O0 {}", HEAPREEL_GXX, source("churn.cc")), folder_ / "churn");
  }

  void expect_agreement(uid_t user, const std::string& flags = "") {
    const auto privileges = privileges_of(program_);
    ASSERT_TRUE(privileges.has_value());
    const Caller caller{
        .real_user = user, .real_group = user, .no_new_privileges = flags.find("no-new-privs") != std::string::npos};
    const std::string as =
        user == 0 ? flags : fmt::format("setpriv --reuid={0} --regid={0} --clear-groups {1}", user, flags);
    const Seen truth = seen_by(library_, program_, "", as);
    EXPECT_EQ(truth.done.status, 0) << truth.done.output;
    EXPECT_EQ(truth.spoke, raised_by(*privileges, caller) == Raise::kNothing)
        << fmt::format("mode {:o} user {} {}: {}", privileges->mode, user, flags, truth.done.output);
  }

  Folder folder_;
  std::string library_, program_;
};

TEST_F(RealPrivilegesTest, SetuidAndSetgid) {
  for (const mode_t mode : {0755, 04755, 02755, 02745, 06755})
    for (const uid_t owner : {uid_t{0}, kOther}) {
      ASSERT_EQ(::chown(program_.c_str(), owner, owner), 0);
      ASSERT_EQ(::chmod(program_.c_str(), mode), 0);
      for (const uid_t user : {uid_t{0}, kOther, kUser}) expect_agreement(user);
      expect_agreement(kUser, "--no-new-privs");
    }
}

TEST_F(RealPrivilegesTest, VerdictRefuses) {
  ASSERT_EQ(::chown(program_.c_str(), kOther, kOther), 0);
  ASSERT_EQ(::chmod(program_.c_str(), 04755), 0);
  const Inspection seen = inspected({program_});
  if (privileges_of(program_)->nosuid) GTEST_SKIP() << "the temporary folder is mounted nosuid";
  EXPECT_EQ(seen.raises, Raise::kUser);
  EXPECT_EQ(level_of(seen), Level::kRefuse);
  // The way out that the hint names.
  const std::string copy = folder_ / "copy";
  ASSERT_EQ(run(fmt::format("cp {} {}", program_, copy)).status, 0);
  EXPECT_EQ(level_of(inspected({copy})), Level::kOk);
}

TEST_F(RealPrivilegesTest, FileCapabilities) {
  if (!has_tool("setcap")) GTEST_SKIP() << "there is no setcap here (package libcap2-bin)";
  for (const std::string& what : Words{"cap_net_raw+ep", "cap_net_raw+p", "cap_net_raw+i"}) {
    const auto set = run(fmt::format("setcap {} {}", what, program_));
    if (set.status != 0) GTEST_SKIP() << "setcap does not work here: " << set.output;
    SCOPED_TRACE(what);
    expect_agreement(0);
    expect_agreement(kUser);
  }
}

TEST_F(RealPrivilegesTest, EffectiveCapabilitiesUnderNoNewPrivileges) {
  if (!has_tool("setcap")) GTEST_SKIP() << "there is no setcap here (package libcap2-bin)";
  if (run(fmt::format("setcap cap_net_raw+ep {}", program_)).status != 0) GTEST_SKIP() << "setcap does not work here";
  expect_agreement(kUser, "--no-new-privs");
}

}  // namespace
}  // namespace heapreel::target::tests
