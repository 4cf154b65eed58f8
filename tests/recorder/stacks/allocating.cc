// What must not be in the shim: symbols.sh is shown this, and has to refuse it.
#include <string>

std::string allocating(const char* text);
std::string allocating(const char* text) { return std::string(text) + "!"; }
