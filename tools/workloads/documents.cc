// An agent's documents: loaded, split into overlapping pieces, embedded in batches and kept in an index, which an agent
// asks while its conversations grow.
#include <deque>

#include "tools/workloads/program.h"
#include "tools/workloads/stage/mailbox.h"
#include "tools/workloads/stage/random.h"
#include "tools/workloads/stage/sim_lock.h"
#include "tools/workloads/workload_table.h"

namespace heapreel::workloads {
namespace {

constexpr uint64_t kReadBytes = 65'536;
constexpr uint64_t kFloatBytes = 4;
constexpr uint64_t kTokenBytes = 8;
constexpr uint64_t kBytesPerToken = 4;
constexpr unsigned kLineLog2 = 6;
constexpr uint64_t kFieldsPerPiece = 3;  // of metadata: where from, which one, when
constexpr size_t kTextsWaitingMost = 8;
constexpr size_t kPiecesWaitingMost = 4096;
constexpr uint64_t kFullWaitNs = 500'000;
constexpr uint64_t kPiecesPerStep = 64;
constexpr uint64_t kPiecesPerList = 16;  // a question looks at one piece in so many

struct Text {
  uint64_t document = 0;
  Block block;
};

struct Piece {
  uint64_t document = 0;
  Block text;
  Block vector{};
  Block fields[kFieldsPerPiece]{};
};

struct Library : Scene {
  Library(Stage& on, const Setting& of)
      : Scene(on, of),
        texts(on),
        pieces(on),
        piece_bytes(count("piece")),
        vector_bytes(count("dimensions") * kFloatBytes),
        full_wait_ns(std::max(kFullWaitNs, count("model-time"))) {}

  Mailbox<Text> texts;
  Mailbox<Piece> pieces;
  SimLock lock;
  std::deque<Piece> index;  // by time of arrival
  uint64_t documents = 0;   // that have ever been loaded
  uint64_t piece_bytes;
  uint64_t vector_bytes;
  uint64_t full_wait_ns;  // until one who has to wait looks again

  uint32_t splitters() const { return setting.threads - 3; }
};

// Cuts texts into strings, and frees what the loader made.
class Splitter final : public Actor {
 public:
  Splitter(Library& library, uint32_t) : library_(&library) {}

  Step step(SimThread& self) override {
    if (left_ == 0) {
      if (library_->pieces.size() >= kPiecesWaitingMost) {
        self.work(library_->full_wait_ns);
        return Step::kAgain;
      }
      auto text = library_->texts.receive(self);
      if (!text) return library_->texts.wait(self);
      text_ = *text;
      left_ = text_.block.size;
    }
    for (uint64_t i = 0; i < kPiecesPerStep && left_ > 0; ++i) cut(self);
    if (left_ == 0) self.free(text_.block);
    return Step::kAgain;
  }

 private:
  // A piece begins a fifth of its length before the last one's end.
  void cut(SimThread& self) {
    const uint64_t bytes = std::min(left_, library_->piece_bytes);
    self.work(bytes);
    library_->pieces.send(self, {.document = text_.document, .text = self.make(bytes + 1)});
    left_ -= bytes == left_ ? bytes : bytes - bytes / 5;
  }

  Library* library_;
  Text text_;
  uint64_t left_ = 0;  // of its bytes
};

// Makes vectors of pieces, many at a time, and puts them into the index.
class Embedder final : public Actor {
 public:
  Embedder(Library& library, uint32_t number)
      : library_(&library),
        random_(library.setting.seed, number + 1),
        batch_most_(library.count("batch")),
        kept_most_(library.setting.scaled("kept")) {}

  // The batch is stored in a step of its own: the lock must not be taken ahead of time.
  Step step(SimThread& self) override {
    if (!batch_.empty()) {
      store(self);
      return Step::kAgain;
    }
    while (batch_.size() < batch_most_) {
      auto piece = library_->pieces.receive(self);
      if (!piece) break;
      batch_.push_back(*piece);
    }
    if (batch_.empty()) return library_->pieces.wait(self);
    embed(self);
    return Step::kAgain;
  }

