// Reading JSON field by field, with one place where it can go wrong: the first fault is kept with the path of its
// field, and from there on every question is answered with nothing, so that a reader is a list of fields and one check
// at the end.
//
// Numbers are finite by JSON's own rules; a null where a number should be is what NaN becomes in JSON, and is a fault.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace heapreel::lab {

using Json = nlohmann::ordered_json;

class JsonReading {
 public:
  explicit JsonReading(const Json& top) : top_(&top) {}

  class Field {
   public:
    // The member of that name. Without it a fault, if it `must` be there; else a field of nothing.
    Field at(const char* name, bool must = true) const;
    Field operator[](const char* name) const { return at(name); }
    bool there() const { return json_ != nullptr && !json_->is_null(); }

    double number() const;   // any
    double amount() const;   // not below 0
    uint64_t count() const;  // a whole number, not below 0
    bool truth() const;
    std::string text() const;
    std::vector<Field> items() const;                            // of an array
    std::vector<std::pair<std::string, Field>> members() const;  // of an object
    std::string dump() const;                                    // as it stands there; empty if it does not
    void fault(const std::string& why) const;

   private:
    friend class JsonReading;
    Field(JsonReading* reading, const Json* json, std::string path)
        : reading_(reading), json_(json), path_(std::move(path)) {}
    bool is(bool kind, const char* expected) const;

    JsonReading* reading_;
    const Json* json_;  // null: not there
    std::string path_;
  };

  Field top() { return {this, top_, ""}; }
  // "allocators[2].rss_peak_bytes.median is null, not a number"
  const std::string& fault() const { return fault_; }

 private:
  const Json* top_;
  std::string fault_;
};

}  // namespace heapreel::lab
