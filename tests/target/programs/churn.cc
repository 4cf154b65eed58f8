// Calls malloc 1000 times, and operator new 1000 times in a second thread.
#include <cstdlib>
#include <new>
#include <thread>

int main() {
  for (int i = 0; i < 1000; ++i) {
    volatile char* block = static_cast<char*>(std::malloc(16 + static_cast<size_t>(i)));
    block[0] = 1;
    std::free(const_cast<char*>(block));
  }
  std::thread([] {
    for (int i = 0; i < 1000; ++i) {
      volatile char* block = static_cast<char*>(::operator new(24));
      block[0] = 1;
      ::operator delete(const_cast<char*>(block));
    }
  }).join();
}
