// Whether running a file raises privileges: then the kernel sets AT_SECURE, and ld.so(8) ignores LD_PRELOAD.
//
// The rules are those of the kernel's cap_bprm_creds_from_file (security/commoncap.c). Absent: what SELinux or AppArmor
// may add; the missing hello of the shim tells that.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

#include "trace_format/base/file.h"

namespace heapreel::target {

enum class Raise : uint8_t { kNothing, kUser, kGroup, kCapabilities };

// A file's part of the decision.
struct FilePrivileges {
  mode_t mode = 0;
  uid_t owner = 0;
  gid_t group = 0;
  bool grants_capabilities = false;  // its security.capability is effective or permits something
  bool nosuid = false;               // its file system is mounted so that all this is ignored
};

// The caller's part.
struct Caller {
  uid_t real_user = 0;
  gid_t real_group = 0;
  bool no_new_privileges = false;  // prctl(2), PR_SET_NO_NEW_PRIVS
};

base::Result<FilePrivileges> privileges_of(const std::string& path);
Caller this_process();

Raise raised_by(const FilePrivileges& file, const Caller& caller);

}  // namespace heapreel::target
