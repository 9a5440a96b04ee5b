#include "clients/cli/play.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "clients/cli/field_request.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds look_every{500};
constexpr Milliseconds wait_max{200};  // the county's clock may run fast: look at it often
constexpr Milliseconds retry_first{50};
constexpr Milliseconds retry_max{1'000};

bool may_pass(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::busy;
}

}  // namespace

Player::Player(const FieldDay& day, const PlaySettings& settings, const Clock& clock, AckFile* acks,
               std::function<void(const std::string&)> refusal)
    : day_{day}, settings_{settings}, clock_{clock}, acks_{acks}, refusal_{std::move(refusal)} {}

Outcome Player::play(const std::function<bool(const PlayCounts&)>& look) {
  std::vector<std::vector<std::uint32_t>> shares(std::max<std::size_t>(1, settings_.connections));
  for (std::uint32_t i = 0; i < day_.actions.size(); ++i) {
    const std::size_t whose = std::hash<Uuid>{}(subject_of(day_.actions[i])) >> 7;
    shares[whose % shares.size()].push_back(i);
  }
  playing_ = shares.size();
  std::vector<std::jthread> threads;
  for (const auto& share : shares) threads.emplace_back([&] { play_share(share); });
  std::unique_lock lock{mutex_};
  while (playing_ > 0) {
    changed_.wait_for(lock, look_every, [&] { return playing_ == 0; });
    lock.unlock();
    const bool go_on = look(counts_);
    lock.lock();
    if (!go_on && !ending_) {
      ending_ = true;
      changed_.notify_all();
    }
  }
  lock.unlock();
  threads.clear();
  if (failed_) return std::unexpected(*failed_);
  return {};
}

void Player::play_share(const std::vector<std::uint32_t>& share) {
  IntakeClient intake{settings_.intake_port};
  for (const std::uint32_t index : share) {
    const FieldAction& action = day_.actions[index];
    if (!wait_until_due(action) || !send(intake, action)) break;
  }
  std::lock_guard lock{mutex_};
  --playing_;
  changed_.notify_all();
}

bool Player::send(IntakeClient& intake, const FieldAction& action) {
  for (Milliseconds retry_after = retry_first;;
       retry_after = std::min(retry_after * 2, retry_max)) {
    const FieldRequest request = request_of(action, clock_.now());
    const auto answer = intake.post(request.path, request.body);
    if (answer) return keep(*answer);
    if (!may_pass(answer.error())) {
      ++counts_.refused;
      refusal_(request.path + " " + to_string(action.id) + ": " + answer.error().message);
      return true;
    }
    ++counts_.retries;
    if (!pause(retry_after)) return false;
  }
}

bool Player::keep(const Acknowledged& acknowledged) {
  if (acks_) {
    if (Outcome kept = acks_->write(to_json(acknowledged)); !kept) {
      std::lock_guard lock{mutex_};
      if (!failed_) failed_ = kept.error();
      failed_->message += "\n  acknowledged, and not in the file: " + to_json(acknowledged);
      ending_ = true;
      changed_.notify_all();
      return false;
    }
  }
  ++counts_.acknowledged;
  if (acknowledged.duplicate) ++counts_.duplicates;
  return true;
}

bool Player::wait_until_due(const FieldAction& action) {
  while (settings_.waits && clock_.now() < action.send_at) {
    const Milliseconds left = (action.send_at - clock_.now()) / settings_.clock_speed;
    if (!pause(std::clamp(left, Milliseconds{1}, wait_max))) return false;
  }
  return pause(Milliseconds{});
}

bool Player::pause(Milliseconds time) {
  std::unique_lock lock{mutex_};
  if (time > Milliseconds{}) changed_.wait_for(lock, time, [&] { return ending_; });
  return !ending_;
}

}  // namespace doorstep::cli
