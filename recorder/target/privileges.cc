// The two halves are apart so that the decision can be tested for every caller, whoever runs the tests.
#include "recorder/target/privileges.h"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace heapreel::target {
namespace {

// struct vfs_cap_data of linux/capability.h: a word of version and flags, then pairs (permitted, inheritable).
bool grants_capabilities(const std::string& path) {
  std::array<uint8_t, 64> value{};
  const ssize_t got = ::getxattr(path.c_str(), "security.capability", value.data(), value.size());
  if (got < 12) return false;
  const bool effective = (base::load_le<uint32_t>(value.data()) & VFS_CAP_FLAGS_EFFECTIVE) != 0;
  const uint32_t permitted_low = base::load_le<uint32_t>(value.data() + 4);
  const uint32_t permitted_high = got >= 20 ? base::load_le<uint32_t>(value.data() + 12) : 0;
  return effective || permitted_low != 0 || permitted_high != 0;
}

}  // namespace

base::Result<FilePrivileges> privileges_of(const std::string& path) {
  struct stat status {};
  struct statvfs mount {};
  if (::stat(path.c_str(), &status) != 0 || ::statvfs(path.c_str(), &mount) != 0)
    return base::fail(base::system_error(fmt::format("cannot look at {}", path), errno));
  return FilePrivileges{.mode = status.st_mode,
                        .owner = status.st_uid,
                        .group = status.st_gid,
                        .grants_capabilities = grants_capabilities(path),
                        .nosuid = (mount.f_flag & ST_NOSUID) != 0};
}

Caller this_process() {
  return {.real_user = ::getuid(),
          .real_group = ::getgid(),
          .no_new_privileges = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1};
}

Raise raised_by(const FilePrivileges& file, const Caller& caller) {
  if (file.nosuid) return Raise::kNothing;
  if (!caller.no_new_privileges) {
    if ((file.mode & S_ISUID) != 0 && file.owner != caller.real_user) return Raise::kUser;
    // Without group execution the bit once meant mandatory locking, and raises nothing.
    const bool setgid = (file.mode & S_ISGID) != 0 && (file.mode & S_IXGRP) != 0;
    if (setgid && file.group != caller.real_group) return Raise::kGroup;
  }
  // Root has them anyway. no_new_privs withholds them, and yet leaves AT_SECURE set.
  if (file.grants_capabilities && caller.real_user != 0) return Raise::kCapabilities;
  return Raise::kNothing;
}

}  // namespace heapreel::target
