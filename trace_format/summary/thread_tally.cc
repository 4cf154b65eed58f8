// The counting of thread_tally.h; a call costs a few nanoseconds.
#include "trace_format/summary/thread_tally.h"

#include <algorithm>
#include <numeric>

namespace heapreel::reel {
namespace {

uint64_t pair_key(uint64_t allocated_by, uint64_t freed_by) { return (allocated_by + 1) << 32 | freed_by; }

void add_bins(std::vector<uint64_t>& into, const std::vector<uint64_t>& bins) {
  for (size_t i = 0; i < bins.size(); ++i) into[i] += bins[i];
}

}  // namespace

uint32_t ThreadTally::find_or_add(uint32_t serial) {
  const uint64_t key = uint64_t{serial} + 1;
  if (const uint32_t* place = places_.find(key)) return *place;
  const auto place = static_cast<uint32_t>(threads_.size());
  threads_.push_back({.serial = serial});
  places_.add(key, place);
  return place;
}

uint32_t ThreadTally::place_of(uint32_t serial) {
  if (serial == last_serial_ && last_place_ != ~uint32_t{0}) [[likely]]
    return last_place_;
  last_serial_ = serial;
  return last_place_ = find_or_add(serial);
}

uint32_t ThreadTally::call(uint32_t serial, uint64_t time, uint32_t bin) {
  const uint32_t place = place_of(serial);
  Thread& thread = threads_[place];
  if (thread.calls_total++ == 0) {
    thread.first_bin = bin;
    thread.first_time = time;
  }
  thread.last_time = time;
  if (bin - thread.first_bin >= thread.calls.size()) [[unlikely]]
    thread.calls.resize(bin - thread.first_bin + size_t{1});
  thread.calls[bin - thread.first_bin] += 1;
  return place;
}

void ThreadTally::free(uint32_t by, uint32_t allocated_by) {
  threads_[by].frees += 1;
  if (by == allocated_by) return;
  threads_[by].remote_frees += 1;
  const uint64_t key = pair_key(allocated_by, by);
  if (uint64_t* count = pairs_.find(key))
    *count += 1;
  else if (pairs_.size() < kPairsMax)
    pairs_.add(key, 1);
  else
    pairs_beyond_ += 1;
}

void ThreadTally::halve_bins() {
  for (Thread& thread : threads_) {
    reel::halve_bins(thread.calls, thread.first_bin);
    thread.first_bin /= 2;
  }
}

// The places of all threads, the busiest first.
std::vector<uint32_t> ThreadTally::by_calls() const {
  std::vector<uint32_t> order(threads_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    const Thread& left = threads_[a];
    const Thread& right = threads_[b];
    return left.calls_total != right.calls_total ? left.calls_total > right.calls_total : left.serial < right.serial;
  });
  return order;
}

ThreadPortrait ThreadTally::portrait_of(const Thread& thread, const RateBins& bins) const {
  ThreadPortrait portrait{.thread = thread.serial,
                          .births = thread.births,
                          .bytes = thread.bytes,
                          .frees = thread.frees,
                          .remote_frees = thread.remote_frees,
                          .first_ns = bins.ns_of(thread.first_time),
                          .last_ns = bins.ns_of(thread.last_time)};
  portrait.calls.resize(bins.count());
  for (size_t i = 0; i < thread.calls.size(); ++i) portrait.calls[thread.first_bin + i] = thread.calls[i];
  return portrait;
}

void ThreadTally::finish(const RateBins& bins, Portrait& portrait) const {
  const std::vector<uint32_t> order = by_calls();
  std::vector<uint32_t> row_of(order.size(), kPortraitThreads);
  ThreadPortrait others{.threads = 0, .first_ns = ~uint64_t{0}};
  others.calls.resize(bins.count());
  for (size_t i = 0; i < order.size(); ++i) {
    ThreadPortrait thread = portrait_of(threads_[order[i]], bins);
    if (i < kPortraitThreads) {
      row_of[order[i]] = static_cast<uint32_t>(i);
      portrait.threads.push_back(std::move(thread));
      continue;
    }
    others.threads += 1;
    others.births += thread.births;
    others.bytes += thread.bytes;
    others.frees += thread.frees;
    others.remote_frees += thread.remote_frees;
    others.first_ns = std::min(others.first_ns, thread.first_ns);
    others.last_ns = std::max(others.last_ns, thread.last_ns);
    add_bins(others.calls, thread.calls);
  }
  if (others.threads > 0) portrait.threads.push_back(std::move(others));
  portrait.rate_bin_ns = bins.bin_ns();
  portrait.rate_bins = bins.count();
  auto& matrix = portrait.frees_by_thread;
  matrix.assign(portrait.threads.size(), std::vector<uint64_t>(portrait.threads.size()));
  for (const Thread& thread : threads_) {
    const uint32_t row = row_of[static_cast<size_t>(&thread - threads_.data())];
    matrix[row][row] += thread.frees - thread.remote_frees;
  }
  pairs_.for_each(
      [&](uint64_t key, uint64_t count) { matrix[row_of[(key >> 32) - 1]][row_of[key & 0xffffffffU]] += count; });
  if (pairs_beyond_ > 0) matrix.back().back() += pairs_beyond_;
}

}  // namespace heapreel::reel
