// What a page and the one that holds the streams say to each other. All of it can be copied between threads.
import { Problem } from '../api/client';
import type { AreasFrame, Heartbeat } from '../api/types';

// `wants` comes again every few seconds: who says nothing for long is gone.
export type FromPage = { kind: 'wants'; areas: readonly string[] } | { kind: 'leaves' };

export type PlainProblem = Pick<Problem, 'kind' | 'status' | 'title' | 'lines' | 'code'>;

// `ageMs`: how long ago it came from the server.
export type ToPage =
  | { kind: 'state'; connected: boolean; watched: readonly string[] }
  | { kind: 'frame'; frame: AreasFrame; ageMs: number }
  | { kind: 'heartbeat'; heartbeat: Heartbeat; ageMs: number }
  | { kind: 'refused'; problem: PlainProblem }
  | { kind: 'again' }; // say once more what you want: another one holds the streams now

export function plain({ kind, status, title, lines, code }: Problem): PlainProblem {
  return { kind, status, title, lines, code };
}

export function problemOf({ kind, status, title, lines, code }: PlainProblem): Problem {
  return new Problem(kind, status, title, lines, code);
}
