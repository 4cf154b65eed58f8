#include "recorder/collector/stack_table.h"

#include <algorithm>

namespace heapreel::collector {
namespace {

constexpr size_t kFirstPlaces = 1024;

uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

}  // namespace

StackTable::StackTable(uint32_t nodes_max) : places_(kFirstPlaces), nodes_max_(nodes_max) {}

// Where the node is, or where it belongs.
size_t StackTable::place_of(const Node& node) const {
  const uint64_t key = mixed(node.offset ^ mixed(uint64_t{node.parent} << 32 | node.module));
  const size_t mask = places_.size() - 1;
  size_t place = key & mask;
  while (places_[place] != 0 && nodes_[places_[place] - 1] != node) place = (place + 1) & mask;
  return place;
}

void StackTable::grow() {
  places_.assign(places_.size() * 2, 0);
  for (size_t i = 0; i < nodes_.size(); ++i) places_[place_of(nodes_[i])] = static_cast<uint32_t>(i + 1);
}

// 0 if the node is new and there is no room for it.
uint32_t StackTable::child(const Node& node) {
  size_t place = place_of(node);
  if (places_[place] != 0) return places_[place];
  if (nodes_.size() >= nodes_max_) return 0;
  if (2 * (nodes_.size() + 1) > places_.size()) {
    grow();
    place = place_of(node);
  }
  nodes_.push_back(node);
  return places_[place] = static_cast<uint32_t>(nodes_.size());
}

uint32_t StackTable::intern(std::span<const uint64_t> frames, const ModuleMap& modules) {
  std::vector<CodePlace> path;
  path.reserve(frames.size());
  for (const uint64_t address : frames) {
    // The byte before a return address belongs to the call: it alone is sure to lie in the caller's code.
    const CodePlace place = modules.find(address - 1);
    if (!path.empty() && !place.is_code) {
      ++stacks_cut_;
      break;
    }
    path.push_back(place);
  }
  uint32_t number = 0;
  for (auto place = path.rbegin(); place != path.rend(); ++place) {
    number = child({.offset = place->offset + 1, .module = place->module, .parent = number});
    if (number == 0) {
      ++stacks_refused_;
      return 0;
    }
  }
  return number;
}

StackNodes StackTable::take_new_nodes(size_t nodes_max) {
  const size_t end = taken_ + std::min(nodes_max, nodes_.size() - taken_);
  StackNodes taken;
  for (; taken_ < end; ++taken_) {
    taken.parents.push_back(nodes_[taken_].parent);
    taken.modules.push_back(nodes_[taken_].module);
    taken.offsets.push_back(nodes_[taken_].offset);
  }
  return taken;
}

}  // namespace heapreel::collector
