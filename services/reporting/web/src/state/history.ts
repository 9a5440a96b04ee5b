// A household's records in words. Pure. A refusal is for those who answer for the household, so on a board
// that everybody sees it reads as "not completed", as does a door that could not be reached.
import type { Disposition, EventBody, PersonCounts, Recorded } from '../api/types';
import { shortId } from '../shape/number';
import { day, hourAndMinute, milliseconds, sameDay } from '../shape/time';
import type { HistoryWords } from '../words/history.zh';
import type { Messages } from '../words/zh';

export type ShownDisposition =
  | Exclude<Disposition, 'refusedForNow' | 'notAccessible'>
  | 'withheld';

export function shown(disposition: Disposition): ShownDisposition {
  return disposition === 'refusedForNow' || disposition === 'notAccessible'
    ? 'withheld'
    : disposition;
}

export type Sign = 'register' | 'place' | 'visit' | 'retract' | 'duty' | 'task' | 'other';

// Who stated it: a worker by short id, a rule of the system, or a list that was brought in.
export type By = { kind: 'worker'; id: string } | { kind: 'rule' } | { kind: 'list' };

function statedBy({ event }: Recorded): By {
  if (event.type.startsWith('task')) return { kind: 'rule' };
  return isNil(event.actor) ? { kind: 'list' } : { kind: 'worker', id: shortId(event.actor ?? '') };
}

export interface Entry {
  position: number;
  id: string;
  sign: Sign;
  title: string;
  details: string[];
  happenedAt: string;
  recordedAt: string;
  late: boolean; // recorded a good while after it happened
  by: By;
  because: number | null; // the position of its cause, where that is in this history
  retractedBy: number | null;
  raw: string;
}

const lateAfter = 10 * 60_000;

