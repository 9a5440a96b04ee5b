// Times as the county reads them: Beijing time, whatever the clock of the browser says. Pure.
const beijing = 8 * 3600_000;

export interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const two = (value: number) => String(value).padStart(2, '0');

export function milliseconds(time: string | null | undefined): number | null {
  if (!time) return null;
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? null : parsed;
}

export function partsOf(time: string | null | undefined): Parts | null {
  const instant = milliseconds(time);
  if (instant === null) return null;
  const date = new Date(instant + beijing);
  if (Number.isNaN(date.getTime())) return null; // the last hours that a Date can hold
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

// A time that cannot be read here is shown as it was given: dashes are for no time at all.
export function clock(time: string | null | undefined): string {
  const parts = partsOf(time);
  if (!parts) return time || '--:--:--';
  return `${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`;
}

export function hourAndMinute(time: string | null | undefined): string {
  const parts = partsOf(time);
  return parts ? `${two(parts.hour)}:${two(parts.minute)}` : time || '--:--';
}

// 2022-03-23: sorts, copies and reads the same in both languages. Empty beside a time that is shown as given.
export function day(time: string | null | undefined): string {
  const parts = partsOf(time);
  return parts ? `${String(parts.year).padStart(4, '0')}-${two(parts.month)}-${two(parts.day)}` : '';
}

export function sameDay(a: string | null | undefined, b: string | null | undefined): boolean {
  return day(a) !== '' && day(a) === day(b);
}

// mm:ss, or h:mm:ss from an hour on.
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'year';

const units: readonly [Unit, number, number][] = [
  ['year', 365 * 86_400_000, 2 * 365 * 86_400_000],
  ['day', 86_400_000, 2 * 86_400_000],
  ['hour', 3_600_000, 2 * 3_600_000],
  ['minute', 60_000, 2 * 60_000],
];

// How long, in the largest unit that says it without hiding half of it: whole units, cut.
export function inWholeUnits(ms: number): { count: number; unit: Unit } {
  const long = Math.max(0, ms);
  const [unit, size] = units.find(([, , from]) => long >= from) ?? (['second', 1000] as const);
  return { count: Math.floor(long / size), unit };
}
