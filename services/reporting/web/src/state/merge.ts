// How what is shown follows what arrives. Pure. An answer can overtake a frame and the other way round, so
// the newer position wins, area by area.
import type { Area, Coverage, Level } from '../api/types';

export type Areas = ReadonlyMap<string, Area>;

// What is shown, and the edition of which all of it is.
export interface Shown {
  readonly edition: string;
  readonly areas: Areas;
}

export const nothingShown: Shown = { edition: '', areas: new Map() };

// Of another edition than what is shown, however low its positions, it takes the place of all of that.
export function following(
  shown: Shown,
  arrived: readonly Area[],
  edition: string,
  round: string | null,
): Shown {
  const isOther = edition !== '' && shown.edition !== '' && edition !== shown.edition;
  const areas = merged(isOther ? nothingShown.areas : shown.areas, arrived, round);
  const named = edition || shown.edition;
  return areas === shown.areas && named === shown.edition ? shown : { edition: named, areas };
}

// Only areas counted in `round` count; null takes them all. The same map comes back where nothing is newer.
export function merged(shown: Areas, arrived: readonly Area[], round: string | null): Areas {
  let result: Map<string, Area> | null = null;
  for (const area of arrived) {
    if (round !== null && area.round !== round) continue;
    const before = (result ?? shown).get(area.code);
    if (before && before.round === area.round && before.asOf > area.asOf) continue;
    result ??= new Map(shown);
    result.set(area.code, area);
  }
  return result ?? shown;
}

export function attempted(coverage: Coverage): number {
  return Object.values(coverage.attempted).reduce((sum, count) => sum + count, 0);
}

// The five parts of the identity, in the order in which the bar shows them.
export const parts = ['screened', 'settled', 'partial', 'attempted', 'untouched'] as const;
export type Part = (typeof parts)[number];

export function partOf(coverage: Coverage, part: Part): number {
  return part === 'attempted' ? attempted(coverage) : coverage[part];
}

// What the attempts came to. Below the village a single refusal would name its household, so refusals are
// counted together with doors that could not be reached.
export type ShownAttempt = 'noAnswer' | 'refusedForNow' | 'appointment' | 'notAccessible' | 'other';

export function attemptsShown(coverage: Coverage, level: Level): [ShownAttempt, number][] {
  const { noAnswer, refusedForNow, appointment, notAccessible } = coverage.attempted;
  if (level === 'grid' || level === 'microGrid') {
    return [
      ['noAnswer', noAnswer],
      ['appointment', appointment],
      ['other', refusedForNow + notAccessible],
    ];
  }
  return [
    ['noAnswer', noAnswer],
    ['appointment', appointment],
    ['refusedForNow', refusedForNow],
    ['notAccessible', notAccessible],
  ];
}

// Households of the area that belong to none of the areas listed below it.
export function rosterNotBelow(area: Area, below: readonly Area[]): number {
  const sum = below.reduce((total, child) => total + child.coverage.roster, 0);
  return Math.max(0, area.coverage.roster - sum);
}
