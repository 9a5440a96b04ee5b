import type { Area, Coverage, EventBody, Level, Recorded } from '../src/api/types';

export function coverage(given: Partial<Coverage> = {}): Coverage {
  return {
    area: '431224100',
    round: 'r1',
    roster: 10,
    screened: 4,
    settled: 1,
    partial: 1,
    attempted: { noAnswer: 1, refusedForNow: 1, appointment: 0, notAccessible: 0 },
    untouched: 2,
    withdrawn: 0,
    offRoster: 0,
    progress: 0.8,
    coverage: 0.5,
    persons: { usual: 30, verified: 20, notYetVerified: 10 },
    asOf: 1,
    recordedAt: null,
    ...given,
  };
}

export function area(code: string, given: Partial<Area> = {}, counts: Partial<Coverage> = {}): Area {
  return {
    code,
    name: `区划${code}`,
    level: 'township' as Level,
    parent: '431224',
    path: [],
    children: 0,
    round: 'r1',
    asOf: 1,
    recordedAt: null,
    head: 1,
    coverage: coverage({ area: code, ...counts }),
    ...given,
  };
}

export function recorded(position: number, type: string, body: EventBody, id = `e${position}`): Recorded {
  return {
    position,
    revision: position,
    recordedAt: '2022-03-23T09:10:00.000+08:00',
    event: { id, type, happenedAt: '2022-03-23T09:06:00.000+08:00', actor: 'w-000001', body },
  };
}
