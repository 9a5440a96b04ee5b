// The two layouts in which events are stored, as the types that read them: the same fields with
// other places (docs/formats/event.md). Only for the .cc files of this folder.
#pragma once

#include "schema/event.capnp.h"
#include "schema/event_layout0.capnp.h"

namespace doorstep::wire {

// What is written, and what an event says of itself; 0 said nothing.
inline constexpr std::uint8_t event_layout = 1;

// Ids in the struct itself.
struct Layout1 {
  using Event = schema::Event;
  using AreaDefined = schema::AreaDefined;
  using CampaignOpened = schema::CampaignOpened;
  using RoundOpened = schema::RoundOpened;
  using RoundClosed = schema::RoundClosed;
  using DwellingRegistered = schema::DwellingRegistered;
  using HouseholdRegistered = schema::HouseholdRegistered;
  using HouseholdPlaced = schema::HouseholdPlaced;
  using HouseholdWithdrawn = schema::HouseholdWithdrawn;
  using WorkerRegistered = schema::WorkerRegistered;
  using WorkerReportedIn = schema::WorkerReportedIn;
  using WorkerStoodDown = schema::WorkerStoodDown;
  using ResponsibilityTaken = schema::ResponsibilityTaken;
  using ResponsibilityReleased = schema::ResponsibilityReleased;
  using VisitRecorded = schema::VisitRecorded;
  using VisitRetracted = schema::VisitRetracted;
  using TaskOpened = schema::TaskOpened;
  using TaskGiven = schema::TaskGiven;
  using TaskDone = schema::TaskDone;
  using TaskCancelled = schema::TaskCancelled;
  using DemonstrationMarked = schema::DemonstrationMarked;
  using ProjectionDigestRecorded = schema::ProjectionDigestRecorded;
  using LogRestored = schema::LogRestored;
};

// Each id behind a pointer. Read for ever, written no more. What was added since is as in Layout1.
struct Layout0 : Layout1 {
  using Event = schema::layout0::Event;
  using AreaDefined = schema::layout0::AreaDefined;
  using CampaignOpened = schema::layout0::CampaignOpened;
  using RoundOpened = schema::layout0::RoundOpened;
  using RoundClosed = schema::layout0::RoundClosed;
  using DwellingRegistered = schema::layout0::DwellingRegistered;
  using HouseholdRegistered = schema::layout0::HouseholdRegistered;
  using HouseholdPlaced = schema::layout0::HouseholdPlaced;
  using HouseholdWithdrawn = schema::layout0::HouseholdWithdrawn;
  using WorkerRegistered = schema::layout0::WorkerRegistered;
  using WorkerReportedIn = schema::layout0::WorkerReportedIn;
  using WorkerStoodDown = schema::layout0::WorkerStoodDown;
  using ResponsibilityTaken = schema::layout0::ResponsibilityTaken;
  using ResponsibilityReleased = schema::layout0::ResponsibilityReleased;
  using VisitRecorded = schema::layout0::VisitRecorded;
  using VisitRetracted = schema::layout0::VisitRetracted;
  using TaskOpened = schema::layout0::TaskOpened;
  using TaskGiven = schema::layout0::TaskGiven;
  using TaskDone = schema::layout0::TaskDone;
  using TaskCancelled = schema::layout0::TaskCancelled;
  using DemonstrationMarked = schema::layout0::DemonstrationMarked;
  using ProjectionDigestRecorded = schema::layout0::ProjectionDigestRecorded;
  using LogRestored = schema::layout0::LogRestored;
};

}  // namespace doorstep::wire
