// Whether the figures keep up with the log. Pure; times are monotonic milliseconds. In a log that never rests
// the figures are always a little behind, so late means: where the log was a while ago is not reached yet.
export const behindMaxMs = 5000;

export interface Pace {
  readonly edition: string; // of which the positions are
  readonly asOf: number;
  readonly behindOf: number | null; // where the log was when the figures were first behind it
  readonly since: number;
  readonly told: boolean; // the server itself called its figures late
}

export const atStart: Pace = { edition: '', asOf: 0, behindOf: null, since: 0, told: false };

export interface Word {
  edition?: string;
  asOf: number;
  head: number;
  late?: boolean; // heartbeats say so, frames do not
}

export function paced(before: Pace, word: Word, at: number): Pace {
  const edition = word.edition || before.edition;
  // Positions of two editions cannot be compared: a lower one of another is not late.
  const pace = before.edition === edition ? before : { ...atStart, edition };
  const asOf = Math.max(pace.asOf, word.asOf);
  // A server that folds anew knows less than what is on the screen.
  const told = word.late ?? (pace.told && word.asOf < (pace.behindOf ?? 0));
  const regressed = word.asOf < pace.asOf;
  const reached = pace.behindOf !== null && word.asOf >= pace.behindOf;
  const target = Math.max(word.head, regressed ? pace.asOf : 0);
  if (pace.behindOf !== null && !reached) return { ...pace, asOf, told };
  if (target > word.asOf) return { edition, asOf, behindOf: target, since: at, told };
  return { edition, asOf, behindOf: null, since: at, told };
}

export function isBehind(pace: Pace, at: number): boolean {
  return pace.told || (pace.behindOf !== null && at - pace.since > behindMaxMs);
}
