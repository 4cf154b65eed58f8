// Laying out a board and mapping it.
#include "replayer/lab/board.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "trace_format/base/bytes.h"

namespace heapreel::lab {
namespace {

constexpr uint64_t kPart = 4096;  // parts begin at pages, so that one mapped part is no other's

template <class T>
uint64_t place(uint64_t& end, uint64_t count) {
  const uint64_t offset = end;
  end = base::align_up(end + count * sizeof(T), kPart);
  return offset;
}

}  // namespace

BoardMemory::Layout BoardMemory::layout_of(const PlanRef& plan, const measure::RunOrders& orders) {
  Layout layout{};
  layout.threads = plan.threads.size();
  layout.readings = orders.pass == measure::Pass::kMemory ? plan.checkpoints.size() : 0;
  for (const plan::ThreadPlan& thread : plan.threads)
    layout.log_entries += log_entries_of(thread.stretches, orders.log_every);
  // A thread that has just ended may still hold its set when the next one begins.
  if (orders.pass == measure::Pass::kLatency)
    layout.histogram_sets = std::min<uint64_t>(layout.threads, plan.header->threads_alive_max + 2);
  uint64_t end = base::align_up(sizeof(measure::Board), kPart);
  layout.threads_offset = place<measure::ThreadBoard>(end, layout.threads);
  layout.readings_offset = place<measure::CheckpointReading>(end, layout.readings);
  layout.log_offset = place<uint64_t>(end, layout.log_entries);
  layout.histograms_offset = place<measure::Histogram>(end, layout.histogram_sets * measure::kHistograms);
  layout.slow_calls_offset = place<measure::SlowCalls>(end, layout.histogram_sets);
  layout.bytes = end;
  return layout;
}

base::Result<BoardMemory> BoardMemory::create(const PlanRef& plan, const measure::RunOrders& orders) {
  const Layout layout = layout_of(plan, orders);
  base::Fd fd(::memfd_create("heapreel-board", MFD_CLOEXEC));
  if (!fd.valid() || ::ftruncate(fd.get(), static_cast<off_t>(layout.bytes)) != 0)
    return base::fail(base::system_error("cannot make the memory shared with a runner", errno));
  void* memory = ::mmap(nullptr, layout.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (memory == MAP_FAILED) return base::fail(base::system_error("cannot map the memory shared with a runner", errno));
  auto* board = new (memory) measure::Board{};
  board->magic = measure::kBoardMagic;
  board->version = measure::kBoardVersion;
  board->bytes = layout.bytes;
  board->threads_offset = layout.threads_offset;
  board->threads = layout.threads;
  board->readings_offset = layout.readings_offset;
  board->readings = layout.readings;
  board->log_offset = layout.log_offset;
  board->log_entries = layout.log_entries;
  board->histograms_offset = layout.histograms_offset;
  board->histogram_sets = layout.histogram_sets;
  board->slow_calls_offset = layout.slow_calls_offset;
  board->orders = orders;
  return BoardMemory(std::move(fd), static_cast<uint8_t*>(memory), layout);
}

BoardMemory::BoardMemory(BoardMemory&& other) noexcept
    : fd_(std::move(other.fd_)), memory_(std::exchange(other.memory_, nullptr)), layout_(other.layout_) {}

BoardMemory& BoardMemory::operator=(BoardMemory&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(memory_, other.memory_);
  std::swap(layout_, other.layout_);
  return *this;
}

BoardMemory::~BoardMemory() {
  if (memory_ != nullptr) ::munmap(memory_, layout_.bytes);
}

std::span<const measure::ThreadBoard> BoardMemory::threads() const {
  return {reinterpret_cast<const measure::ThreadBoard*>(memory_ + layout_.threads_offset), layout_.threads};
}

std::span<const measure::CheckpointReading> BoardMemory::readings() const {
  return {reinterpret_cast<const measure::CheckpointReading*>(memory_ + layout_.readings_offset), layout_.readings};
}

std::span<const uint64_t> BoardMemory::log() const {
  return {reinterpret_cast<const uint64_t*>(memory_ + layout_.log_offset), layout_.log_entries};
}

std::span<const measure::Histogram> BoardMemory::histograms() const {
  return {reinterpret_cast<const measure::Histogram*>(memory_ + layout_.histograms_offset),
          layout_.histogram_sets * measure::kHistograms};
}

std::span<const measure::SlowCalls> BoardMemory::slow_calls() const {
  return {reinterpret_cast<const measure::SlowCalls*>(memory_ + layout_.slow_calls_offset), layout_.histogram_sets};
}

}  // namespace heapreel::lab
