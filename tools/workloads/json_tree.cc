// JSON documents as trees: parsers that build them from small nodes, strings and growing lists, use or keep or change
// them, and a reaper that takes down what another thread has built.
#include <deque>

#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/stage/sim_lock.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kNodeBytes = 40;       // kind, number or pointer, text, list
constexpr uint64_t kShortTextBytes = 15;  // a std::string holds so many by itself
constexpr uint64_t kMemberBytes = 16;
constexpr uint64_t kNodesPerStep = 128;

struct Node {
  Block self;
  Block text;     // none if short
  Block members;  // of a container
  uint32_t count = 0;
  uint32_t room = 0;
};

// In the order the nodes were parsed: a node's members come after it.
using Document = std::vector<Node>;

struct Library {
  Library(Stage& on, const Setting& of) : stage(&on), setting(of), doomed(on) {}

  Stage* stage;
  Setting setting;
  SimLock lock;
  std::deque<Document> kept;
  Mailbox<Document> doomed;

  double number(std::string_view name) const { return setting.parameters.number(name); }
};

void take_down(SimThread& self, Node& node) {
  if (node.text.held()) self.destroy(node.text);
  if (node.members.held()) self.free(node.members);
  self.destroy(node.self);
}

// Takes down the last nodes of a document; a tree's own destructor goes from the leaves up, too.
void take_down_some(SimThread& self, Document& document) {
  for (uint64_t i = 0; i < kNodesPerStep && !document.empty(); ++i) {
    take_down(self, document.back());
    document.pop_back();
  }
}

class Reaper final : public Actor {
 public:
  explicit Reaper(Library& library) : library_(&library) {}

  Step step(SimThread& self) override {
    if (!document_.empty()) {
      take_down_some(self, document_);
      return Step::kAgain;
    }
    auto next = library_->doomed.receive(self);
    if (!next) return library_->doomed.wait(self);
    document_ = std::move(*next);
    return Step::kAgain;
  }

 private:
  Library* library_;
  Document document_;
};

class Parser final : public Actor {
 public:
  Parser(Library& library, uint32_t number)
      : library_(&library),
        random_(library.setting.seed, number + 1),
        sizes_{
            .median = library.number("nodes"), .sigma = library.number("nodes-sigma"), .least = 3, .most = 2'000'000},
        texts_{.median = library.number("text"), .sigma = 0.9, .least = 1, .most = 1U << 20},
        kept_most_(library.setting.scaled("kept")),
        number_(number) {}

  Step step(SimThread& self) override {
    if (number_ == 0 && !started_) start_others(self);
    if (!finished_.empty()) {
      take_down_some(self, finished_);
    } else if (left_ > 0) {
      parse_some(self);
    } else if (random_.chance(library_->number("edits"))) {
      edit(self);
    } else {
      begin(self);
    }
    return Step::kAgain;
  }

 private:
  void start_others(SimThread& self) {
    started_ = true;
    for (uint32_t i = 1; i + 1 < library_->setting.threads; ++i)
      library_->stage->add_thread(std::make_unique<Parser>(*library_, i), &self);
    library_->stage->add_thread(std::make_unique<Reaper>(*library_), &self);
  }

  void begin(SimThread& self) {
    self.work(static_cast<uint64_t>(random_.exponential(library_->number("between"))));
    left_ = sizes_.draw(random_);
    open_.clear();
    source_ = self.malloc(left_ * 21);  // the text that is parsed
  }

  void parse_some(SimThread& self) {
    for (uint64_t i = 0; i < kNodesPerStep && left_ > 0; ++i, --left_) parse_node(self);
    if (left_ > 0) return;
    self.free(source_);
    if (random_.chance(library_->number("kept-share")))
      keep(self);
    else
      finished_ = std::move(growing_);
    growing_ = {};
  }

  void parse_node(SimThread& self) {
    self.work(12);
    Node node{.self = self.make(kNodeBytes), .text = {}, .members = {}};
    const double kind = random_.unit();
    const bool opens = growing_.empty() || kind < 0.18;
    if (!opens && kind < 0.6) node.text = text(self);
    growing_.push_back(node);
    if (!open_.empty()) add_member(self, growing_[open_.back()]);
    if (opens) open_.push_back(growing_.size() - 1);
    // A container has some six members; the outermost stays open to the end.
    if (open_.size() > 1 && random_.chance(1.0 / 6)) open_.pop_back();
  }

