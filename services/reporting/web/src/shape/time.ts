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
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

export function clock(time: string | null | undefined): string {
  const parts = partsOf(time);
  return parts ? `${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}` : '--:--:--';
}

export function hourAndMinute(time: string | null | undefined): string {
  const parts = partsOf(time);
  return parts ? `${two(parts.hour)}:${two(parts.minute)}` : '--:--';
}

// 2022-03-23: sorts, copies and reads the same in both languages.
export function day(time: string | null | undefined): string {
  const parts = partsOf(time);
  return parts ? `${parts.year}-${two(parts.month)}-${two(parts.day)}` : '';
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
