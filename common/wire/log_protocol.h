// What is said to and by the event log (schema/log.capnp, docs/formats/wire.md). A frame from
// outside is bounded in size, segments, depth and traversal before anything in it is read.
#pragma once

#include <span>

#include "common/domain/result.h"
#include "common/hash/checksum.h"
#include "common/hash/sha256.h"
#include "common/wire/log_reply.h"
#include "common/wire/log_request.h"

namespace doorstep::wire {

[[nodiscard]] Bytes encode(const Request& request);
[[nodiscard]] Bytes encode(const RequestView& request);
[[nodiscard]] Bytes encode(const Reply& reply);
[[nodiscard]] Result<Request> decode_request(BytesView frame);
// Without copying events: the view is valid as long as the frame's bytes. Pre-condition: these
// start at a multiple of 8.
[[nodiscard]] Result<RequestView> view_request(BytesView frame);
// Of a request that cannot be decoded, so that its sender knows which one is refused; 0: not even
// that can be read.
[[nodiscard]] std::uint64_t number_of_request(BytesView frame);
// A batch's block is not copied: it keeps the frame.
[[nodiscard]] Result<Reply> decode_reply(const SharedBytes& frame);

// What makes a retry the same request: a checksum of conditions and event bytes, then zeros.
[[nodiscard]] RequestDigest digest_of(Checksum& checksum, std::span<const Condition> conditions,
                                      std::span<const BytesView> events);
[[nodiscard]] RequestDigest digest_of(const AppendView& append);
// As versions before wrote it: SHA-256 over the same.
[[nodiscard]] RequestDigest sha_digest_of(const AppendView& append);

}  // namespace doorstep::wire
