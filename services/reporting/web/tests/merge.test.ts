import { describe, expect, it } from 'vitest';
import {
  type Areas, attempted, attemptsShown, following, merged, nothingShown, partOf, parts, rosterNotBelow,
} from '../src/state/merge';
import { ordered } from '../src/state/order';
import { area, coverage } from './fixtures';

const none: Areas = new Map();

describe('what is shown', () => {
  it('follows the newer position, not the later arrival', () => {
    const newer = merged(none, [area('431224100', { asOf: 9 })], null);
    const after = merged(newer, [area('431224100', { asOf: 8, name: 'old' })], null);
    expect(after).toBe(newer);
  });
  it('takes an equal position again, since a frame may say what an answer said', () => {
    const first = merged(none, [area('431224100', { asOf: 9, name: 'a' })], null);
    expect(merged(first, [area('431224100', { asOf: 9, name: 'b' })], null).get('431224100')?.name).toBe('b');
  });
  it('keeps the areas that a frame does not name', () => {
    const both = merged(none, [area('431224100'), area('431224102')], null);
    const after = merged(both, [area('431224102', { asOf: 5 })], null);
    expect(after.size).toBe(2);
    expect(after.get('431224100')?.asOf).toBe(1);
  });
  it('leaves out counts of another round than the one looked at', () => {
    expect(merged(none, [area('431224100', { round: 'r2' })], 'r1')).toBe(none);
  });
  it('starts a new round over, though its area has seen less', () => {
    const old = merged(none, [area('431224100', { asOf: 9, round: 'r1' })], null);
    const after = merged(old, [area('431224100', { asOf: 9, round: 'r2' })], null);
    expect(after.get('431224100')?.round).toBe('r2');
  });
});

describe('what arrives of another edition', () => {
  const before = following(nothingShown, [area('1', { asOf: 900 }), area('2', { asOf: 900 })], 'log-1-1', null);

  it('takes the place of all that is shown, however low its position', () => {
    const after = following(before, [area('1', { asOf: 3 })], 'log-2-1', null);
    expect([...after.areas.values()].map(({ code, asOf }) => [code, asOf])).toEqual([['1', 3]]);
    expect(after.edition).toBe('log-2-1');
  });
  it('clears the screen also where nothing of it counts', () => {
    expect(following(before, [], 'log-2-1', null).areas.size).toBe(0);
  });
  it('is no other one where it says none', () => {
    expect(following(before, [area('1', { asOf: 3 })], '', null)).toBe(before);
  });
});

describe('the identity', () => {
  it('has five parts that add up to the roster', () => {
    const counts = coverage();
    expect(parts.reduce((sum, part) => sum + partOf(counts, part), 0)).toBe(counts.roster);
    expect(attempted(counts)).toBe(2);
  });
  it('does not tell a single refusal apart below the village', () => {
    const counts = coverage({
      attempted: { noAnswer: 3, refusedForNow: 1, appointment: 2, notAccessible: 4 },
    });
    expect(attemptsShown(counts, 'grid')).toEqual([
      ['noAnswer', 3],
      ['appointment', 2],
      ['other', 5],
    ]);
    expect(Object.fromEntries(attemptsShown(counts, 'village'))).toEqual(counts.attempted);
  });
  it('says how many households are in none of the areas below', () => {
    const village = area('431224100001', {}, { roster: 12 });
    expect(rosterNotBelow(village, [area('431224100001001', {}, { roster: 10 })])).toBe(2);
  });
});

describe('the order of areas', () => {
  const areas = [
    area('3', { name: '乙' }, { coverage: 0.9, untouched: 1 }),
    area('1', { name: '甲' }, { coverage: null, untouched: 0 }),
    area('2', { name: '第10网格' }, { coverage: 0.1, untouched: 5 }),
    area('4', { name: '第9网格' }, { coverage: 0.1, untouched: 1 }),
  ];
  const codes = (key: Parameters<typeof ordered>[1], down: boolean) =>
    ordered(areas, key, down).map(({ code }) => code).join('');

  it('is that of the codes unless asked otherwise', () => expect(codes('code', false)).toBe('1234'));
  it('puts an empty roster last in both directions', () => {
    expect(codes('coverage', false)).toBe('2431');
    expect(codes('coverage', true)).toBe('3241');
  });
  it('keeps codes in order among equals', () => expect(codes('untouched', true)).toBe('2341'));
  it('knows that nine comes before ten', () => {
    const names = ordered(areas.slice(2), 'name', false).map(({ name }) => name);
    expect(names).toEqual(['第9网格', '第10网格']);
  });
});
