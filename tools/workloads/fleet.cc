// A program of a fleet, by its profile: sizes come as often as measured, as many are alive as measured, and how long
// each lives follows from the two (Little's law).
#include "tools/workloads/fleet_profile.h"
#include "tools/workloads/program.h"
#include "tools/workloads/stage/choice.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kStepBirthsAndDeaths = 4;
constexpr uint64_t kStepWarmUp = 200;
constexpr uint64_t kWarmUpNs = 100;

// What the profile comes to after scaling, for one thread.
struct Rates {
  std::vector<ProfileRow> rows;
  double live = 0;
  double births_per_second = 0;

  std::vector<double> weights(double ProfileRow::*of) const {
    std::vector<double> list;
    for (const ProfileRow& row : rows) list.push_back(row.*of);
    return list;
  }
};

Rates rates_of(const FleetProfile& profile, const Setting& setting) {
  Rates rates;
  double bytes = 0;
  for (const ProfileRow& row : profile.rows) {
    if (row.size > setting.parameters.count("largest")) continue;
    rates.rows.push_back(row);
    bytes += static_cast<double>(row.size) * row.live;
  }
  const double wanted = setting.parameters.number("live");
  const double factor = (wanted > 0 && bytes > 0 ? wanted / bytes : 1) * setting.scale / setting.threads;
  for (ProfileRow& row : rates.rows) {
    rates.live += row.live *= factor;
    rates.births_per_second += row.births_per_second *= factor;
  }
  return rates;
}

struct Fleet : Scene {
  Fleet(Stage& on, const Setting& of, const Rates& each) : Scene(on, of), rates(each) {
    if (rates.births_per_second > 0) born.emplace(rates.weights(&ProfileRow::births_per_second));
    if (rates.live > 0) there.emplace(rates.weights(&ProfileRow::live));
    for (uint32_t i = 0; i < setting.threads; ++i) deaths.push_back(std::make_unique<Mailbox<Block>>(on));
  }

  Rates rates;
  std::optional<WeightedChoice> born;                   // the row of a birth
  std::optional<WeightedChoice> there;                  // the row of a block that is alive
  std::vector<std::unique_ptr<Mailbox<Block>>> deaths;  // by thread
};

class Machine final : public Actor {
 public:
  Machine(Fleet& fleet, uint32_t number)
      : fleet_(&fleet),
        random_(fleet.setting.seed, number + 1),
        deaths_(fleet.deaths[number].get()),
        remote_(fleet.setting.threads > 1 ? fleet.number("remote") : 0),
        number_(number),
        warm_up_(static_cast<uint64_t>(fleet.rates.live + random_.unit())) {}

  Step step(SimThread& self) override {
    if (number_ == 0 && !started_) Scene::start<Machine>(*fleet_, self, 1, fleet_->setting.threads - 1);
    started_ = true;
    if (warm_up_ > 0) {
      warm_up(self);
      return Step::kAgain;
    }
    if (fleet_->rates.births_per_second == 0) return Step::kOver;
    for (uint64_t i = 0; i < kStepBirthsAndDeaths; ++i) act(self);
    return Step::kAgain;
  }

 private:
  // The record begins in the middle of things. What is alive at any moment has, with lifetimes that know no age, as
  // much ahead as what is born then.
  void warm_up(SimThread& self) {
    for (uint64_t i = 0; i < kStepWarmUp && warm_up_ > 0; ++i, --warm_up_) {
      self.work(kWarmUpNs);
      bear(self, fleet_->rates.rows[fleet_->there->draw(random_)]);
    }
    next_birth_ = self.now() + gap();
  }

  void act(SimThread& self) {
    if (deaths_->next_at() <= next_birth_) {
      self.wait_until(deaths_->next_at());
      auto block = deaths_->receive(self);
      self.destroy(*block);
      return;
    }
    self.wait_until(next_birth_);
    bear(self, fleet_->rates.rows[fleet_->born->draw(random_)]);
    next_birth_ += gap();
  }

