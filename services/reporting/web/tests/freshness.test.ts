import { describe, expect, it } from 'vitest';
import { atStart, isBehind, type Pace, paced } from '../src/state/freshness';

const after = (...words: [asOf: number, head: number, at: number, late?: boolean][]): Pace =>
  words.reduce(
    (pace, [asOf, head, at, late]) =>
      paced(pace, { asOf, head, ...(late === undefined ? {} : { late }) }, at),
    atStart,
  );

describe('the figures', () => {
  it('that follow a log which never rests are not behind', () => {
    const pace = after([90, 100, 0], [190, 200, 3000], [290, 300, 6000], [390, 400, 9000]);
    expect(isBehind(pace, 9000)).toBe(false);
  });
  it('that do not reach where the log was are behind after a while', () => {
    const pace = after([90, 1000, 0], [95, 1001, 6000]);
    expect(isBehind(pace, 4000)).toBe(false);
    expect(isBehind(pace, 6000)).toBe(true);
  });
  it('are behind when the server says so, and no longer when it says so', () => {
    expect(isBehind(after([90, 100, 0, true]), 1)).toBe(true);
    expect(isBehind(after([90, 100, 0, true], [100, 100, 1, false]), 2)).toBe(false);
  });
  it('are no longer behind once a frame reaches where the log was', () => {
    const late = after([90, 100, 0, true]);
    expect(isBehind(paced(late, { asOf: 95, head: 110 }, 1), 1)).toBe(true);
    expect(isBehind(paced(late, { asOf: 100, head: 110 }, 1), 1)).toBe(false);
  });
  it('of another edition are not behind those of the one before', () => {
    const old = paced(atStart, { edition: 'log-1-1', asOf: 900, head: 900, late: true }, 0);
    const restored = paced(old, { edition: 'log-2-1', asOf: 20, head: 20 }, 100);
    expect(restored.asOf).toBe(20);
    expect(isBehind(restored, 60_000)).toBe(false);
  });
  it('of a server that folds anew are behind what is on the screen', () => {
    const pace = after([90, 90, 0], [10, 20, 100], [15, 20, 6000]);
    expect(pace.asOf).toBe(90);
    expect(isBehind(pace, 6000)).toBe(true);
    expect(isBehind(paced(pace, { asOf: 91, head: 91 }, 6001), 6001)).toBe(false);
  });
});
