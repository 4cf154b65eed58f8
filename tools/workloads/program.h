// What most workloads are made of: a scene that all actors share, and a first actor that begins and starts the others.
//
//   .make = make_program<Exchange, Engine>   // struct Exchange : Scene; Engine(Exchange&, uint32_t number)
#pragma once

#include "tools/workloads/workload.h"

namespace heapreel::workloads {

// What every actor can see. Lives as long as its stage.
struct Scene {
  Scene(Stage& on, const Setting& of) : stage(&on), setting(of) {}

  Stage* stage;
  Setting setting;

  double number(std::string_view name) const { return setting.parameters.number(name); }
  uint64_t count(std::string_view name) const { return setting.parameters.count(name); }

  // Each actor is told its number, which also tells its chances from the others'.
  template <class Player, class Shared>
  static void start(Shared& shared, SimThread& creator, uint32_t first, uint32_t count) {
    for (uint32_t i = first; i < first + count; ++i)
      shared.stage->add_thread(std::make_unique<Player>(shared, i), &creator);
  }
};

template <class Shared, class First>
class Program final : public Workload {
 public:
  explicit Program(const Setting& setting) : setting_(setting) {}

  void begin(Stage& stage) override {
    shared_ = std::make_unique<Shared>(stage, setting_);
    stage.add_thread(std::make_unique<First>(*shared_, 0));
  }

 private:
  Setting setting_;
  std::unique_ptr<Shared> shared_;
};

template <class Shared, class First>
base::Result<std::unique_ptr<Workload>> make_program(const Setting& setting) {
  return std::make_unique<Program<Shared, First>>(setting);
}

}  // namespace heapreel::workloads
