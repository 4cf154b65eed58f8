// The workload's portrait through JSON and back, whole and broken.
#include "replayer/lab/workload_json.h"

#include <gtest/gtest.h>

namespace heapreel::lab {
namespace {

struct Read {
  reel::Portrait portrait;
  std::string fault;
};

Read read(const Json& json) {
  JsonReading reading(json);
  reel::Portrait portrait = read_workload(reading.top());
  return {std::move(portrait), reading.fault()};
}

reel::Portrait a_portrait() {
  return {.duration_ns = 1000,
          .sizes = {{16, 10, 160, 1}, {20, 5, 90, 0}},
          .lifetimes = {{64, 12, 200}},
          .never_freed = {.objects = 3, .bytes = 50, .objects_by_birth = {1, 2}, .bytes_by_birth = {20, 30}},
          .size_by_lifetime = {{16, 20}, {64}, {{9, 1}, {3, 2}}},
          .threads = {{.thread = 7, .name = "main", .births = 15, .bytes = 250, .frees = 11, .calls = {20, 6}},
                      {.threads = 4, .frees = 1, .remote_frees = 1, .first_ns = 3, .last_ns = 999, .calls = {0, 1}}},
          .rate_bin_ns = 512,
          .rate_bins = 2,
          .frees_by_thread = {{11, 1}, {0, 0}},
          .reallocs = {.calls = 2,
                       .grow = 2,
                       .moved = 1,
                       .bytes_could_copy = 40,
                       .chain_length_max = 2,
                       .chains = {{2, 1, 40, 64}}},
          .calls = {{"free", 12}, {"malloc", 13}, {"realloc", 2}}};
}

TEST(WorkloadJson, ComesBackAsItWas) {
  const Json json = workload_json(a_portrait());
  const Read whole = read(Json::parse(json.dump()));
  EXPECT_EQ(whole.fault, "");
  EXPECT_EQ(workload_json(whole.portrait), json);
  EXPECT_EQ(whole.portrait.threads[1].threads, 4U);
  EXPECT_FALSE(whole.portrait.threads[1].thread.has_value());
  EXPECT_EQ(whole.portrait.never_freed.bytes_by_birth[1], 30U);
}

// Every field in turn: missing, negative, of another type. None may crash the reader, and none may pass.
void expect_broken(const Json& whole, const Json::json_pointer& at) {
  for (const Json& value : {Json(-1), Json("x"), Json(nullptr), Json(1.5)}) {
    Json broken = whole;
    if (broken[at] == value) continue;
    const bool may_be_null = value.is_null() && at.back() == "thread";
    const bool may_be_any = at.back() == "name";
    broken[at] = value;
    if (!may_be_null && !may_be_any) {
      EXPECT_NE(read(broken).fault, "") << at.to_string() << " = " << value;
    }
  }
  Json without = whole;
  const bool in_list = without[at.parent_pointer()].is_array();
  if (in_list)
    without[at.parent_pointer()].erase(std::stoul(at.back()));
  else
    without[at.parent_pointer()].erase(at.back());
  const std::string parent = at.parent_pointer().empty() ? "" : at.parent_pointer().back();
  const bool optional = at.back() == "name" || parent == "calls" || parent == "chains";
  if (!optional || (in_list && parent == "calls")) {
    EXPECT_NE(read(without).fault, "") << "without " << at.to_string();
  }
}

void break_all(const Json& whole, const Json::json_pointer& at) {
  if (!at.empty()) expect_broken(whole, at);
  const Json& here = whole[at];
  if (here.is_object())
    for (const auto& [name, value] : here.items()) break_all(whole, at / name);
  if (here.is_array())
    for (size_t i = 0; i < here.size(); ++i) break_all(whole, at / i);
}

TEST(WorkloadJson, NothingBrokenPasses) { break_all(workload_json(a_portrait()), Json::json_pointer("")); }

}  // namespace
}  // namespace heapreel::lab
