#include "replayer/predict/ranking.h"

#include <gtest/gtest.h>

namespace heapreel::predict {
namespace {

Estimate about(double value, double part) { return {value, value * (1 - part), value * (1 + part)}; }

TEST(ranking, orders_by_value_and_ties_where_intervals_meet) {
  const Estimate estimates[] = {about(130, 0.02), about(100, 0.02), about(103, 0.02)};
  const Ranking ranking = rank(estimates);
  EXPECT_EQ(ranking.order, (std::vector<size_t>{1, 2, 0}));
  EXPECT_EQ(ranking.ties, (std::vector<std::pair<size_t, size_t>>{{1, 2}}));
  EXPECT_NEAR(ranking.regret[0], 0.30, 1e-9);
  EXPECT_EQ(ranking.regret[1], 0);
}

TEST(ranking, says_what_taking_the_first_can_cost) {
  const Estimate far[] = {about(100, 0.02), about(130, 0.02)};
  EXPECT_EQ(rank(far).regret_of_best_max, 0);
  const Estimate near[] = {about(100, 0.02), about(101, 0.05)};
  EXPECT_NEAR(rank(near).regret_of_best_max, 102 / 95.95 - 1, 1e-9);
}

TEST(ranking, of_nothing_is_empty) { EXPECT_TRUE(rank({}).order.empty()); }

}  // namespace
}  // namespace heapreel::predict
