// What an area code says by itself. Pure.
import type { Level } from '../api/types';

const digits: [number, Level][] = [
  [6, 'county'],
  [9, 'township'],
  [12, 'village'],
  [15, 'grid'],
  [17, 'microGrid'],
];

export function levelOf(code: string): Level | null {
  return digits.find(([length]) => length === code.length)?.[1] ?? null;
}

export function levelBelow(level: Level): Level | null {
  const index = digits.findIndex(([, known]) => known === level);
  return digits[index + 1]?.[1] ?? null;
}

// The number of a grid or micro-grid within what is above it, for areas that nobody named.
export function ordinalOf(code: string): string {
  return code.length === 17 ? code.slice(-2) : code.slice(-3);
}
