// What `heapreel import` says when it is done: how much came in, what the source could not tell, what was repaired and
// what was left out.
#pragma once

#include "tools/importers/import.h"

namespace heapreel::commands {

// For people, on standard error. `detected`: nobody said which format it is.
void print_import(const importers::ImportRequest& request, const importers::ImportResult& result, bool detected);

// For programs, on standard output: schema heapreel.import/1.
void print_import_json(const importers::ImportRequest& request, const importers::ImportResult& result);

}  // namespace heapreel::commands
