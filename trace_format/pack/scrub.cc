// Walking the metadata by the rules of scrub_rules.h.
#include "trace_format/pack/scrub.h"

#include <algorithm>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <map>
#include <set>

#include "trace_format/pack/scrub_rules.h"

namespace heapreel::reel {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string name_of(const FieldDescriptor& field) { return field.containing_type()->name() + "." + field.name(); }

// Applies the rules to messages, and remembers what they did.
class Scrubber {
 public:
  void apply(Message& message) {
    std::vector<const FieldDescriptor*> fields;
    const Reflection& reflection = *message.GetReflection();
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const ScrubRule* const rule = find_scrub_rule(name_of(*field));
      if (rule == nullptr || rule->fate == Fate::kRemoved) reflection.ClearField(&message, field);
      if (rule == nullptr) continue;
      note(rule->fate, rule->what);
      if (rule->fate == Fate::kInside) apply_inside(message, *field);
      if (rule->text != nullptr) rewrite(message, *field, rule->text);
      if (rule->number != nullptr)
        reflection.SetUInt64(&message, field, rule->number(reflection.GetUInt64(message, field)));
    }
  }

  // In the order of the rules.
  ScrubReport report() const {
    ScrubReport report;
    for (const ScrubRule& rule : scrub_rules()) {
      add_once(report.removed, rule, Fate::kRemoved);
      add_once(report.remains, rule, Fate::kKept);
      add_once(report.remains, rule, Fate::kCoarsened);
    }
    std::string fields;
    for (const std::string& field : shortened_) fields += (fields.empty() ? "unknown words in " : " and ") + field;
    if (!fields.empty()) report.removed.push_back(std::move(fields));
    return report;
  }

 private:
  void note(Fate fate, std::string_view what) {
    if (!what.empty()) seen_.insert({fate, what});
  }

  void add_once(std::vector<std::string>& list, const ScrubRule& rule, Fate fate) const {
    if (rule.fate != fate || !seen_.contains({fate, rule.what})) return;
    if (std::ranges::find(list, rule.what) == list.end()) list.emplace_back(rule.what);
  }

  void apply_inside(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) return apply(*reflection.MutableMessage(&message, &field));
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
      apply(*reflection.MutableRepeatedMessage(&message, &field, i));
  }

  void rewrite(Message& message, const FieldDescriptor& field, std::string (*text)(const std::string&)) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<std::string> before;
    if (!field.is_repeated()) before.push_back(reflection.GetString(message, &field));
    for (int i = 0; field.is_repeated() && i < reflection.FieldSize(message, &field); ++i)
      before.push_back(reflection.GetRepeatedString(message, &field, i));
    reflection.ClearField(&message, &field);
    for (const std::string& one : before) {
      std::string kept = text(one);
      if (kept != one) shortened_.insert(name_of(field));
      if (kept.empty()) continue;
      if (field.is_repeated())
        reflection.AddString(&message, &field, std::move(kept));
      else
        reflection.SetString(&message, &field, std::move(kept));
    }
  }

  std::set<std::pair<Fate, std::string_view>> seen_;
  std::set<std::string> shortened_;  // fields that lost some of their text
};

// Offsets into modules are as good as names for whoever has the files. The n-th place that a module's stacks lead
// through becomes n: equal places stay equal, and nothing else is left of them.
void number_places(proto::Metadata& metadata) {
  std::map<std::pair<uint32_t, uint64_t>, uint64_t> numbers;
  std::map<uint32_t, uint64_t> places;  // by module
  for (proto::StackNodes& piece : *metadata.mutable_stacks()) {
    for (int i = 0; i < piece.offsets_size(); ++i) {
      const uint32_t module = i < piece.modules_size() ? piece.modules(i) : 0;
      const auto [number, is_new] = numbers.try_emplace({module, piece.offsets(i)}, 0);
      if (is_new) number->second = ++places[module];
      piece.set_offsets(i, number->second);
    }
  }
}

// Kernel ids tell which thread is its process's first, which a replay needs to know.
void mark_main_thread(ReelMetadata& metadata) {
  const auto main = main_thread_of(metadata);
  if (!main) return;
  auto& threads = *metadata.shared.mutable_threads();
  const auto known = std::ranges::find(threads, *main, [](const proto::Thread& it) { return it.serial(); });
  proto::Thread& thread = known != threads.end() ? *known : *threads.Add();
  thread.set_serial(*main);
  thread.set_main(true);
}

}  // namespace

ScrubReport scrub(ReelMetadata& metadata) {
  metadata.shared.DiscardUnknownFields();
  mark_main_thread(metadata);
  number_places(metadata.shared);
  Scrubber scrubber;
  scrubber.apply(metadata.shared);
  scrubber.apply(metadata.confidential);
  metadata.confidential.Clear();
  return scrubber.report();
}

}  // namespace heapreel::reel
