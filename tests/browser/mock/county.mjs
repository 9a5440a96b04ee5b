// A made-up screening day over the county's real townships and villages: grids, households, visits and
// tasks from a seed, counted by MODEL's identities. Only the browser tests look at it.
import { readFileSync } from 'node:fs';

const areasFile = new URL('../../../deploy/data/xupu_431224_areas.csv', import.meta.url);

export const settledReasons = [
  'awayAndReached', 'vacant', 'registeredOnly', 'movedAway', 'screenedWhereTheyLive', 'demolished',
];
export const attemptReasons = ['noAnswer', 'refusedForNow', 'appointment', 'notAccessible'];
export const withdrawalReasons = [
  'movedAway', 'duplicate', 'notAHousehold', 'demolished', 'enteredInError',
];

export function answerOf(disposition) {
  if (disposition === null) return 'untouched';
  if (disposition === 'screened' || disposition === 'partial') return disposition;
  return settledReasons.includes(disposition) ? 'settled' : 'attempted';
}

// mulberry32: small, seeded, good enough for a picture.
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const levels = { 6: 'county', 9: 'township', 12: 'village', 15: 'grid', 17: 'microGrid' };
const zeros = (names) => Object.fromEntries(names.map((name) => [name, 0]));

export class County {
  constructor({ seed = 1, empty = false, withRound = true, started = 0.35, villagesMax = 99 } = {}) {
    this.random = chance(seed);
    this.position = 0;
    this.now = Date.parse('2022-03-23T08:00:00+08:00');
    this.areas = new Map();
    this.households = new Map();
    this.history = new Map();
    this.tasks = new Map();
    this.inGrid = new Map();
    this.rounds = [];
    if (empty) return;
    this.#readAreas(villagesMax);
    this.#divide();
    if (withRound) this.openRound();
    this.now = Date.parse('2022-03-23T08:30:00+08:00');
    if (withRound) {
      for (const household of this.households.values()) {
        if (this.random() < started * this.pace(household.area)) this.visit(household);
      }
    }
    this.now = Date.parse('2022-03-23T14:32:00+08:00');
  }

  // A whole township is slower than another, so that the table has something to sort.
  pace(area) {
    return 0.3 + (Number(area.slice(6, 9)) % 7) / 3.2;
  }