 private:
  // The numbers of the tokens go in, one vector a piece comes out; what the model needs in between it keeps.
  void embed(SimThread& self) {
    std::vector<Block> lists;
    uint64_t longest = 1;
    for (const Piece& piece : batch_) {
      const uint64_t tokens = piece.text.size / kBytesPerToken + 2;
      lists.push_back(self.malloc(tokens * kTokenBytes));
      longest = std::max(longest, tokens);
    }
    Block input = self.allocate(reel::Op::kPosixMemalign, batch_.size() * longest * kTokenBytes, kLineLog2);
    Block mask = self.calloc(batch_.size() * longest * kTokenBytes);
    for (Block& list : lists) self.free(list);
    self.work(batch_.size() * library_->count("model-time"));
    Block output = self.allocate(reel::Op::kPosixMemalign, batch_.size() * library_->vector_bytes, kLineLog2);
    for (Block* block : {&input, &mask}) self.free(*block);
    for (Piece& piece : batch_) piece.vector = self.malloc(library_->vector_bytes);
    self.free(output);
  }

  void store(SimThread& self) {
    const SimGuard guard(library_->lock, self);
    for (Piece& piece : batch_) {
      for (Block& field : piece.fields) field = self.make(random_.between(17, 80));
      library_->index.push_back(piece);
      newest_ = std::max(newest_, piece.document);
      if (++pieces_ > table_room_) grow_table(self);
    }
    batch_.clear();
    for (uint64_t i = 0; i < 2 * batch_most_ && newest_ - library_->index.front().document >= kept_most_; ++i)
      forget_one(self);
  }

  // Pieces of documents that nobody wants to know about any more.
  void forget_one(SimThread& self) {
    Piece& piece = library_->index.front();
    self.destroy(piece.text);
    self.free(piece.vector);
    for (Block& field : piece.fields) self.destroy(field);
    library_->index.pop_front();
    --pieces_;
  }

  void grow_table(SimThread& self) {
    table_room_ = std::max<uint64_t>(64, 2 * table_room_);
    if (table_.held())
      self.realloc(table_, table_room_ * sizeof(void*));
    else
      table_ = self.malloc(table_room_ * sizeof(void*));
  }

  Library* library_;
  Random random_;
  uint64_t batch_most_;
  uint64_t kept_most_;
  std::vector<Piece> batch_;
  Block table_;
  uint64_t table_room_ = 0;
  uint64_t pieces_ = 0;
  uint64_t newest_ = 0;  // document of which a piece is there
};

// Holds conversations: what it finds is pasted into a prompt that grows, tools answer in small trees.
class Agent final : public Actor {
 public:
  Agent(Library& library, uint32_t number) : library_(&library), random_(library.setting.seed, number + 1) {}

  Step step(SimThread& self) override {
    if (turns_left_ == 0) turns_left_ = random_.between(1, 12);
    ask(self);
    use_tool(self);
    if (--turns_left_ == 0) {
      self.free(prompt_);
      prompt_bytes_ = prompt_room_ = 0;
    }
    // Last, so that the lock is asked for in the present.
    self.work(static_cast<uint64_t>(random_.exponential(library_->number("turn-time"))));
    return Step::kAgain;
  }

 private:
  void ask(SimThread& self) {
    Block question = self.malloc(library_->vector_bytes);
    const SimGuard guard(library_->lock, self);
    Block scores = self.malloc((library_->index.size() / kPiecesPerList + 1) * 2 * kFloatBytes);
    self.work(20'000);
    const uint64_t found = random_.between(3, 8);
    for (uint64_t i = 0; i < found; ++i) paste(self, library_->piece_bytes);
    self.free(scores);
    self.free(question);
  }

  void paste(SimThread& self, uint64_t bytes) {
    prompt_bytes_ += bytes;
    if (prompt_bytes_ <= prompt_room_) return;
    prompt_room_ = std::max(prompt_bytes_, prompt_room_ * 2);
    if (prompt_.held())
      self.realloc(prompt_, prompt_room_);
    else
      prompt_ = self.malloc(prompt_room_);
  }

  // An answer in JSON: nodes and strings, all gone after it has been read.
  void use_tool(SimThread& self) {
    std::vector<Block> nodes;
    const uint64_t count = random_.between(10, 80);
    for (uint64_t i = 0; i < count; ++i) {
      nodes.push_back(self.make(40));
      if (random_.chance(0.4)) nodes.push_back(self.make(random_.between(17, 200)));
    }
    paste(self, count * 24);
    for (; !nodes.empty(); nodes.pop_back()) self.destroy(nodes.back());
  }

  Library* library_;
  Random random_;
  uint64_t turns_left_ = 0;
  Block prompt_;
  uint64_t prompt_bytes_ = 0;
  uint64_t prompt_room_ = 0;
};

// The first thread: reads files as far as splitters keep up.
class Loader final : public Actor {
 public:
  Loader(Library& library, uint32_t)
      : library_(&library),
        random_(library.setting.seed, 1),
        documents_{
            .median = library.number("document"), .sigma = library.number("sigma"), .least = 500, .most = 32U << 20} {}

