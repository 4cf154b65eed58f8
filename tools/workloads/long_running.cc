// A service over hours: few calls a second, sessions that come and go with the day, a cache whose objects slowly grow,
// and a job every hour that needs much memory for a short while.
#include <cmath>
#include <numbers>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr double kHourNs = 3.6e12;
constexpr double kDayHours = 24;
constexpr uint64_t kSessionBytes = 4096;
constexpr uint64_t kStepEvents = 200;
constexpr uint64_t kReportPieceLeast = 32U << 10;
constexpr uint64_t kReportPieceMost = 256U << 10;

double hours(const SimThread& self) { return static_cast<double>(self.now()) / kHourNs; }

struct Session {
  Block state;
  Block data;
  uint64_t requests_left = 0;
};

struct Service : Scene {
  Service(Stage& on, const Setting& of)
      : Scene(on, of), sessions(setting.scaled("sessions")), think_ns(number("think-time")), swing(number("swing")) {}

  uint64_t sessions;  // on average
  double think_ns;
  double swing;

  uint32_t workers() const { return setting.threads - 1; }
  // How busy the time is, 1 on average. The record begins in the morning: it gets busier at first.
  double busy(const SimThread& self) const {
    return 1 + swing * std::sin(2 * std::numbers::pi * hours(self) / kDayHours);
  }
};

class Worker final : public Actor {
 public:
  Worker(Service& service, uint32_t number)
      : service_(&service),
        random_(service.setting.seed, number + 1),
        sessions_(*service.stage),
        own_sessions_(service.sessions / service.workers() + (number <= service.sessions % service.workers() ? 1 : 0)),
        cache_(std::max<uint64_t>(1, service.setting.scaled("cached") / service.workers())),
        arrival_ns_(service.think_ns * service.number("requests") * service.workers() /
                    static_cast<double>(service.sessions)) {}

  Step step(SimThread& self) override {
    if (opened_ < own_sessions_ || cached_ < cache_.size()) {
      open_some(self);
    } else if (sessions_.next_at() <= next_arrival_) {
      self.wait_until(sessions_.next_at());
      serve(self, *sessions_.receive(self));
    } else {
      self.wait_until(next_arrival_);
      arrive(self);
    }
    return Step::kAgain;
  }

