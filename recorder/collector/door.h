// The collector's door: the abstract socket behind which the pool is handed out and requests are answered.
//
// One line in, one answer out, then the connection closes. "pool" is answered with the pool's descriptor, to our user,
// to root, and to whoever is a process that we follow or a child of one (it may have changed its user since);
// everything else goes to whoever answers, and only for our user and root. A client that says nothing holds up nobody:
// there are at most kGuestsMax at a time, and the oldest makes room.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recorder/collector/attention.h"
#include "recorder/collector/shared_pool.h"

namespace heapreel::collector {

// What the door asks of the collector behind it; called on the collector's thread.
struct DoorAnswers {
  std::function<bool(int pid)> is_family{};                         // a process that is followed, or a child of one
  std::function<std::string(const std::string& request)> answer{};  // of a request from our user; without the newline
};

class Door {
 public:
  static constexpr size_t kGuestsMax = 32;

  // Without a socket (the kernel refused) there is no door, and everything else goes on.
  Door(const SharedPool& pool, Attention& attention);

  // False for a descriptor that is not the door's.
  bool serve(int fd, const DoorAnswers& answers);

 private:
  void let_in();
  void see_out(size_t guest);
  void hear(size_t guest, const DoorAnswers& answers);

  const SharedPool& pool_;
  Attention& attention_;
  base::Fd listener_;
  std::vector<base::Fd> guests_;
};

// Sends a descriptor over a connected socket, as the shim receives it (shim/attach.cc).
void send_descriptor(int socket, int fd);

// --- the other side -------------------------------------------------------------------------------------------------

// Names of the doors that stand in this network namespace, without the leading 0.
std::vector<std::string> doors();

// Asks one question at a door and returns the answer.
base::Result<std::string> ask(const std::string& door, const std::string& request, int timeout_ms);

}  // namespace heapreel::collector
