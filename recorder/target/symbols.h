// The symbols a recorder looks for in a program: allocation entry points, allocators' own names, sanitizer runtimes.
//
// Names only; nothing here reads files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapreel::target {

// Is it one of those that ElfFile keeps?
bool is_interesting(std::string_view symbol);

// malloc and the like, and every global operator new and delete (mangled).
bool is_entry_point(std::string_view symbol);
bool is_operator(std::string_view symbol);

// "AddressSanitizer", from a needed library or from a symbol of its runtime; empty if it is none.
std::string_view sanitizer_of_library(std::string_view library);
std::string_view sanitizer_of_symbol(std::string_view symbol);

// "jemalloc", from a library's name or from a symbol that only that allocator has; empty if it is none.
std::string_view allocator_of_library(std::string_view library);
std::string_view allocator_of_symbol(std::string_view symbol);

}  // namespace heapreel::target
