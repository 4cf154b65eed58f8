// Made-up programs to be cloned, and the way from their events to a clone and its likeness, without any file.
#pragma once

#include <gtest/gtest.h>

#include "tests/trace_format/vector_stream.h"
#include "tools/workloads/like/clone.h"
#include "tools/workloads/like/likeness.h"
#include "tools/workloads/stage/random.h"

namespace heapreel::tests {

using like::Model;
using reel::Event;
using reel::Op;
using workloads::Random;

inline constexpr uint64_t kTestTicksPerSecond = 1'000'000'000;

// Writes down calls in replay order.
class Program {
 public:
  explicit Program(uint64_t ticks_a_call = 50) : ticks_(ticks_a_call) {}

  uint64_t malloc(uint64_t size, uint32_t thread = 0, Op op = Op::kMalloc) {
    add({.size = size, .object = ++objects_, .thread = thread, .op = op});
    return objects_;
  }
  void free(uint64_t object, uint32_t thread = 0, Op op = Op::kFree, uint64_t size = 0) {
    add({.size = size, .object = object, .thread = thread, .op = op});
  }
  uint64_t realloc(uint64_t object, uint64_t size, uint32_t thread = 0) {
    add({.size = size, .object = ++objects_, .old_object = object, .thread = thread, .op = Op::kRealloc});
    return objects_;
  }
  void add(Event event) {
    event.time = now_ += ticks_;
    events.push_back(event);
  }

  std::vector<Event> events{};

 private:
  uint64_t ticks_;
  uint64_t now_ = 0;
  uint64_t objects_ = 0;
};

// A server at work: some 2000 blocks alive, each replaced after a while.
inline std::vector<Event> steady_program(size_t events, uint64_t seed = 7) {
  Program program;
  Random random(seed, 1);
  std::vector<uint64_t> alive;
  while (program.events.size() < events) {
    if (alive.size() < 2000) {
      alive.push_back(program.malloc(16 * random.between(1, 40)));
      continue;
    }
    uint64_t& victim = alive[random.below(alive.size())];
    program.free(victim);
    victim = program.malloc(16 * random.between(1, 40));
  }
  return program.events;
}

// Every second block stays for good, the others go soon.
inline std::vector<Event> growing_program(size_t events) {
  Program program;
  Random random(3, 1);
  while (program.events.size() < events) {
    program.malloc(24 + 8 * random.below(8));
    program.free(program.malloc(200));
  }
  return program.events;
}

// Builds up, works on it, tears down; and once more, with larger blocks.
inline std::vector<Event> phased_program(size_t blocks) {
  Program program;
  Random random(5, 1);
  for (const uint64_t size : {100, 400}) {
    std::vector<uint64_t> tree;
    for (size_t i = 0; i < blocks; ++i) tree.push_back(program.malloc(size + 16 * random.below(4)));
    for (size_t i = 0; i < blocks; ++i) program.free(program.malloc(1000 + 16 * random.below(30)));
    for (const uint64_t block : tree) program.free(block);
  }
  return program.events;
}

inline Model model_of(const std::vector<Event>& events, size_t cells_most = like::ModelBuilder::kCellsMost) {
  VectorStream stream(events, 1000);
  like::ModelBuilder builder(events.size(), kTestTicksPerSecond, cells_most);
  EXPECT_TRUE(like::read_lives(stream, std::array<like::LifeSink*, 1>{&builder}).has_value());
  return builder.finish();
}

inline like::Portrait portrait_of(const std::vector<Event>& events) {
  VectorStream stream(events, 1000);
  like::PortraitPainter painter(events.size());
  EXPECT_TRUE(like::read_lives(stream, std::array<like::LifeSink*, 1>{&painter}).has_value());
  return painter.finish();
}

inline std::vector<Event> events_of(const Model& model, const like::CloneOptions& options = {}) {
  like::CloneStream stream(model, options);
  std::vector<Event> events;
  reel::EventBatch batch;
  while (*stream.next(batch)) events.insert(events.end(), batch.events.begin(), batch.events.end());
  return events;
}

inline like::Likeness likeness_of(const std::vector<Event>& original, const Model& model) {
  return like::compare(portrait_of(original), portrait_of(events_of(model)));
}

inline bool has_size(const std::vector<Event>& events, uint64_t size) {
  return std::ranges::any_of(events, [size](const Event& event) { return event.size == size; });
}

}  // namespace heapreel::tests
