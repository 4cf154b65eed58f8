// The turns and the merging of stage.h.
#include "tools/workloads/stage/stage.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kStepsPerMerge = 256;
constexpr size_t kBatchEvents = 1U << 15;
constexpr uint64_t kEndOfTime = ~uint64_t{0};

}  // namespace

SimThread& Stage::add_thread(std::unique_ptr<Actor> actor, SimThread* creator) {
  const auto serial = static_cast<uint32_t>(players_.size());
  const uint64_t now = creator != nullptr ? creator->now() + 1 : 0;
  players_.push_back(
      std::make_unique<Player>(Player{.thread = SimThread(serial, now, blocks_), .actor = std::move(actor)}));
  Player& player = *players_.back();
  if (creator != nullptr) {
    reel::Event start;
    start.op = reel::Op::kThreadStart;
    start.size = creator->serial() + uint64_t{1};
    player.thread.tell(start);
  }
  turns_.push({player.thread.now(), serial});
  return player.thread;
}

void Stage::wake(SimThread& thread, uint64_t time) {
  Player& player = *players_[thread.serial()];
  if (!player.parked) return;
  player.parked = false;
  thread.wait_until(time);
  turns_.push({thread.now(), thread.serial()});
}

void Stage::act() {
  const uint32_t at = turns_.top().player;
  turns_.pop();
  Player& player = *players_[at];
  switch (player.actor->step(player.thread)) {
    case Step::kAgain:
      turns_.push({player.thread.now(), at});
      break;
    case Step::kPark:
      player.parked = true;
      break;
    case Step::kOver:
      if (at != 0) player.thread.tell({.op = reel::Op::kThreadEnd});
      break;
  }
}

// Gives objects their numbers. False once the stream has reached its end.
bool Stage::hand_on(reel::Event event) {
  if (events_ == limits_.events || event.time > limits_.time_ns) return false;
  if (reel::has_old(event.op, event.flags)) event.old_object = blocks_.bury(static_cast<uint32_t>(event.old_object));
  if (reel::births(event.op, event.flags)) {
    blocks_.set_number(static_cast<uint32_t>(event.object), ++objects_);
    event.object = objects_;
  } else if (reel::traits(event.op).frees) {
    event.object = blocks_.bury(static_cast<uint32_t>(event.object));
  }
  ++events_;
  end_ns_ = event.time;
  batch_.push_back(event);
  return true;
}

void Stage::hand_on_before(uint64_t time) {
  for (uint32_t i = 0; i < players_.size(); ++i)
    if (players_[i]->next < players_[i]->thread.told_.size())
      heads_.push({players_[i]->thread.told_[players_[i]->next].time, i});
  while (!heads_.empty() && heads_.top().time < time && !over_) {
    Player& player = *players_[heads_.top().player];
    heads_.pop();
    // This thread's calls go on as long as no other's comes before them.
    const Turn rival = heads_.empty() ? Turn{kEndOfTime, 0} : heads_.top();
    const std::vector<reel::Event>& told = player.thread.told_;
    while (player.next < told.size() && !over_) {
      const Turn own{told[player.next].time, player.thread.serial()};
      if (own.time >= time || own > rival) break;
      over_ = !hand_on(told[player.next++]);
    }
    if (player.next < told.size()) heads_.push({told[player.next].time, player.thread.serial()});
  }
  heads_ = {};
  forget_handed_on();
}

void Stage::forget_handed_on() {
  for (const auto& player : players_) {
    std::vector<reel::Event>& told = player->thread.told_;
    told.erase(told.begin(), told.begin() + static_cast<std::ptrdiff_t>(player->next));
    player->next = 0;
  }
}

base::Result<bool> Stage::next(reel::EventBatch& batch) {
  batch_.clear();
  const uint64_t first_event = events_;
  const uint64_t first_object = objects_ + 1;
  while (batch_.size() < kBatchEvents && !over_) {
    for (uint64_t i = 0; i < kStepsPerMerge && !turns_.empty(); ++i) act();
    // When nobody can ever act again, all that is left may go.
    hand_on_before(turns_.empty() ? kEndOfTime : turns_.top().time);
    over_ = over_ || turns_.empty();
  }
  batch = {.events = batch_, .first_event = first_event, .first_object = first_object};
  return !batch_.empty();
}

}  // namespace heapreel::workloads
