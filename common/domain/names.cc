#include "common/domain/names.h"

namespace doorstep {
namespace {

constexpr std::pair<AreaLevel, std::string_view> area_level_names[] = {
    {AreaLevel::county, "county"},        {AreaLevel::township, "township"},
    {AreaLevel::village, "village"},      {AreaLevel::grid, "grid"},
    {AreaLevel::micro_grid, "microGrid"},
};

constexpr std::pair<DwellingState, std::string_view> dwelling_state_names[] = {
    {DwellingState::in_use, "inUse"},
    {DwellingState::vacant, "vacant"},
    {DwellingState::demolished, "demolished"},
};

constexpr std::pair<HouseholdKind, std::string_view> household_kind_names[] = {
    {HouseholdKind::family, "family"},
    {HouseholdKind::tenant, "tenant"},
    {HouseholdKind::collective, "collective"},
    {HouseholdKind::registered_only, "registeredOnly"},
};

constexpr std::pair<WithdrawalReason, std::string_view> withdrawal_reason_names[] = {
    {WithdrawalReason::moved_away, "movedAway"},
    {WithdrawalReason::duplicate, "duplicate"},
    {WithdrawalReason::not_a_household, "notAHousehold"},
    {WithdrawalReason::demolished, "demolished"},
    {WithdrawalReason::entered_in_error, "enteredInError"},
};

constexpr std::pair<WorkerKind, std::string_view> worker_kind_names[] = {
    {WorkerKind::grid_worker, "gridWorker"},
    {WorkerKind::village_cadre, "villageCadre"},
    {WorkerKind::township_cadre, "townshipCadre"},
    {WorkerKind::county_official, "countyOfficial"},
    {WorkerKind::party_member, "partyMember"},
    {WorkerKind::member_in_training, "memberInTraining"},
    {WorkerKind::retired_cadre, "retiredCadre"},
    {WorkerKind::owners_committee, "ownersCommittee"},
    {WorkerKind::property_staff, "propertyStaff"},
    {WorkerKind::keen_resident, "keenResident"},
    {WorkerKind::volunteer, "volunteer"},
    {WorkerKind::health_staff, "healthStaff"},
    {WorkerKind::clerk, "clerk"},
};

constexpr std::pair<ResponsibilityLevel, std::string_view> responsibility_level_names[] = {
    {ResponsibilityLevel::contact_point, "contactPoint"},
    {ResponsibilityLevel::covers_village, "coversVillage"},
    {ResponsibilityLevel::covers_grid, "coversGrid"},
    {ResponsibilityLevel::covers_household, "coversHousehold"},
    {ResponsibilityLevel::neighbour, "neighbour"},
};

constexpr std::pair<ResponsibilityRole, std::string_view> responsibility_role_names[] = {
    {ResponsibilityRole::lead, "lead"},
    {ResponsibilityRole::co_holder, "coHolder"},
};

constexpr std::pair<ResponsibilityBasis, std::string_view> responsibility_basis_names[] = {
    {ResponsibilityBasis::county_order, "countyOrder"},
    {ResponsibilityBasis::township_order, "townshipOrder"},
    {ResponsibilityBasis::pairing, "pairing"},
};

constexpr std::pair<ReleaseReason, std::string_view> release_reason_names[] = {
    {ReleaseReason::replaced, "replaced"},
    {ReleaseReason::stood_down, "stoodDown"},
    {ReleaseReason::ended, "ended"},
    {ReleaseReason::entered_in_error, "enteredInError"},
};

constexpr std::pair<HolderKind, std::string_view> holder_kind_names[] = {
    {HolderKind::worker, "worker"},
    {HolderKind::unit, "unit"},
};

constexpr std::pair<VisitMode, std::string_view> visit_mode_names[] = {
    {VisitMode::at_door, "atDoor"},       {VisitMode::phone, "phone"},
    {VisitMode::video, "video"},          {VisitMode::proxy, "proxy"},
    {VisitMode::from_paper, "fromPaper"},
};

constexpr std::pair<Disposition, std::string_view> disposition_names[] = {
    {Disposition::screened, "screened"},
    {Disposition::away_and_reached, "awayAndReached"},
    {Disposition::vacant, "vacant"},
    {Disposition::registered_only, "registeredOnly"},
    {Disposition::moved_away, "movedAway"},
    {Disposition::screened_where_they_live, "screenedWhereTheyLive"},
    {Disposition::demolished, "demolished"},
    {Disposition::partial, "partial"},
    {Disposition::no_answer, "noAnswer"},
    {Disposition::refused_for_now, "refusedForNow"},
    {Disposition::appointment, "appointment"},
    {Disposition::not_accessible, "notAccessible"},
};

constexpr std::pair<Answer, std::string_view> answer_names[] = {
    {Answer::untouched, "untouched"}, {Answer::attempted, "attempted"},
    {Answer::partial, "partial"},     {Answer::settled, "settled"},
    {Answer::screened, "screened"},
};

constexpr std::pair<RetractionReason, std::string_view> retraction_reason_names[] = {
    {RetractionReason::wrong_household, "wrongHousehold"},
    {RetractionReason::not_visited, "notVisited"},
    {RetractionReason::duplicate, "duplicate"},
    {RetractionReason::entered_in_error, "enteredInError"},
};

constexpr std::pair<TaskState, std::string_view> task_state_names[] = {
    {TaskState::open, "open"},
    {TaskState::given, "given"},
    {TaskState::done, "done"},
    {TaskState::cancelled, "cancelled"},
};

constexpr std::pair<TaskKind, std::string_view> task_kind_names[] = {
    {TaskKind::screening, "screening"},
};

constexpr std::pair<TaskApproach, std::string_view> task_approach_names[] = {
    {TaskApproach::at_door, "atDoor"},
    {TaskApproach::phone, "phone"},
    {TaskApproach::person_decides, "personDecides"},
};

constexpr std::pair<TaskReason, std::string_view> task_reason_names[] = {
    {TaskReason::no_answer_yet, "noAnswerYet"},
    {TaskReason::nobody_home, "nobodyHome"},
    {TaskReason::appointment_made, "appointmentMade"},
    {TaskReason::not_accessible, "notAccessible"},
    {TaskReason::answer_retracted, "answerRetracted"},
};

constexpr std::pair<GivenReason, std::string_view> given_reason_names[] = {
    {GivenReason::lead_of_household, "leadOfHousehold"},
    {GivenReason::least_loaded_of_grid, "leastLoadedOfGrid"},
};

constexpr std::pair<CancellationReason, std::string_view> cancellation_reason_names[] = {
    {CancellationReason::round_closed, "roundClosed"},
    {CancellationReason::household_withdrawn, "householdWithdrawn"},
    {CancellationReason::no_longer_due, "noLongerDue"},
};

constexpr std::pair<Purpose, std::string_view> purpose_names[] = {
    {Purpose::roster, "roster"},
    {Purpose::screening, "screening"},
    {Purpose::duty, "duty"},
    {Purpose::work, "work"},
    {Purpose::organisation, "organisation"},
    {Purpose::system, "system"},
};

constexpr std::pair<StreamKind, std::string_view> stream_kind_names[] = {
    {StreamKind::area, "area"},         {StreamKind::campaign, "campaign"},
    {StreamKind::dwelling, "dwelling"}, {StreamKind::household, "household"},
    {StreamKind::worker, "worker"},     {StreamKind::system, "system"},
};

constexpr std::pair<EventType, std::string_view> event_type_names[] = {
    {EventType::area_defined, "areaDefined"},
    {EventType::campaign_opened, "campaignOpened"},
    {EventType::round_opened, "roundOpened"},
    {EventType::round_closed, "roundClosed"},
    {EventType::dwelling_registered, "dwellingRegistered"},
    {EventType::household_registered, "householdRegistered"},
    {EventType::household_placed, "householdPlaced"},
    {EventType::household_withdrawn, "householdWithdrawn"},
    {EventType::worker_registered, "workerRegistered"},
    {EventType::worker_reported_in, "workerReportedIn"},
    {EventType::worker_stood_down, "workerStoodDown"},
    {EventType::responsibility_taken, "responsibilityTaken"},
    {EventType::responsibility_released, "responsibilityReleased"},
    {EventType::visit_recorded, "visitRecorded"},
    {EventType::visit_retracted, "visitRetracted"},
    {EventType::task_opened, "taskOpened"},
    {EventType::task_given, "taskGiven"},
    {EventType::task_done, "taskDone"},
    {EventType::task_cancelled, "taskCancelled"},
    {EventType::demonstration_marked, "demonstrationMarked"},
    {EventType::projection_digest_recorded, "projectionDigestRecorded"},
    {EventType::log_restored, "logRestored"},
};

}  // namespace

Names<AreaLevel> names(AreaLevel) { return area_level_names; }
Names<DwellingState> names(DwellingState) { return dwelling_state_names; }
Names<HouseholdKind> names(HouseholdKind) { return household_kind_names; }
Names<WithdrawalReason> names(WithdrawalReason) { return withdrawal_reason_names; }
Names<WorkerKind> names(WorkerKind) { return worker_kind_names; }
Names<ResponsibilityLevel> names(ResponsibilityLevel) { return responsibility_level_names; }
Names<ResponsibilityRole> names(ResponsibilityRole) { return responsibility_role_names; }
Names<ResponsibilityBasis> names(ResponsibilityBasis) { return responsibility_basis_names; }
Names<ReleaseReason> names(ReleaseReason) { return release_reason_names; }
Names<HolderKind> names(HolderKind) { return holder_kind_names; }
Names<VisitMode> names(VisitMode) { return visit_mode_names; }
Names<Disposition> names(Disposition) { return disposition_names; }
Names<Answer> names(Answer) { return answer_names; }
Names<RetractionReason> names(RetractionReason) { return retraction_reason_names; }
Names<TaskState> names(TaskState) { return task_state_names; }
Names<TaskKind> names(TaskKind) { return task_kind_names; }
Names<TaskApproach> names(TaskApproach) { return task_approach_names; }
Names<TaskReason> names(TaskReason) { return task_reason_names; }
Names<GivenReason> names(GivenReason) { return given_reason_names; }
Names<CancellationReason> names(CancellationReason) { return cancellation_reason_names; }
Names<Purpose> names(Purpose) { return purpose_names; }
Names<StreamKind> names(StreamKind) { return stream_kind_names; }
Names<EventType> names(EventType) { return event_type_names; }

}  // namespace doorstep
