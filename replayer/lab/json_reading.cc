// The functions of json_reading.h.
#include "replayer/lab/json_reading.h"

#include <cmath>
#include <fmt/format.h>

namespace heapreel::lab {

using Field = JsonReading::Field;

void Field::fault(const std::string& why) const {
  if (reading_->fault_.empty()) reading_->fault_ = fmt::format("{} {}", path_.empty() ? "it" : path_, why);
}

Field Field::at(const char* name, bool must) const {
  const std::string path = path_.empty() ? name : path_ + "." + name;
  if (json_ != nullptr && json_->is_object())
    if (const auto found = json_->find(name); found != json_->end()) return {reading_, &*found, path};
  const Field missing{reading_, nullptr, path};
  if (must) missing.fault("is missing");
  return missing;
}

bool Field::is(bool kind, const char* expected) const {
  if (json_ == nullptr) return false;
  if (!kind) fault(fmt::format("is {}, not {}", json_->is_null() ? "null" : json_->type_name(), expected));
  return kind;
}

double Field::number() const {
  if (json_ == nullptr || !is(json_->is_number(), "a number")) return 0;
  const auto value = json_->get<double>();
  if (std::isfinite(value)) return value;
  fault("is not finite");
  return 0;
}

double Field::amount() const {
  const double value = number();
  if (value >= 0) return value;
  fault(fmt::format("is {:g}: it cannot be negative", value));
  return 0;
}

uint64_t Field::count() const {
  if (json_ == nullptr || !is(json_->is_number(), "a number")) return 0;
  if (json_->is_number_unsigned()) return json_->get<uint64_t>();
  fault(fmt::format("is {}: not a whole number from 0 on", json_->dump()));
  return 0;
}

bool Field::truth() const { return json_ != nullptr && is(json_->is_boolean(), "true or false") && json_->get<bool>(); }

std::string Field::text() const {
  return json_ != nullptr && is(json_->is_string(), "a string") ? json_->get<std::string>() : std::string();
}

std::vector<Field> Field::items() const {
  std::vector<Field> fields;
  if (json_ == nullptr || !is(json_->is_array(), "an array")) return fields;
  for (size_t i = 0; i < json_->size(); ++i)
    fields.push_back({reading_, &(*json_)[i], fmt::format("{}[{}]", path_, i)});
  return fields;
}

std::vector<std::pair<std::string, Field>> Field::members() const {
  std::vector<std::pair<std::string, Field>> fields;
  if (json_ == nullptr || !is(json_->is_object(), "an object")) return fields;
  for (const auto& [name, value] : json_->items())
    fields.push_back({name, Field(reading_, &value, path_.empty() ? name : path_ + "." + name)});
  return fields;
}

std::string Field::dump() const { return json_ == nullptr ? std::string() : json_->dump(); }

}  // namespace heapreel::lab
