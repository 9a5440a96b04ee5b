#include "services/intake/checks.h"

namespace doorstep::intake {
namespace {

bool is_version_7(Uuid id) { return id == with_version(id, 7); }

}  // namespace

void Checks::own_id(EventId id) {
  if (is_version_7(id.value)) return;
  add("/id", "notVersion7",
      {"应为 UUIDv7（按时间排序的编号），由客户端生成",
       "must be a UUIDv7 (time-ordered), made by the client"});
}

void Checks::time(const std::string& pointer, Instant at) {
  if (at < earliest) {
    add(pointer, "tooEarly",
        {"早于 2020 年；请校准设备时间", "is before 2020: set the device's clock"});
  } else if (at > now_ + skew_max) {
    add(pointer, "inTheFuture",
        {"晚于现在 24 小时以上；请校准设备时间",
         "is more than 24 hours ahead: set the device's clock"});
  }
}

void Checks::worker(const std::string& pointer, WorkerId id) {
  if (known_.roster().worker(id) != nullptr) return;
  add(pointer, "unknownWorker",
      {"没有此工作人员；请先导入工作人员", "no such worker: import workers first"});
}

void Checks::area(const std::string& pointer, AreaCode code, AreaLevel highest) {
  if (known_.roster().area(code) == nullptr) {
    add(pointer, "unknownArea",
        {"没有此区划代码；请先导入区划", "no such area: import areas first"});
  } else if (level_of(code) < highest) {
    add(pointer, "areaTooLarge",
        {"请填写更下一级的区划（村、网格或微网格）",
         "must be a smaller area: a village, grid or micro-grid"});
  }
}

void Checks::persons(const PersonCounts& persons) {
  const unsigned placed =
      unsigned{persons.present} + unsigned{persons.away_in_county} + unsigned{persons.away_outside};
  if (placed > unsigned{persons.registered} + unsigned{persons.usual}) {
    add("/persons", "contradiction",
        {"在家与外出人数之和不能多于户籍与常住人数之和",
         "present and away together must not be more than registered and usual together"});
  }
}

}  // namespace doorstep::intake
