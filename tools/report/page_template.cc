// The assembler copies the file into the object: a C array of it would take the compiler seconds.
#include "tools/report/page_template.h"

#include <cstddef>

__asm__(
    ".pushsection .rodata\n"
    ".global heapreel_page_template_begin\n"
    ".global heapreel_page_template_end\n"
    "heapreel_page_template_begin:\n"
    ".incbin \"" HEAPREEL_PAGE_TEMPLATE
    "\"\n"
    "heapreel_page_template_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char heapreel_page_template_begin[];
extern const char heapreel_page_template_end[];
}

namespace heapreel::report {

std::string_view page_template() {
  return {heapreel_page_template_begin,
          static_cast<std::size_t>(heapreel_page_template_end - heapreel_page_template_begin)};
}

}  // namespace heapreel::report