  uint64_t gap() {
    if (fleet_->rates.births_per_second == 0) return 0;
    return 1 + static_cast<uint64_t>(random_.exponential(1e9 / fleet_->rates.births_per_second));
  }

  void bear(SimThread& self, const ProfileRow& row) {
    const Block block = self.make(row.size);
    if (row.births_per_second == 0) return;  // it stays for good
    const double life_ns = random_.exponential(1e9 * row.live / row.births_per_second);
    Mailbox<Block>& who = random_.chance(remote_) ? another() : *deaths_;
    who.send(self, block, static_cast<uint64_t>(std::min(life_ns, 1e18)));
  }

  Mailbox<Block>& another() {
    const uint64_t step = 1 + random_.below(fleet_->deaths.size() - 1);
    return *fleet_->deaths[(number_ + step) % fleet_->deaths.size()];
  }

  Fleet* fleet_;
  Random random_;
  Mailbox<Block>* deaths_;
  double remote_;
  uint32_t number_;
  uint64_t warm_up_;
  uint64_t next_birth_ = 0;
  bool started_ = false;
};

class FleetWorkload final : public Workload {
 public:
  FleetWorkload(const Setting& setting, Rates rates) : setting_(setting), rates_(std::move(rates)) {}

  void begin(Stage& stage) override {
    fleet_ = std::make_unique<Fleet>(stage, setting_, rates_);
    stage.add_thread(std::make_unique<Machine>(*fleet_, 0));
  }

 private:
  Setting setting_;
  Rates rates_;
  std::unique_ptr<Fleet> fleet_;
};

base::Result<std::unique_ptr<Workload>> make(const Setting& setting) {
  const std::string path(setting.argument);
  const auto profile = read_profile(path);
  if (!profile) return base::fail(profile.error());
  Rates rates = rates_of(*profile, setting);
  if (rates.live > 0 || rates.births_per_second > 0) return std::make_unique<FleetWorkload>(setting, std::move(rates));
  return base::fail({.code = base::ErrorCode::kBadInput,
                     .what = "cannot use " + path + " as a profile",
                     .why = "all that is ever alive in it is larger than 'largest'",
                     .hint = "raise it: -p largest=1G"});
}

}  // namespace

const WorkloadSpec& fleet_spec() {
  static const WorkloadSpec spec{
      .name = "fleet",
      .summary = "a program by its profile: sizes, rates and live counts",
      .description =
          "The profile is a CSV file with a line for each size: the size, how many blocks of it are allocated a "
          "second, and how many are alive. Births come at those rates (a Poisson process); a block lives for the live "
          "count divided by the rate on average, and how long is exponential, so that the live counts stay as they "
          "are. The record begins with all of them alive. The whole profile is scaled to as many live bytes as 'live' "
          "says, rates and counts alike, so that lifetimes stay. Blocks are C++ objects.\n\nWhere the figures come "
          "from: the profiles of ten production binaries in google/fleetbench have this form. What they do not tell "
          "is chosen: that lifetimes are exponential, that sizes are independent of each other, and how many frees "
          "are remote. Sizes above 'largest' are left out: of a heap that is scaled down, one such block would be "
          "most.",
      .parameters = {{.name = "live",
                      .kind = ParameterKind::kSize,
                      .default_value = "64M",
                      .help = "bytes alive, before --scale; 0: as many as the profile has",
                      .least = 0,
                      .most = 1e15},
                     {.name = "largest",
                      .kind = ParameterKind::kSize,
                      .default_value = "4M",
                      .help = "sizes above this are left out",
                      .least = 1,
                      .most = 2e14},
                     {.name = "remote",
                      .kind = ParameterKind::kShare,
                      .default_value = "20%",
                      .help = "frees by another thread",
                      .least = 0,
                      .most = 1}},
      .events = 2'000'000,
      .threads = 4,
      .argument = "PROFILE",
      .make = make};
  return spec;
}

}  // namespace heapreel::workloads