  static void add_member(SimThread& self, Node& container) {
    if (container.count++ < container.room) return;
    container.room = container.room == 0 ? 4 : 2 * container.room;
    if (container.members.held())
      self.realloc(container.members, container.room * kMemberBytes);
    else
      container.members = self.malloc(container.room * kMemberBytes);
  }

  Block text(SimThread& self) {
    const uint64_t bytes = texts_.draw(random_);
    return bytes > kShortTextBytes ? self.make(bytes + 1) : Block{};
  }

  void keep(SimThread& self) {
    const SimGuard guard(library_->lock, self);
    library_->kept.push_back(std::move(growing_));
    if (library_->kept.size() <= kept_most_) return;
    // The oldest goes in most cases; now and then any one, so that some live long.
    const size_t at = random_.chance(0.7) ? 0 : random_.below(library_->kept.size());
    std::swap(library_->kept[at], library_->kept.front());
    library_->doomed.send(self, std::move(library_->kept.front()));
    library_->kept.pop_front();
  }

  // Texts are replaced and lists grow in a document that somebody has built some time ago.
  void edit(SimThread& self) {
    const SimGuard guard(library_->lock, self);
    if (library_->kept.empty()) return;
    Document& document = library_->kept[random_.below(library_->kept.size())];
    const uint64_t edits = random_.between(1, 24);
    for (uint64_t i = 0; i < edits; ++i) edit_node(self, document[random_.below(document.size())]);
    self.work(edits * 100);
  }

  void edit_node(SimThread& self, Node& node) {
    if (node.members.held()) {
      add_member(self, node);
      return;
    }
    Block replaced = node.text;
    node.text = text(self);
    if (replaced.held()) self.destroy(replaced);
  }

  Library* library_;
  Random random_;
  SizeCurve sizes_;
  SizeCurve texts_;
  uint64_t kept_most_;
  uint32_t number_;
  bool started_ = false;
  uint64_t left_ = 0;  // nodes to be parsed
  Block source_;
  Document growing_;
  std::vector<size_t> open_;  // containers in growing_, the innermost last
  Document finished_;         // being taken down
};

class JsonTree final : public Workload {
 public:
  explicit JsonTree(const Setting& setting) : setting_(setting) {}

  void begin(Stage& stage) override {
    library_ = std::make_unique<Library>(stage, setting_);
    stage.add_thread(std::make_unique<Parser>(*library_, 0));
  }

 private:
  Setting setting_;
  std::unique_ptr<Library> library_;
};

}  // namespace

const WorkloadSpec& json_tree_spec() {
  static const WorkloadSpec spec{
      .name = "json-tree",
      .summary = "trees of small nodes, taken down by another thread",
      .description =
          "Parsers build documents from nodes of 40 bytes, strings that are too long for their own object, and lists "
          "that grow by realloc from 4 members on. Most documents are taken down by their parser as soon as they have "
          "been used; some are kept and changed, strings replaced and lists grown, until the reaper's thread takes "
          "down what it never built.\n\nWhere the figures come from: node, member and string sizes are those of a "
          "plain C++ value type (a variant of number, std::string and vector) on a 64-bit machine; documents of some "
          "150 nodes are what web interfaces answer with; a container has some six members, and two in five values "
          "are strings.",
      .parameters =
          {{.name = "nodes", .default_value = "150", .help = "median of a document's nodes", .least = 3, .most = 1e6},
           {.name = "nodes-sigma",
            .kind = ParameterKind::kNumber,
            .default_value = "1.3",
            .help = "spread of documents: the deviation of their logarithm",
            .least = 0,
            .most = 4},
           {.name = "text",
            .kind = ParameterKind::kSize,
            .default_value = "18",
            .help = "median of a string",
            .least = 1,
            .most = 1e6},
           {.name = "kept", .default_value = "400", .help = "documents that are kept at once", .least = 1, .most = 1e8},
           {.name = "kept-share",
            .kind = ParameterKind::kShare,
            .default_value = "20%",
            .help = "documents that are kept",
            .least = 0,
            .most = 1},
           {.name = "edits",
            .kind = ParameterKind::kShare,
            .default_value = "30%",
            .help = "steps between documents that change a kept one",
            .least = 0,
            .most = 0.99},
           {.name = "between",
            .kind = ParameterKind::kDuration,
            .default_value = "300us",
            .help = "from one document of a parser to the next, on average",
            .least = 0,
            .most = 1e12}},
      .events = 4'000'000,
      .threads = 3,
      .threads_least = 2,
      .make = [](const Setting& setting) -> base::Result<std::unique_ptr<Workload>> {
        return std::make_unique<JsonTree>(setting);
      }};
  return spec;
}

}  // namespace heapreel::workloads
