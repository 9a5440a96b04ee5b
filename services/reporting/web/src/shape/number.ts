// Counts, ratios and short names. Pure.
const grouped = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return grouped.format(value);
}

// One decimal, cut and not rounded: 99.96 % must not read as 100 % while a household is missing.
export function percent(ratio: number | null): string {
  if (ratio === null) return '–';
  const tenths = Math.floor(ratio * 1000 + 1e-9);
  return `${Math.floor(tenths / 10)}.${tenths % 10}%`;
}

// The last six digits: those of a UUIDv7 that differ between things made in one second.
export function shortId(id: string): string {
  return id.slice(-6);
}
