// Reads over HTTP. A failure is a Problem: words in both languages that a person can act on, whether the
// server sent them or the network never reached it.
import { editions } from './edition';
import type {
  Area,
  AreaList,
  History,
  HouseholdAnswer,
  HouseholdPage,
  RoundList,
  TaskPage,
} from './types';

export interface Words {
  zh: string;
  en: string;
}

export interface ProblemLine {
  pointer: string;
  detail: Words;
}

export class Problem extends Error {
  constructor(
    readonly kind: 'unreachable' | 'notFound' | 'refused' | 'unavailable' | 'unreadable',
    readonly status: number,
    readonly title: Words | null,
    readonly lines: ProblemLine[] = [],
    readonly code = '',
  ) {
    super(title?.en ?? kind);
  }
}

// What a server says in one language only is shown in both: its words are better than none.
function wordsIn(value: unknown): Words | null {
  if (typeof value === 'string' && value) return { zh: value, en: value };
  if (typeof value !== 'object' || value === null) return null;
  const { zh, en } = value as { zh?: unknown; en?: unknown };
  const [chinese, english] = [zh, en].map((text) => (typeof text === 'string' && text ? text : null));
  const any = chinese ?? english;
  return any ? { zh: chinese ?? any, en: english ?? any } : null;
}

// Never throws: whatever came with the status becomes the best words there are.
export function problemFrom(status: number, body: unknown): Problem {
  const kind = status === 404 ? 'notFound' : status >= 500 || status === 429 ? 'unavailable' : 'refused';
  if (typeof body !== 'object' || body === null) return new Problem(kind, status, null);
  const { title, code, detail, errors } = body as Record<string, unknown>;
  const line = (pointer: unknown, said: unknown): ProblemLine[] => {
    const words = wordsIn(said);
    return words ? [{ pointer: typeof pointer === 'string' ? pointer : '', detail: words }] : [];
  };
  const lines = (Array.isArray(errors) ? errors : []).flatMap((error: unknown) => {
    const given = (error ?? {}) as { pointer?: unknown; detail?: unknown };
    return line(given.pointer, given.detail);
  });
  const named = typeof code === 'string' ? code : '';
  return new Problem(kind, status, wordsIn(title), [...line('', detail), ...lines], named);
}

// What an answer that is no success says. Its body may be anything, or missing.
export async function problemIn(response: Response): Promise<Problem> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    // Not JSON: the status is all there is to tell.
  }
  return problemFrom(response.status, body);
}

async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const askedUnder = editions.current;
  let response: Response;
  try {
    // no-cache: ask each time, and let the server answer 304 by its ETag.
    response = await fetch(path, {
      cache: 'no-cache',
      headers: { accept: 'application/json' },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem('unreachable', 0, null);
  }
  if (!response.ok) {
    const problem = await problemIn(response);
    signal?.throwIfAborted();
    throw problem;
  }
  let value: T & { edition?: unknown };
  try {
    value = (await response.json()) as T & { edition?: unknown };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem('unreadable', response.status, null);
  }
  signal?.throwIfAborted();
  const met = editions.meet(value?.edition, askedUnder);
  // Another edition begins every read anew, this one too.
  signal?.throwIfAborted();
  return met === 'outdated' ? read(path, signal) : value;
}

function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  if (given.length === 0) return '';
  return '?' + new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}

const segment = encodeURIComponent;

export function readRounds(signal?: AbortSignal): Promise<RoundList> {
  return read('/v1/rounds', signal);
}

export function readArea(code: string, round: string | null, signal?: AbortSignal): Promise<Area> {
  return read(`/v1/areas/${segment(code)}${query({ round })}`, signal);
}

// The areas one level below; of '0' the areas without a parent.
export function readChildren(
  code: string,
  round: string | null,
  signal?: AbortSignal,
): Promise<AreaList> {
  return read(`/v1/areas/${segment(code)}/children${query({ round })}`, signal);
}

export function readHouseholds(
  area: string,
  round: string | null,
  after: string | null,
  signal?: AbortSignal,
): Promise<HouseholdPage> {
  return read(`/v1/areas/${segment(area)}/households${query({ round, after, limit: 500 })}`, signal);
}

export function readHousehold(
  id: string,
  round: string | null,
  signal?: AbortSignal,
): Promise<HouseholdAnswer> {
  return read(`/v1/households/${segment(id)}${query({ round })}`, signal);
}

export function readHistory(
  id: string,
  after: string | number | null,
  signal?: AbortSignal,
): Promise<History> {
  return read(`/v1/households/${segment(id)}/events${query({ after, limit: 500 })}`, signal);
}

// All open tasks at once (up to the page's limit), since only they can be waiting for someone.
export function readOpenTasks(area: string, signal?: AbortSignal): Promise<TaskPage> {
  return read(`/v1/tasks${query({ area, state: 'open', limit: 1000 })}`, signal);
}
