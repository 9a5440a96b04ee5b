// The mock's answers in the shapes of docs/http-api.md.
import { answerOf, attemptReasons, settledReasons } from './county.mjs';

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name]]));
const ratio = (part, whole) => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000);

function coverageOf(county, area) {
  const { tally } = area;
  const settledBy = pick(tally.byDisposition, settledReasons);
  const attempted = pick(tally.byDisposition, attemptReasons);
  const { screened, partial } = tally.byDisposition;
  const settled = sum(settledBy);
  const roster = screened + settled + partial + sum(attempted) + tally.untouched;
  return {
    area: area.code, round: county.round?.id ?? null, roster, screened, settled, partial, attempted,
    untouched: tally.untouched, withdrawn: sum(tally.withdrawn), offRoster: tally.offRoster,
    progress: ratio(roster - tally.untouched, roster), coverage: ratio(screened + settled, roster),
    persons: {
      usual: tally.usual, verified: tally.usual - tally.notVerified, notYetVerified: tally.notVerified,
    },
    settledBy, withdrawnBy: tally.withdrawn, asOf: county.position, recordedAt: county.time(),
  };
}

// Of a round that is over the mock remembers nothing: every household of its roster is untouched.
function asOfAnotherRound(answer, round) {
  const { coverage } = answer;
  const none = (counts) => Object.fromEntries(Object.keys(counts).map((name) => [name, 0]));
  return {
    ...answer,
    round,
    coverage: {
      ...coverage, round, screened: 0, settled: 0, partial: 0, attempted: none(coverage.attempted),
      untouched: coverage.roster, progress: 0, coverage: 0,
    },
  };
}

export function areaAnswer(county, code, round = null) {
  const area = county.areas.get(code);
  const above = county.up(code).slice(1).reverse();
  const answer = {
    code, name: area.name, level: area.level, parent: area.parent,
    path: above.map(({ code: at, name }) => ({ code: at, name })), children: area.children.length,
    round: county.round?.id ?? null, asOf: county.position, recordedAt: county.time(),
    head: county.position, coverage: coverageOf(county, area),
  };
  return round && round !== county.round?.id ? asOfAnotherRound(answer, round) : answer;
}

export function childrenAnswer(county, code, round = null) {
  const codes = code === '0'
    ? [...county.areas.values()].filter((area) => area.parent === null).map((area) => area.code)
    : county.areas.get(code).children;
  return { asOf: county.position, areas: [...codes].sort().map((child) => areaAnswer(county, child, round)) };
}

export function householdAnswer(household) {
  return { ...household, answer: answerOf(household.disposition) };
}

export function householdsAnswer(county, code, after, limit) {
  const all = [...county.households.values()]
    .filter((household) => household.area.startsWith(code))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .filter((household) => !after || household.id > after);
  const page = all.slice(0, limit);
  return {
    asOf: county.position, households: page.map(householdAnswer),
    next: all.length > limit ? page.at(-1).id : null,
  };
}

export function tasksAnswer(county, code, state, limit) {
  const counts = { open: 0, given: 0, done: 0, cancelled: 0 };
  const found = [];
  for (const tasks of county.tasks.values()) {
    for (const task of tasks) {
      if (!task.area.startsWith(code)) continue;
      counts[task.state] += 1;
      if ((!state || task.state === state) && found.length <= limit) found.push(task);
    }
  }
  return {
    asOf: county.position, counts, tasks: found.slice(0, limit),
    next: found.length > limit ? String(limit) : null,
  };
}
