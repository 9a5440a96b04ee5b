import { describe, expect, it } from 'vitest';
import { levelBelow, levelOf, ordinalOf } from '../src/shape/area';
import { count, percent, shortId } from '../src/shape/number';
import { clock, day, hourAndMinute, inWholeUnits, lasting, sameDay } from '../src/shape/time';

describe('times', () => {
  it('are Beijing time whatever offset they come with', () => {
    expect(clock('2022-03-23T14:32:05.123+08:00')).toBe('14:32:05');
    expect(clock('2022-03-23T06:32:05Z')).toBe('14:32:05');
    expect(day('2022-03-22T16:00:00Z')).toBe('2022-03-23');
  });
  it('that are missing show as dashes', () => {
    expect(clock(null)).toBe('--:--:--');
    expect(hourAndMinute('')).toBe('--:--');
    expect(sameDay(null, null)).toBe(false);
  });
  it('that cannot be read show as they were given, once', () => {
    const beyond = '12022-03-23T14:32:05+08:00';
    expect(clock(beyond)).toBe(beyond);
    expect(`${day(beyond)}${hourAndMinute(beyond)}`).toBe(beyond);
    const last = '+275760-09-13T00:00:00.000Z';
    expect(hourAndMinute(last)).toBe(last);
  });
  it('of early years keep the four digits that sort', () => {
    expect(day('0622-07-16T00:00:00Z')).toBe('0622-07-16');
  });
  it('that lie apart are told in the largest unit that hides little', () => {
    expect(inWholeUnits(90_000)).toEqual({ count: 90, unit: 'second' });
    expect(inWholeUnits(3 * 3_600_000 + 1)).toEqual({ count: 3, unit: 'hour' });
    expect(inWholeUnits(700 * 86_400_000)).toEqual({ count: 700, unit: 'day' });
    expect(inWholeUnits(9.4 * 365 * 86_400_000)).toEqual({ count: 9, unit: 'year' });
    expect(inWholeUnits(-5)).toEqual({ count: 0, unit: 'second' });
  });
  it('that pass are minutes and seconds, and hours from an hour on', () => {
    expect(lasting(11_400)).toBe('00:11');
    expect(lasting(3_723_000)).toBe('1:02:03');
  });
});

describe('ratios', () => {
  it('are cut and never rounded up to all', () => {
    expect(percent(0.99996)).toBe('99.9%');
    expect(percent(1)).toBe('100.0%');
  });
  it('keep the tenth that the server means in spite of binary fractions', () => {
    expect(percent(0.289)).toBe('28.9%');
    expect(percent(0.573)).toBe('57.3%');
  });
  it('of an empty roster are a dash', () => expect(percent(null)).toBe('–'));
  it('stand beside counts with groups', () => expect(count(14594)).toBe('14,594'));
});

describe('codes and ids', () => {
  it('name their level by their length', () => {
    expect(levelOf('431224')).toBe('county');
    expect(levelOf('43122410000100101')).toBe('microGrid');
    expect(levelOf('4312')).toBeNull();
    expect(levelBelow('village')).toBe('grid');
    expect(levelBelow('microGrid')).toBeNull();
  });
  it('number grids and micro-grids within what is above', () => {
    expect(ordinalOf('431224100001007')).toBe('007');
    expect(ordinalOf('43122410000100702')).toBe('02');
  });
  it('are short where they differ', () => {
    expect(shortId('017fb4a5-0751-7fae-858b-b07bd2c0b14a')).toBe('c0b14a');
  });
});
