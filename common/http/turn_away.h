// Telling a client that there is no room for it, without giving it any.
#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace doorstep::web {

// 503 and the end of the connection, at once. False: the client could not be told.
bool turn_away_at_once(boost::asio::ip::tcp::socket socket);

}  // namespace doorstep::web
