// How an entry point is declared: visible to the program, C linkage, and never thrown away or merged.
#pragma once

#define HEAPREEL_ENTRY extern "C" [[gnu::visibility("default"), gnu::used]]

// Inside a function: while an exception passes through its frame, heapreel_passing is called and the exception goes on.
// (A landing pad would tie the shim to a C++ runtime that the program may not have.) 0x1b: pc-relative, signed, 4
// bytes.
#define HEAPREEL_NOTICES_EXCEPTIONS asm volatile(".cfi_personality 0x1b, heapreel_passing")
