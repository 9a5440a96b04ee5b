// The shapes of docs/http-api.md, as the board reads them.

export type Level = 'county' | 'township' | 'village' | 'grid' | 'microGrid';
export type Answer = 'untouched' | 'attempted' | 'partial' | 'settled' | 'screened';
export type AttemptReason = 'noAnswer' | 'refusedForNow' | 'appointment' | 'notAccessible';
export type SettledReason =
  | 'awayAndReached'
  | 'vacant'
  | 'registeredOnly'
  | 'movedAway'
  | 'screenedWhereTheyLive'
  | 'demolished';
export type Disposition = 'screened' | 'partial' | AttemptReason | SettledReason;
export type WithdrawalReason =
  | 'movedAway'
  | 'duplicate'
  | 'notAHousehold'
  | 'demolished'
  | 'enteredInError';
export type HouseholdKind = 'family' | 'tenant' | 'collective' | 'registeredOnly';
export type TaskState = 'open' | 'given' | 'done' | 'cancelled';

export interface Persons {
  usual: number;
  verified: number;
  notYetVerified: number;
}

export interface Coverage {
  area: string;
  round: string | null;
  roster: number;
  screened: number;
  settled: number;
  partial: number;
  attempted: Record<AttemptReason, number>;
  untouched: number;
  withdrawn: number;
  offRoster: number;
  progress: number | null;
  coverage: number | null;
  persons: Persons;
  settledBy?: Record<SettledReason, number>;
  withdrawnBy?: Record<WithdrawalReason, number>;
  asOf: number;
  recordedAt: string | null;
}

export interface PathStep {
  code: string;
  name: string;
}

export interface Area {
  code: string;
  name: string;
  level: Level;
  parent: string | null;
  path: PathStep[];
  children: number;
  round: string | null;
  edition?: string;
  asOf: number;
  recordedAt: string | null;
  head: number;
  coverage: Coverage;
}

export interface AreaList {
  edition?: string;
  asOf: number;
  areas: Area[];
}

export interface PersonCounts {
  registered: number;
  usual: number;
  present: number;
  awayInCounty: number;
  awayOutside: number;
  notVerified: number;
}

export interface Household {
  id: string;
  area: string;
  kind: HouseholdKind | null;
  onRoster: boolean;
  withdrawn: WithdrawalReason | null;
  answer: Answer;
  disposition: Disposition | null;
  decidedBy: number | null;
  happenedAt: string | null;
  visits: number;
  persons: PersonCounts;
  lead: { kind: 'worker' | 'unit'; id: string } | null;
}

export interface HouseholdPage {
  edition?: string;
  asOf: number;
  households: Household[];
  next: string | null;
}

export interface HouseholdAnswer {
  edition?: string;
  asOf: number;
  household: Household;
}

// An event as docs/formats/event_json.md writes it. Which fields the body has depends on the type.
export type EventBody = Record<string, unknown>;

export interface Recorded {
  position: number;
  revision: number;
  recordedAt: string;
  event: {
    id: string;
    type: string;
    area?: string | null;
    happenedAt: string;
    actor?: string | null;
    device?: string | null;
    causation?: string | null;
    body: EventBody;
  };
}

export interface History {
  edition?: string;
  household: string;
  events: Recorded[];
  next: string | number | null;
}

export interface BoardTask {
  id: string;
  household: string;
  state: TaskState;
  waitingFor: { zh: string; en: string } | null;
}

export interface TaskPage {
  edition?: string;
  asOf: number;
  counts: Record<TaskState, number>;
  tasks: BoardTask[];
  next: string | number | null;
}

export interface Round {
  id: string;
  campaign: string;
  campaignName: string;
  number: number;
  questionSet: string;
  riskList: string;
  openedAt: string;
  deadline: string | null;
  open: boolean;
  current: boolean;
}

export interface RoundList {
  edition?: string;
  asOf: number;
  rounds: Round[];
  demonstration?: boolean;
}

export interface AreasFrame {
  edition?: string;
  asOf: number;
  recordedAt: string | null;
  head: number;
  areas: Area[];
  clock?: ClockProblem | null;
}

export interface Heartbeat {
  edition?: string;
  asOf: number;
  head: number;
  recordedAt: string | null;
  now: string;
  late: boolean;
  clock?: ClockProblem | null;
}

// The server's clock against what it has recorded. More problems may come to be known.
export interface ClockProblem {
  problem: 'recordAhead' | 'clockSteppedAhead' | (string & {});
  byMs: number;
}
