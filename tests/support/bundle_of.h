// A bundle of these frames.
#pragma once

#include <vector>

#include "common/wire/bundle.h"

namespace doorstep::test {

inline Bytes bundle_of(const std::vector<Bytes>& frames) {
  wire::BundleBuilder builder;
  for (const Bytes& frame : frames) builder.add(frame);
  return {builder.bundle().begin(), builder.bundle().end()};
}

}  // namespace doorstep::test
