// The asking of freshness.h.
#include "recorder/collector/freshness.h"

#include "recorder/collector/attention.h"

namespace heapreel::collector {

void Freshness::ask() {
  const uint32_t before = given_.load(std::memory_order_acquire);
  const uint32_t question = asked_.fetch_add(1, std::memory_order_seq_cst) + 1;
  if (asleep_.exchange(0, std::memory_order_seq_cst) != 0) wake(asleep_, 1);  // pairs with the collector's rest
  if (before != question) sleep_on(given_, before, kWaitNs);
}

void Freshness::given(uint32_t question) {
  given_.store(question, std::memory_order_release);
  wake(given_, 1);
}

}  // namespace heapreel::collector
