// Taking and telling what process_code.h keeps.
#include "recorder/collector/process_code.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "recorder/collector/maps_reader.h"
#include "recorder/collector/proc_text.h"

namespace heapreel::collector {
namespace {

constexpr size_t kNodesEach = 1U << 16;   // in one piece
constexpr uint32_t kLooksInVainMax = 64;  // between two looks by the clock
constexpr size_t kHeaderWords = sizeof(Elf64_Phdr) / sizeof(uint64_t);
constexpr uint64_t kImageWords = 3;  // before the headers

// What the maps say of files and code; the heap's coming and going does not count.
size_t hash_of(const std::vector<Mapping>& mappings) {
  std::string text;
  for (const Mapping& mapping : mappings)
    if (mapping.executable || mapping.inode != 0)
      text +=
          fmt::format("{:x} {:x} {:x} {}\n", mapping.range.start, mapping.range.end, mapping.file_offset, mapping.path);
  return std::hash<std::string>()(text);
}

// As the maps spell it, so that one file is one module.
std::string spelt_as_in_maps(int pid, const std::string& path) {
  if (path.starts_with("linux-vdso")) return "[vdso]";
  const std::string root = fmt::format("/proc/{}/root", pid);
  std::error_code failed;
  const std::string seen = std::filesystem::canonical(path, failed).string();
  return failed || !std::filesystem::exists(root + seen, failed) ? path : seen;
}

std::string hex(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

uint64_t words_of(uint64_t bytes) { return (bytes + 7) / 8; }

}  // namespace

void ProcessCode::look(uint64_t now) {
  const std::vector<Mapping> mappings = parse_maps(read_proc(fmt::format("/proc/{}/maps", pid_)));
  looks_in_vain_ = 0;
  if (mappings.empty()) return;
  const size_t hash = hash_of(mappings);
  if (hash == maps_hash_) return;
  auto code = read_mapped_code(pid_);
  if (!code) return;
  maps_hash_ = hash;
  modules_.update(std::move(code->images), std::move(code->anonymous_code), now);
  has_news_ = true;
}

bool ProcessCode::take_image(uint32_t path_bytes, std::span<const uint64_t> words, uint64_t now) {
  if (words.size() < kImageWords) return false;
  const uint64_t room = words.size() - kImageWords;
  const uint64_t headers = words[1];
  const uint64_t id_bytes = words[2];
  if (headers > room / kHeaderWords || id_bytes > room * 8) return false;
  if (headers * kHeaderWords + words_of(id_bytes) + words_of(path_bytes) > room) return false;
  std::vector<Elf64_Phdr> parts(headers);
  std::memcpy(parts.data(), words.data() + kImageWords, headers * sizeof(Elf64_Phdr));
  const auto* const id = reinterpret_cast<const uint8_t*>(words.data() + kImageWords + headers * kHeaderWords);
  const auto* const path = reinterpret_cast<const char*>(id + words_of(id_bytes) * 8);
  const std::string name = path_bytes == 0 ? executable_ : std::string(path, path_bytes);
  modules_.load(image_of_headers(words[0], spelt_as_in_maps(pid_, name), parts, hex({id, id_bytes})), now);
  knows_images_ = has_news_ = true;
  return true;
}

bool ProcessCode::knows(std::span<const uint64_t> frames) const {
  return std::all_of(frames.begin(), frames.end(),
                     [&](uint64_t address) { return modules_.find(address - 1).is_code; });
}

uint32_t ProcessCode::take_stack(std::span<const uint64_t> frames, uint64_t now) {
  if (!knows(frames) && looks_in_vain_ < kLooksInVainMax) {
    const uint32_t looks = looks_in_vain_;
    look(now);
    looks_in_vain_ = knows(frames) ? looks : looks + 1;
  }
  has_news_ = true;
  return stacks_.intern(frames, modules_);
}

void ProcessCode::tell(reel::proto::Metadata& shared, reel::proto::PrivateMetadata& confidential) {
  for (const uint32_t serial : modules_.take_changed()) {
    const Module& module = modules_.modules()[serial - 1];
    reel::proto::Module& entry = *shared.add_modules();
    entry.set_serial(serial);
    entry.set_build_id(module.image.build_id);
    entry.set_address(module.image.range.start);
    entry.set_bytes(module.image.range.end - module.image.range.start);
    entry.set_file_offset(module.image.file_offset);
    entry.set_loaded(module.loaded);
    entry.set_unloaded(module.unloaded);
    reel::proto::ModuleName& name = *confidential.add_modules();
    name.set_serial(serial);
    name.set_path(module.image.path);
  }
  for (StackNodes nodes = stacks_.take_new_nodes(kNodesEach); nodes.size() != 0;
       nodes = stacks_.take_new_nodes(kNodesEach)) {
    reel::proto::StackNodes& piece = *shared.add_stacks();
    piece.mutable_parents()->Add(nodes.parents.begin(), nodes.parents.end());
    piece.mutable_modules()->Add(nodes.modules.begin(), nodes.modules.end());
    piece.mutable_offsets()->Add(nodes.offsets.begin(), nodes.offsets.end());
  }
  has_news_ = false;
}

void ProcessCode::tell_losses(reel::proto::Metadata& shared) const {
  if (stacks_.stacks_refused() == 0) return;
  reel::proto::Loss& loss = *shared.add_losses();
  loss.set_reason(fmt::format("{} call stacks: the table of stacks was full", stacks_.stacks_refused()));
}

}  // namespace heapreel::collector