  Step step(SimThread& self) override {
    if (!started_) start_others(self);
    if (library_->texts.size() >= kTextsWaitingMost) {
      self.work(library_->full_wait_ns);
      return Step::kAgain;
    }
    load(self);
    return Step::kAgain;
  }

 private:
  void start_others(SimThread& self) {
    started_ = true;
    const uint32_t splitters = library_->splitters();
    Scene::start<Splitter>(*library_, self, 1, splitters);
    Scene::start<Embedder>(*library_, self, 1 + splitters, 1);
    Scene::start<Agent>(*library_, self, 2 + splitters, 1);
  }

  // The size is not known before: the buffer doubles until all is read. Then the text is taken out of the markup.
  void load(SimThread& self) {
    const uint64_t bytes = documents_.draw(random_);
    uint64_t room = kReadBytes;
    Block raw = self.malloc(room);
    for (; room < bytes; self.realloc(raw, room)) {
      self.work(room);
      room *= 2;
    }
    self.work(bytes);
    const auto text_bytes =
        std::max<uint64_t>(1, static_cast<uint64_t>(static_cast<double>(bytes) * random_.lognormal(0.6, 0.2)));
    const Block text = self.malloc(std::min(text_bytes, bytes));
    self.work(2 * bytes);
    self.free(raw);
    library_->texts.send(self, {.document = library_->documents++, .block = text});
  }

  Library* library_;
  Random random_;
  SizeCurve documents_;
  bool started_ = false;
};

}  // namespace

const WorkloadSpec& documents_spec() {
  static const WorkloadSpec spec{
      .name = "documents",
      .summary = "an agent's pipeline: load, split, embed, keep, ask",
      .description =
          "A loader reads documents into buffers that double, and takes the text out; splitters cut it into "
          "overlapping strings and free it; an embedder takes these in batches, makes lists of tokens, an input, a "
          "mask and an output for each, and keeps every piece with its vector and three strings about it in an index, "
          "from which the oldest documents go. An agent looks things up meanwhile: its prompt grows by realloc over a "
          "conversation, and tools answer it in small trees.\n\nWhere the figures come from: pieces of a thousand "
          "characters that overlap by a fifth are the usual setting of such splitters; 384 numbers a vector is what "
          "small models of sentences have (all-MiniLM-L6-v2), of which 32 at a time is the usual batch; some four "
          "characters are a token. The rest is chosen.",
      .parameters =
          {{.name = "document",
            .kind = ParameterKind::kSize,
            .default_value = "40K",
            .help = "median of a document",
            .least = 500,
            .most = 3e7},
           {.name = "sigma",
            .kind = ParameterKind::kNumber,
            .default_value = "1.2",
            .help = "spread of documents: the deviation of their logarithm",
            .least = 0,
            .most = 4},
           {.name = "kept", .default_value = "200", .help = "documents in the index", .least = 1, .most = 1e8},
           {.name = "piece",
            .kind = ParameterKind::kSize,
            .default_value = "1000",
            .help = "length of a piece",
            .least = 16,
            .most = 1e6},
           {.name = "dimensions", .default_value = "384", .help = "numbers of a vector", .least = 1, .most = 1e5},
           {.name = "batch",
            .default_value = "32",
            .help = "pieces that are embedded at once",
            .least = 1,
            .most = 128},
           {.name = "model-time",
            .kind = ParameterKind::kDuration,
            .default_value = "100us",
            .help = "of the model, for a piece",
            .least = 1,
            .most = 1e12},
           {.name = "turn-time",
            .kind = ParameterKind::kDuration,
            .default_value = "5ms",
            .help = "between two turns of a conversation, on average",
            .least = 1000,
            .most = 1e13}},
      .events = 1'500'000,
      .threads = 4,
      .threads_least = 4,
      .make = make_program<Library, Loader>};
  return spec;
}

}  // namespace heapreel::workloads
