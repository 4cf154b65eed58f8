// The recorder's library, as far as it can be judged from outside: it is there, and made for this machine.
#include "recorder/target/find_shim.h"
#include "tools/commands/doctor.h"

namespace heapreel::commands {

target::Findings findings_of_shim() {
  const auto shim = target::find_shim();
  if (!shim) return {{target::Level::kRefuse, "library", shim.error().why, shim.error().hint}};
  return {{target::Level::kOk, "library", *shim, ""}};
}

}  // namespace heapreel::commands
