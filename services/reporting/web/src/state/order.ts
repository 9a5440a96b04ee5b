// The order of the table of areas. Pure; ties keep the order of codes, so rows do not jump for nothing.
import type { Area } from '../api/types';
import type { SortKey } from './location';

const byName = new Intl.Collator('zh-CN', { numeric: true });

function value(area: Area, key: Exclude<SortKey, 'code' | 'name'>): number {
  const { coverage } = area;
  // An empty roster has no ratio: it comes last in both directions.
  if (key === 'coverage' || key === 'progress') return coverage[key] ?? Number.NaN;
  return coverage[key];
}

function compare(a: Area, b: Area, key: SortKey, descending: boolean): number {
  const sign = descending ? -1 : 1;
  if (key === 'code') return sign * (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
  if (key === 'name') return sign * byName.compare(a.name, b.name);
  const [left, right] = [value(a, key), value(b, key)];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return sign * (left - right);
}

export function ordered(areas: readonly Area[], key: SortKey, descending: boolean): Area[] {
  return [...areas].sort(
    (a, b) => compare(a, b, key, descending) || (a.code < b.code ? -1 : 1),
  );
}

// The direction a column starts with when it is chosen: the one that brings up what is missing.
export function startsDescending(key: SortKey): boolean {
  return key === 'untouched' || key === 'roster';
}
