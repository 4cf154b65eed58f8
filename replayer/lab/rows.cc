// Which rows there are.
#include "replayer/lab/rows.h"

#include <algorithm>

#include "replayer/lab/find_allocators.h"
#include "replayer/lab/identify.h"

namespace heapreel::lab {
namespace {

Row row_of(AllocatorChoice choice, Role role) {
  Row row{.choice = std::move(choice), .role = role};
  row.result = result_of(row.choice);
  return row;
}

size_t reference_of(const std::vector<AllocatorChoice>& candidates, const std::string& recorded) {
  for (const std::string& wanted : {recorded, std::string("glibc")})
    for (size_t i = 0; i < candidates.size(); ++i)
      if (candidates[i].name == wanted) return i;
  return 0;
}

}  // namespace

base::Result<Rows> make_rows(const std::vector<AllocatorChoice>& candidates, const std::string& recorded, bool bounds) {
  Rows made{.reference = reference_of(candidates, recorded)};
  for (const AllocatorChoice& candidate : candidates) made.rows.push_back(row_of(candidate, Role::kCandidate));
  auto null = built_in("null");
  if (!null) return base::fail(null.error());
  made.rows.push_back(row_of(std::move(*null), Role::kNull));
  made.rows.push_back(row_of(candidates[made.reference], Role::kDuplicate));
  for (const char* name : {"bump", "pool"}) {
    if (!bounds) break;
    auto bound = built_in(name);
    if (!bound) return base::fail(bound.error());
    made.rows.push_back(row_of(std::move(*bound), Role::kBound));
  }
  return made;
}

bool replace_reference(Rows& rows) {
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    if (!rows.rows[i].candidate() || !rows.rows[i].alive()) continue;
    rows.reference = i;
    *rows.first(Role::kDuplicate) = row_of(rows.rows[i].choice, Role::kDuplicate);
    return true;
  }
  return false;
}

}  // namespace heapreel::lab
