#include "common/http/turn_away.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <string>

#include "common/http/answer_head.h"
#include "common/http/problem.h"

namespace doorstep::web {

namespace {

using boost::asio::ip::tcp;
using Code = boost::system::error_code;

// What a client sends before it reads; what it sends beyond that is left.
constexpr std::size_t heard_max = 64UL * 1024;

// Closing with something unread would break the connection, perhaps before the answer is read.
void leave_nothing_unread(tcp::socket& socket) {
  std::array<char, 4096> dropped{};
  Code code;
  for (std::size_t heard = 0; !code && heard < heard_max;) {
    heard += socket.read_some(boost::asio::buffer(dropped), code);
  }
}

}  // namespace

bool turn_away_at_once(tcp::socket socket) {
  const HttpResponse answer = problem(503);
  const std::string text = head_of(answer, answer.body->size(), false) + *answer.body;
  Code code;
  socket.non_blocking(true, code);
  if (code) return false;
  // A new connection takes so few bytes whole.
  const std::size_t sent = socket.write_some(boost::asio::buffer(text), code);
  if (code || sent < text.size()) return false;
  Code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  leave_nothing_unread(socket);
  socket.close(ignored);
  return true;
}

}  // namespace doorstep::web
