// A library that is loaded by name: its stack is printed by plugin_host.cc.
extern "C" void report_stack();

namespace plugin {

[[gnu::always_inline]] inline void inlined_step() {
  report_stack();
  asm volatile("" ::: "memory");
}

[[gnu::noinline]] void inner() { inlined_step(); }

}  // namespace plugin

extern "C" void plugin_entry();
extern "C" void plugin_entry() {
  plugin::inner();
  asm volatile("" ::: "memory");
}