 private:
  // The record begins in the middle of things: sessions are there, and so is the cache.
  void open_some(SimThread& self) {
    for (uint64_t i = 0; i < kStepEvents / 4; ++i) {
      self.work(100'000);
      if (opened_ < own_sessions_) {
        ++opened_;
        open(self);
      }
      if (cached_ < cache_.size()) replace(self, cache_[cached_++]);
    }
    next_arrival_ = self.now() + gap(self);
  }

  uint64_t gap(const SimThread& self) {
    return 1 + static_cast<uint64_t>(random_.exponential(arrival_ns_ / service_->busy(self)));
  }

  void arrive(SimThread& self) {
    open(self);
    next_arrival_ = self.now() + gap(self);
  }

  void open(SimThread& self) {
    Session session{.state = self.calloc(kSessionBytes), .data = {}};
    session.data = self.malloc(SizeCurve{.median = 12'000, .sigma = 1, .least = 256, .most = 4U << 20}.draw(random_));
    session.requests_left = 1 + static_cast<uint64_t>(random_.exponential(service_->number("requests") - 1));
    think(self, session);
  }

  void think(SimThread& self, const Session& session) {
    sessions_.send(self, session, static_cast<uint64_t>(random_.exponential(service_->think_ns)));
  }

  void serve(SimThread& self, Session session) {
    std::vector<Block> parts;
    const uint64_t count = random_.between(1, 5);
    for (uint64_t i = 0; i < count; ++i)
      parts.push_back(self.malloc(SizeCurve{.median = 700, .sigma = 1.2, .least = 16, .most = 1U << 20}.draw(random_)));
    self.work(static_cast<uint64_t>(random_.exponential(3e6)));
    if (random_.chance(0.3)) replace(self, cache_[random_.below(cache_.size())]);
    if (random_.chance(0.05)) self.realloc(session.data, session.data.size + session.data.size / 2);
    for (Block& part : parts) self.free(part);
    if (--session.requests_left > 0) return think(self, session);
    self.free(session.data);
    self.free(session.state);
  }

  // Objects of the cache get larger as the hours go by, each as it is replaced.
  void replace(SimThread& self, Block& place) {
    if (place.held()) self.free(place);
    const double median = service_->number("object") * std::pow(1 + service_->number("drift"), hours(self));
    place = self.malloc(
        SizeCurve{.median = std::min(median, 1e6), .sigma = 0.9, .least = 16, .most = 4U << 20}.draw(random_));
  }

  Service* service_;
  Random random_;
  Mailbox<Session> sessions_;
  uint64_t own_sessions_;  // on average
  std::vector<Block> cache_;
  double arrival_ns_;    // from one new session of this worker to the next, on average
  uint64_t opened_ = 0;  // at the beginning
  uint64_t cached_ = 0;  // places that have ever been taken
  uint64_t next_arrival_ = 0;
};

// The first thread: starts the workers; every hour it makes a report of much that has happened.
class Clerk final : public Actor {
 public:
  Clerk(Service& service, uint32_t)
      : service_(&service),
        random_(service.setting.seed, 1),
        report_bytes_(static_cast<uint64_t>(service.number("report") * service.setting.scale)) {}

  Step step(SimThread& self) override {
    if (!started_) Scene::start<Worker>(*service_, self, 1, service_->workers());
    started_ = true;
    if (left_bytes_ > 0)
      gather(self);
    else if (!pieces_.empty())
      hand_in(self);
    else
      rest(self);
    return Step::kAgain;
  }

 private:
  void rest(SimThread& self) {
    self.work(service_->count("report-every"));
    left_bytes_ = report_bytes_;
  }

  void gather(SimThread& self) {
    for (uint64_t i = 0; i < kStepEvents / 4 && left_bytes_ > 0; ++i) {
      self.work(static_cast<uint64_t>(random_.exponential(60e6)));
      pieces_.push_back(self.malloc(random_.between(kReportPieceLeast, kReportPieceMost)));
      left_bytes_ -= std::min(left_bytes_, pieces_.back().size);
    }
  }

  void hand_in(SimThread& self) {
    for (uint64_t i = 0; i < kStepEvents && !pieces_.empty(); ++i) {
      self.free(pieces_.back());
      pieces_.pop_back();
    }
  }

  Service* service_;
  Random random_;
  uint64_t report_bytes_;
  uint64_t left_bytes_ = 0;
  std::vector<Block> pieces_;
  bool started_ = false;
};

}  // namespace

const WorkloadSpec& long_running_spec() {
  static const WorkloadSpec spec{
      .name = "long-running",
      .summary = "hours of few calls: sessions, slow drift, hourly jobs",
      .description =
          "Sessions come and go as the day gets busier and quieter again; each thinks for a minute or two between "
          "requests, which make a few short-lived blocks and sometimes replace an object of the cache. These objects "
          "get larger from hour to hour, so that what leaves never quite fits what comes. Every hour one thread makes "
          "a report: many blocks of 32 to 256 KiB within half a minute, then none. Few calls are made a second and a "
          "run lasts hours of simulated time, so that whatever an allocator does by the clock is seen.\n\n"
          "Where the figures come from: all are chosen; they are those of a service at a medium-sized company, with "
          "the swing of one that is used by people of one continent.",
      .parameters =
          {{.name = "sessions", .default_value = "600", .help = "open at once, on average", .least = 1, .most = 1e8},
           {.name = "think-time",
            .kind = ParameterKind::kDuration,
            .default_value = "90s",
            .help = "between two requests of a session, on average",
            .least = 1000,
            .most = 1e15},
           {.name = "requests",
            .kind = ParameterKind::kNumber,
            .default_value = "12",
            .help = "of a session, on average",
            .least = 1,
            .most = 1e6},
           {.name = "swing",
            .kind = ParameterKind::kShare,
            .default_value = "60%",
            .help = "of the day: how much busier and quieter than the mean it gets",
            .least = 0,
            .most = 0.95},
           {.name = "cached", .default_value = "12k", .help = "objects of the cache", .least = 1, .most = 1e9},
           {.name = "object",
            .kind = ParameterKind::kSize,
            .default_value = "1K",
            .help = "median of a cached object at first",
            .least = 16,
            .most = 1e6},
           {.name = "drift",
            .kind = ParameterKind::kShare,
            .default_value = "6%",
            .help = "what that grows by in an hour",
            .least = 0,
            .most = 1},
           {.name = "report",
            .kind = ParameterKind::kSize,
            .default_value = "64M",
            .help = "what the job needs",
            .least = 0,
            .most = 1e12},
           {.name = "report-every",
            .kind = ParameterKind::kDuration,
            .default_value = "1h",
            .help = "from one job to the next",
            .least = 1e6,
            .most = 1e15}},
      .events = 2'000'000,
      .threads = 4,
      .threads_least = 2,
      .make = make_program<Service, Clerk>};
  return spec;
}

}  // namespace heapreel::workloads