function text(body: EventBody, field: string): string {
  const value = body[field];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function isNil(id: string | null | undefined): boolean {
  return !id || /^[0-]*$/.test(id);
}

function word(words: Record<string, string>, key: string): string {
  return words[key] ?? key;
}

function personsIn(body: EventBody, messages: Messages, history: HistoryWords): string[] {
  const persons = body['persons'] as Partial<PersonCounts> | undefined;
  if (!persons) return [];
  const names = Object.entries(messages.personCounts) as [keyof PersonCounts, string][];
  const given = names.filter(([field]) => (persons[field] ?? 0) > 0);
  if (given.length === 0) return [];
  return [given.map(([field, name]) => history.between(name, String(persons[field]))).join(history.comma)];
}

function whenOf(time: string, beside: string): string {
  return sameDay(time, beside) ? hourAndMinute(time) : `${day(time)} ${hourAndMinute(time)}`;
}

interface Context {
  messages: Messages;
  history: HistoryWords;
  positions: ReadonlyMap<string, number>; // of records, visits and tasks by id
}

function visitDetails(recorded: Recorded, { messages, history }: Context): string[] {
  const { body } = recorded.event;
  const workers = Array.isArray(body['doneBy']) ? (body['doneBy'] as string[]) : [];
  const [started, ended] = [text(body, 'started'), text(body, 'ended')];
  const details = [word(history.mode, text(body, 'mode'))];
  if (started && ended) {
    details[0] += ` ${whenOf(started, recorded.event.happenedAt)}–${hourAndMinute(ended)}`;
  }
  if (workers.length > 0) details.push(history.doneBy(workers.map(shortId).join(history.and)));
  const enteredBy = text(body, 'enteredBy');
  if (!isNil(enteredBy) && enteredBy !== workers[0]) details.push(history.enteredBy(shortId(enteredBy)));
  return [...details, ...personsIn(body, messages, history)];
}

interface Told {
  sign: Sign;
  title: string;
  details: string[];
}

function holderOf(body: EventBody, history: HistoryWords): string {
  const id = text(body, 'holder');
  return id ? history.holder(text(body, 'holderKind'), shortId(id)) : '';
}

type Teller = (recorded: Recorded, context: Context) => Told;

const tellers: Record<string, Teller> = {
  householdRegistered: ({ event: { body } }, { messages, history }) => {
    const kind = word(messages.kind, text(body, 'kind'));
    return {
      sign: 'register',
      title: history.registeredTitle,
      details: [history.registered(kind), ...personsIn(body, messages, history)],
    };
  },
  householdPlaced: ({ event: { body, area } }, { history }) => ({
    sign: 'place',
    title: history.placed,
    details: [
      history.placedIn(text(body, 'area') || area || ''),
      history.dwelling(shortId(text(body, 'dwelling'))),
      history.placedFrom(`${day(text(body, 'from'))} ${hourAndMinute(text(body, 'from'))}`),
    ],
  }),
  householdWithdrawn: ({ event: { body } }, { messages, history }) => ({
    sign: 'retract',
    title: history.withdrawn(word(messages.withdrawal, text(body, 'reason'))),
    details: [],
  }),
  visitRecorded: (recorded, context) => ({
    sign: 'visit',
    title: context.history.visit(
      word(
        context.history.disposition,
        shown(text(recorded.event.body, 'disposition') as Disposition),
      ),
    ),
    details: visitDetails(recorded, context),
  }),
  visitRetracted: ({ event: { body } }, { history, positions }) => {
    const position = positions.get(text(body, 'visit'));
    return {
      sign: 'retract',
      title: position ? history.visitRetractedOf(String(position)) : history.visitRetracted,
      details: [word(history.retraction, text(body, 'reason'))],
    };
  },
  responsibilityTaken: ({ event: { body } }, { history }) => ({
    sign: 'duty',
    title: history.taken(
      word(history.level, text(body, 'level')),
      word(history.role, text(body, 'role')),
    ),
    details: [holderOf(body, history), word(history.basis, text(body, 'basis'))],
  }),
  responsibilityReleased: ({ event: { body } }, { history }) => ({
    sign: 'duty',
    title: history.released,
    details: [word(history.release, text(body, 'reason'))],
  }),
  taskOpened: ({ event: { body, happenedAt } }, { history }) => {
    const [from, to] = [text(body, 'notBefore'), text(body, 'notAfter')];
    // Only the reasons that say nothing about how an attempt went.
    const reason = history.reason[text(body, 'reason')];
    return {
      sign: 'task',
      title: history.taskOpened(text(body, 'ordinal'), word(history.approach, text(body, 'approach'))),
      details: [
        ...(reason ? [reason] : []),
        ...(from && to ? [history.window(whenOf(from, happenedAt), whenOf(to, happenedAt))] : []),
      ],
    };
  },
  taskGiven: ({ event: { body } }, { history }) => ({
    sign: 'task',
    title: history.taskGiven(history.holder('worker', shortId(text(body, 'to')))),
    details: [word(history.given, text(body, 'reason'))],
  }),
  taskDone: ({ event: { body } }, { history, positions }) => {
    const position = positions.get(text(body, 'visit'));
    return {
      sign: 'task',
      title: history.taskDone,
      details: position ? [history.taskDoneBy(String(position))] : [],
    };
  },
  taskCancelled: ({ event: { body } }, { history }) => ({
    sign: 'task',
    title: history.taskCancelled(word(history.cancellation, text(body, 'reason'))),
    details: [],
  }),
};

// The record as it is in the log, without what only those who answer for the household may see.
export function rawOf(recorded: Recorded): string {
  return JSON.stringify(
    recorded,
    (key, value: unknown) => {
      if (key === 'disposition' && shown(value as Disposition) === 'withheld') return 'withheld';
      if (key === 'reason' && value === 'notAccessible') return 'withheld';
      return value;
    },
    2,
  );
}

export function entriesOf(
  records: readonly Recorded[],
  messages: Messages,
  history: HistoryWords,
): Entry[] {
  const positions = new Map<string, number>();
  const retractedBy = new Map<string, number>();
  for (const { position, event } of records) {
    positions.set(event.id, position);
    if (event.type === 'visitRecorded') positions.set(text(event.body, 'visit') || event.id, position);
    if (event.type === 'visitRetracted') retractedBy.set(text(event.body, 'visit'), position);
  }
  const context = { messages, history, positions };
  return records.map((recorded) => {
    const { position, recordedAt, event } = recorded;
    const told = tellers[event.type]?.(recorded, context) ?? {
      sign: 'other' as const,
      title: history.other(event.type),
      details: [],
    };
    const [happened, stamped] = [milliseconds(event.happenedAt), milliseconds(recordedAt)];
    return {
      ...told,
      details: told.details.filter((detail) => detail !== ''),
      position,
      id: event.id,
      happenedAt: event.happenedAt,
      recordedAt,
      late: happened !== null && stamped !== null && stamped - happened > lateAfter,
      by: statedBy(recorded),
      because: (event.causation && positions.get(event.causation)) || null,
      retractedBy: event.type === 'visitRecorded' ? (retractedBy.get(event.id) ?? null) : null,
      raw: rawOf(recorded),
    };
  });
}