  id() {
    const hex = (digits) =>
      Array.from({ length: digits }, () => Math.floor(this.random() * 16).toString(16)).join('');
    return `017fb4a5-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
  }

  time(ms = this.now) {
    return new Date(ms + 8 * 3600_000).toISOString().replace('Z', '+08:00');
  }

  #readAreas(villagesMax) {
    const villages = new Map();
    for (const line of readFileSync(areasFile, 'utf8').trim().split('\n').slice(1)) {
      const [code, name] = line.split(',');
      const short = code.replace(/0+$/, '');
      const length = [6, 9, 12].find((digits) => digits >= short.length);
      if (length === 12) {
        const township = code.slice(0, 9);
        villages.set(township, (villages.get(township) ?? 0) + 1);
        if (villages.get(township) > villagesMax) continue;
      }
      this.define(code.slice(0, length), name.replace(/(村|社区)?(村|居)委会$/, '$1'));
    }
  }

  define(code, name) {
    const length = code.length;
    const parent = { 9: 6, 12: 9, 15: 12, 17: 15 }[length];
    this.areas.set(code, {
      code,
      name,
      level: levels[length],
      parent: parent ? code.slice(0, parent) : null,
      children: [],
      changedAt: ++this.position,
      tally: {
        byDisposition: zeros(['screened', 'partial', ...settledReasons, ...attemptReasons]),
        untouched: 0, withdrawn: zeros(withdrawalReasons), offRoster: 0, usual: 0, notVerified: 0,
      },
    });
    if (parent) this.areas.get(code.slice(0, parent))?.children.push(code);
  }

  #divide() {
    const villages = [...this.areas.values()].filter((area) => area.level === 'village');
    for (const village of villages) {
      const grids = 1 + Math.floor(this.random() * 2);
      for (let grid = 1; grid <= grids; grid += 1) {
        const code = village.code + String(grid).padStart(3, '0');
        this.define(code, `第${grid}网格`);
        const micro = this.random() < 0.2 ? 2 : 0;
        for (let part = 1; part <= micro; part += 1) this.define(code + String(part).padStart(2, '0'), '');
        const size = 14 + Math.floor(this.random() * 20);
        for (let number = 0; number < size; number += 1) {
          this.register(micro ? code + String(1 + (number % micro)).padStart(2, '0') : code);
        }
      }
    }
  }

  openRound() {
    const number = this.rounds.length + 1;
    for (const round of this.rounds) Object.assign(round, { open: false, current: false });
    this.rounds.unshift({
      id: this.id(), campaign: '017fb4a5-0000-7000-8000-00000000c0de', campaignName: '敲门行动', number,
      questionSet: '基本情况', riskList: `风险区名单 3月${21 + number}日`, openedAt: this.time(),
      deadline: this.time(Date.parse('2022-03-23T20:00:00+08:00')), open: true, current: true,
    });
    this.position += 1;
    for (const household of this.households.values()) this.openTask(household, 'noAnswerYet');
  }

  get round() {
    return this.rounds.find((round) => round.current) ?? null;
  }

  up(code) {
    const path = [];
    for (let area = this.areas.get(code); area; area = this.areas.get(area.parent)) path.push(area);
    return path;
  }

  // Takes the household's share out of every tally above it, changes it, and puts it back.
  change(household, edit) {
    this.#count(household, -1);
    edit();
    this.#count(household, 1);
    for (const area of this.up(household.area)) area.changedAt = this.position;
  }

  #count(household, sign) {
    for (const { tally } of this.up(household.area)) {
      if (household.withdrawn) tally.withdrawn[household.withdrawn] += sign;
      else if (!household.onRoster) tally.offRoster += sign;
      else {
        if (household.disposition) tally.byDisposition[household.disposition] += sign;
        else tally.untouched += sign;
        tally.usual += sign * household.persons.usual;
        tally.notVerified += sign * household.persons.notVerified;
      }
    }
  }

  say(household, type, body, { rule = false, because = null, happened = this.now } = {}) {
    const position = ++this.position;
    const event = {
      id: type === 'visitRecorded' ? body.visit : this.id(), type,
      stream: { kind: 'household', id: household.id }, area: household.area,
      happenedAt: this.time(happened),
      actor: rule ? '00000000-0000-0000-0000-000000000000' : (household.lead?.id ?? this.id()),
      purpose: 'screening', causation: because, body: { household: household.id, ...body },
    };
    const events = this.history.get(household.id);
    events.push({ position, revision: events.length + 1, recordedAt: this.time(), event });
    return { position, id: event.id };
  }

  register(area) {
    const usual = 1 + Math.floor(this.random() * 5);
    const kind = this.random() < 0.08 ? 'tenant' : this.random() < 0.05 ? 'registeredOnly' : 'family';
    const household = {
      id: this.id(), area, kind, onRoster: true, withdrawn: null, disposition: null, decidedBy: null,
      happenedAt: null, visits: 0, lead: null,
      persons: {
        registered: usual + Math.floor(this.random() * 3), usual, present: 0, awayInCounty: 0,
        awayOutside: 0, notVerified: usual,
      },
    };
    if (this.random() < 0.94) household.lead = { kind: 'worker', id: this.id() };
    this.households.set(household.id, household);
    this.history.set(household.id, []);
    const grid = area.slice(0, 15);
    this.inGrid.set(grid, [...(this.inGrid.get(grid) ?? []), household]);
    this.say(household, 'householdRegistered', { kind, persons: { ...household.persons } });
    this.say(household, 'householdPlaced', { dwelling: this.id(), area, from: this.time() });
    if (household.lead) {
      this.say(household, 'responsibilityTaken', {
        responsibility: this.id(), level: 'coversHousehold', role: 'lead',
        holderKind: household.lead.kind, holder: household.lead.id, from: this.time(), basis: 'pairing',
      });
    }
    this.#count(household, 1);
    return household;
  }

  openTask(household, reason, because = null) {
    const tries = [...(this.tasks.get(household.id) ?? [])];
    const task = {
      id: this.id(), kind: 'screening', household: household.id, round: this.round?.id ?? null,
      area: household.area, ordinal: tries.length + 1, approach: tries.length > 1 ? 'phone' : 'atDoor',
      reason, notBefore: this.time(), notAfter: this.time(Date.parse('2022-03-23T20:00:00+08:00')),
      priority: 5, state: 'open', givenTo: null, givenReason: null, waitingFor: null,
      openedAt: this.position + 1, changedAt: this.position + 1,
    };
    const opened = this.say(household, 'taskOpened', {
      task: task.id, kind: task.kind, round: task.round, ordinal: task.ordinal, approach: task.approach,
      reason, notBefore: task.notBefore, notAfter: task.notAfter, priority: 5,
    }, { rule: true, because });
    if (household.lead) {
      Object.assign(task, { state: 'given', givenTo: household.lead.id, givenReason: 'leadOfHousehold' });
      this.say(household, 'taskGiven', { task: task.id, to: task.givenTo, reason: task.givenReason },
        { rule: true, because: opened.id });
    } else {
      task.waitingFor = { zh: '无人负责该户', en: 'no one answers for this household' };
    }
    this.tasks.set(household.id, [...tries, task]);
  }

  visit(household, wanted) {
    const pick = this.random();
    const disposition = wanted ??
      (pick < 0.62 ? 'screened'
        : pick < 0.76 ? settledReasons[Math.floor(this.random() * 4)]
          : pick < 0.8 ? 'partial'
            : attemptReasons[Math.min(3, Math.floor(this.random() ** 3 * 4))]);
    const persons = { ...household.persons, present: household.persons.usual, notVerified: 0 };
    if (answerOf(disposition) === 'partial') persons.notVerified = 1;
    if (answerOf(disposition) === 'attempted') persons.notVerified = persons.usual;
    const worker = household.lead?.id ?? this.id();
    const happened = this.now - (this.random() < 0.05 ? 3 * 3600_000 : 60_000);
    const said = this.say(household, 'visitRecorded', {
      visit: this.id(), round: this.round?.id, doneBy: [worker],
      mode: ['atDoor', 'atDoor', 'atDoor', 'phone', 'proxy', 'fromPaper'][Math.floor(this.random() * 6)],
      started: this.time(happened - 300_000), ended: this.time(happened), disposition, persons,
    }, { happened });
    this.change(household, () => Object.assign(household, {
      disposition, decidedBy: said.position, happenedAt: this.time(happened), persons,
      visits: household.visits + 1,
    }));
    this.#closeTask(household, said.id);
    if (answerOf(disposition) === 'attempted') this.openTask(household, 'nobodyHome', said.id);
    return said;
  }

  #closeTask(household, visit) {
    const task = this.tasks.get(household.id)?.at(-1);
    if (!task || task.state === 'done') return;
    Object.assign(task, { state: 'done', waitingFor: null });
    this.say(household, 'taskDone', { task: task.id, visit }, { rule: true, because: visit });
  }

  retract(household) {
    const visit = this.history.get(household.id).findLast((one) => one.event.type === 'visitRecorded');
    if (!visit) return;
    this.say(household, 'visitRetracted', {
      visit: visit.event.id, round: this.round?.id, reason: 'wrongHousehold',
    });
    this.change(household, () => Object.assign(household, {
      disposition: null, decidedBy: null, happenedAt: null, visits: household.visits - 1,
    }));
    this.openTask(household, 'answerRetracted');
  }

  // What happens in the next `seconds` of the day: some doors are knocked on, a few things go wrong.
  pass(seconds, visits) {
    this.now += seconds * 1000;
    const all = [...this.households.values()];
    for (let count = 0; count < visits && all.length > 0 && this.round; count += 1) {
      const household = all[Math.floor(this.random() * all.length)];
      const done = ['screened', 'settled'].includes(answerOf(household.disposition));
      if (!household.onRoster) continue;
      if (done && this.random() < 0.01) this.retract(household);
      else if (!done && this.random() < this.pace(household.area)) this.visit(household);
      else if (!done && this.random() < 0.01) {
        this.say(household, 'householdWithdrawn', { reason: 'duplicate' });
        this.change(household, () => Object.assign(household, { withdrawn: 'duplicate', onRoster: false }));
      }
    }
  }
}
