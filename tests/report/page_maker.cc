// Makes a page of what a fixture holds, by the library alone: page_maker INPUT OUTPUT [DATA].
//
// INPUT is {"runs":[{"results","verdict","advice"}],"trend"}; each part goes to the library as a text of its own, as a
// command would hand it over. DATA, if given, gets the page's data.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tools/report/page.h"
#include "tools/report/page_data.h"

namespace {

using Json = nlohmann::ordered_json;
using heapreel::report::RunTexts;

std::string part(const Json& object, const char* name) {
  return object.contains(name) && !object[name].is_null() ? object[name].dump() : std::string();
}

struct Texts {
  std::string name, results, verdict, advice;
};

int make(const Json& input, const std::string& output, const std::string& data_output) {
  std::vector<Texts> texts;
  for (const Json& run : input["runs"])
    texts.push_back(
        {"run " + std::to_string(texts.size()), part(run, "results"), part(run, "verdict"), part(run, "advice")});
  std::vector<RunTexts> runs;
  for (const Texts& text : texts) runs.push_back({text.name, text.results, text.verdict, text.advice});
  const auto data = heapreel::report::make_page_data(runs, part(input, "trend"));
  if (!data) {
    std::cerr << data.error().what << ": " << data.error().why << "\n";
    return 1;
  }
  if (!data_output.empty()) std::ofstream(data_output) << *data;
  std::ofstream(output) << heapreel::report::make_page(*data);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::ostringstream text;
  text << std::ifstream(argv[1]).rdbuf();
  return make(Json::parse(text.str()), argv[2], argc > 3 ? argv[3] : "");
}
