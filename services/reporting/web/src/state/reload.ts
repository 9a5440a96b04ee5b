// Whether a page may load itself anew, since the server's answers have another form. Pure. Once for a form,
// and seldom: two servers that answer in turn must not make it load for ever.
export interface Reloaded {
  readonly form: string; // the edition for which it was loaded
  readonly at: number;
}

const againAfterMs = 10 * 60_000;
const timesMax = 2;

export function recent(reloads: readonly Reloaded[], now: number): Reloaded[] {
  return reloads.filter(({ at }) => at <= now && now - at < againAfterMs);
}

export function mayReload(reloads: readonly Reloaded[], edition: string, now: number): boolean {
  const lately = recent(reloads, now);
  return lately.length < timesMax && lately.every(({ form }) => form !== edition);
}

// What the page of before wrote down; anything else reads as nothing.
export function reloadsIn(text: string | null): Reloaded[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isReloaded) : [];
  } catch {
    return [];
  }
}

function isReloaded(value: unknown): value is Reloaded {
  const { form, at } = (value ?? {}) as Partial<Reloaded>;
  return typeof form === 'string' && typeof at === 'number';
}
