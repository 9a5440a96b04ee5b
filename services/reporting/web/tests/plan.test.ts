import { describe, expect, it } from 'vitest';
import { areasInStreamMax, planned, streamsMax } from '../src/share/plan';

const areas = (prefix: string, count: number) => [...Array(count).keys()].map((at) => `${prefix}${at}`);

describe('a plan of streams', () => {
  it('serves pages that want the same by one stream', () => {
    const plan = planned([areas('a', 26), areas('a', 26), areas('a', 3)]);
    expect(plan.streams.map((stream) => stream.size)).toEqual([26]);
    expect(plan.of).toEqual([0, 0, 0]);
  });
  it('needs no stream where nothing is wanted', () => {
    expect(planned([]).streams).toEqual([]);
  });
  it('opens a second one where the first has no room, and never splits a page that fits', () => {
    const plan = planned([areas('a', 40), areas('b', 40), areas('c', 20)]);
    expect(plan.streams.map((stream) => stream.size)).toEqual([60, 40]);
    expect(plan.of).toEqual([0, 1, 0]);
  });
  it('keeps within both limits whatever is wanted, and serves every page', () => {
    const wishes = [...Array(12).keys()].map((at) => areas(`${at}/`, 1 + ((at * 37) % 64)));
    const plan = planned(wishes);
    expect(plan.streams.length).toBe(streamsMax);
    for (const stream of plan.streams) expect(stream.size).toBeLessThanOrEqual(areasInStreamMax);
    for (const of of plan.of) expect(plan.streams[of]).toBeDefined();
  });
  it('gives a page without room what the streams have already', () => {
    const plan = planned([areas('a', 64), areas('b', 64), [...areas('c', 5), ...areas('b', 5)]]);
    expect(plan.of).toEqual([0, 1, 1]);
    expect(plan.streams.map((stream) => stream.has('c0'))).toEqual([false, false]);
  });
  it('fills a stream to its last place', () => {
    const plan = planned([areas('a', 64), areas('b', 62), areas('c', 5)]);
    expect(plan.of[2]).toBe(1);
    expect([...(plan.streams[1] ?? [])].slice(-2)).toEqual(['c0', 'c1']);
  });
});
