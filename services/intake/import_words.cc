#include "services/intake/import_words.h"

namespace doorstep::intake {
namespace {

constexpr std::pair<AreaLevel, std::string_view> area_levels[] = {
    {AreaLevel::county, "县"},     {AreaLevel::township, "乡镇"},
    {AreaLevel::township, "乡"},   {AreaLevel::township, "镇"},
    {AreaLevel::township, "街道"}, {AreaLevel::village, "村"},
    {AreaLevel::village, "社区"},  {AreaLevel::village, "村（社区）"},
    {AreaLevel::grid, "网格"},     {AreaLevel::micro_grid, "微网格"},
};

constexpr std::pair<DwellingState, std::string_view> dwelling_states[] = {
    {DwellingState::in_use, "在用"},
    {DwellingState::vacant, "空置"},
    {DwellingState::demolished, "拆除"},
};

constexpr std::pair<HouseholdKind, std::string_view> household_kinds[] = {
    {HouseholdKind::family, "家庭户"},
    {HouseholdKind::tenant, "租户"},
    {HouseholdKind::collective, "集体户"},
    {HouseholdKind::registered_only, "空挂户"},
};

constexpr std::pair<WorkerKind, std::string_view> worker_kinds[] = {
    {WorkerKind::grid_worker, "网格员"},
    {WorkerKind::village_cadre, "村干部"},
    {WorkerKind::township_cadre, "乡镇干部"},
    {WorkerKind::county_official, "县直干部"},
    {WorkerKind::party_member, "党员"},
    {WorkerKind::member_in_training, "入党积极分子"},
    {WorkerKind::retired_cadre, "退休干部"},
    {WorkerKind::owners_committee, "业委会成员"},
    {WorkerKind::property_staff, "物业人员"},
    {WorkerKind::keen_resident, "热心居民"},
    {WorkerKind::volunteer, "志愿者"},
    {WorkerKind::health_staff, "医务人员"},
    {WorkerKind::clerk, "录入员"},
};

constexpr std::pair<ResponsibilityLevel, std::string_view> responsibility_levels[] = {
    {ResponsibilityLevel::contact_point, "联点"},
    {ResponsibilityLevel::covers_village, "包村"},
    {ResponsibilityLevel::covers_grid, "包网格"},
    {ResponsibilityLevel::covers_household, "包户到人"},
    {ResponsibilityLevel::neighbour, "互联互助"},
};

constexpr std::pair<ResponsibilityRole, std::string_view> responsibility_roles[] = {
    {ResponsibilityRole::lead, "牵头责任人"},
    {ResponsibilityRole::co_holder, "共同责任人"},
};

constexpr std::pair<ResponsibilityBasis, std::string_view> responsibility_bases[] = {
    {ResponsibilityBasis::county_order, "县里安排"},
    {ResponsibilityBasis::township_order, "乡镇安排"},
    {ResponsibilityBasis::pairing, "结对"},
};

constexpr std::pair<WithdrawalReason, std::string_view> withdrawal_reasons[] = {
    {WithdrawalReason::moved_away, "迁出"},           {WithdrawalReason::duplicate, "重复"},
    {WithdrawalReason::not_a_household, "不是住户"},  {WithdrawalReason::demolished, "拆除"},
    {WithdrawalReason::entered_in_error, "录入有误"},
};

}  // namespace

Names<AreaLevel> chinese(AreaLevel) { return area_levels; }
Names<DwellingState> chinese(DwellingState) { return dwelling_states; }
Names<HouseholdKind> chinese(HouseholdKind) { return household_kinds; }
Names<WorkerKind> chinese(WorkerKind) { return worker_kinds; }
Names<ResponsibilityLevel> chinese(ResponsibilityLevel) { return responsibility_levels; }
Names<ResponsibilityRole> chinese(ResponsibilityRole) { return responsibility_roles; }
Names<ResponsibilityBasis> chinese(ResponsibilityBasis) { return responsibility_bases; }
Names<WithdrawalReason> chinese(WithdrawalReason) { return withdrawal_reasons; }

}  // namespace doorstep::intake
