// What the stream says: the areas on the screen as of the latest record, and how fresh that is. While nobody
// sees the page it holds no stream, and claims nothing until it has heard again.
import type { Problem } from '../api/client';
import { editions } from '../api/edition';
import type { Area, AreasFrame, ClockProblem, Heartbeat } from '../api/types';
import { channelLine, ownLine, workerLine } from '../share/lines';
import { problemOf, type ToPage } from '../share/messages';
import { PageOfStreams, repeatMs } from '../share/page';
import { areasInStreamMax } from '../share/plan';
import { milliseconds } from '../shape/time';
import { atStart, isBehind, type Pace, paced } from './freshness';
import { following, nothingShown, type Shown } from './merge';
import { presence } from './presence.svelte';

// A heartbeat is due every 5 s; after 10 s without a word the figures are called late.
const silentLate = 10_000;
// A page that is shown again has this long to hear before its figures are called what they are.
const resumeMax = 2_000;

function later(a: string | null, b: string | null): string | null {
  const [left, right] = [milliseconds(a), milliseconds(b)];
  if (left === null) return b;
  return right !== null && right > left ? b : a;
}

class Live {
  shown = $state.raw<Shown>(nothingShown);
  readonly areas = $derived(this.shown.areas);
  asOf = $state.raw(0);
  recordedAt = $state.raw<string | null>(null);
  head = $state.raw(0);
  now = $state.raw<string | null>(null); // the server's clock, which may be a simulated one
  active = $state.raw(false); // something on the screen is meant to be live
  connected = $state.raw(false);
  behind = $state.raw(false);
  frames = $state.raw(0);
  heardAny = $state.raw(false);
  silentFor = $state.raw(0);
  clock = $state.raw<ClockProblem | null>(null);
  refusal = $state.raw<Problem | null>(null); // what the server says instead of a stream
  resuming = $state.raw(false); // hidden, or shown again and nothing heard yet

  readonly silent = $derived(!this.resuming && this.silentFor > silentLate);
  readonly late = $derived(this.silent || this.behind);
  // What stands on the screen is not said to be current.
  readonly stale = $derived(this.late || this.resuming);

  #streams = new PageOfStreams(
    [workerLine, workerLine, channelLine, ownLine],
    (word) => this.#onWord(word),
    () => performance.now(),
  );
  #wanted: readonly string[] = [];
  #watched: ReadonlySet<string> = new Set();
  #heard = performance.now();
  #shownAt = 0;
  #round: string | null = null;
  #pace: Pace = atStart;

  constructor() {
    setInterval(() => this.#measure(), 500);
    setInterval(() => this.#streams.step(), repeatMs);
    presence.onChange((hidden) => (hidden ? this.#pause() : this.#resume()));
    editions.onChange(() => this.#forget());
  }

  // Shows these areas live. Counts of other rounds are not taken where `round` names one.
  watch(codes: readonly string[], round: string | null): void {
    this.#round = round;
    const few = codes.slice(0, areasInStreamMax);
    if (this.active && few.join() === this.#wanted.join()) return;
    this.#wanted = few;
    this.#watched = new Set(few);
    if (!this.active) {
      this.#heard = performance.now();
      this.resuming = presence.hidden; // a tab may be opened behind another one
    }
    this.active = true;
    if (!presence.hidden) this.#streams.wants(few);
  }

  // Whether an area's changes arrive by themselves.
  watches(code: string): boolean {
    return this.#watched.has(code);
  }

  // Nothing on the screen is meant to be live any more.
  rest(): void {
    this.#streams.rest();
    this.#wanted = [];
    this.#watched = new Set();
    this.active = false;
    this.resuming = false;
    this.#pace = atStart;
    this.behind = false;
    this.silentFor = 0;
    this.refusal = null;
  }

  // Answers read over HTTP count like frames: the newer position wins.
  take(areas: readonly Area[], round: string | null): void {
    this.shown = following(this.shown, areas, editions.current, round);
    for (const area of areas) this.#advance(area.asOf, area.recordedAt, area.head);
  }

  // Forgets what was counted for another round than this one.
  reset(round: string | null): void {
    this.#round = round;
    this.shown = nothingShown;
  }

  #pause(): void {
    this.#streams.rest();
    if (!this.active) return;
    this.resuming = true;
    this.connected = false;
  }

  #resume(): void {
    if (!this.active) return;
    this.#shownAt = performance.now();
    this.#streams.wants(this.#wanted);
  }

  // Positions and times of another edition say nothing about this one.
  #forget(): void {
    this.shown = nothingShown;
    this.asOf = 0;
    this.recordedAt = null;
    this.head = 0;
    this.now = null;
    this.#pace = atStart;
    this.behind = false;
    this.clock = null;
  }

  #advance(asOf: number, recordedAt: string | null, head: number): void {
    if (asOf >= this.asOf) {
      this.asOf = asOf;
      this.recordedAt = later(this.recordedAt, recordedAt);
    }
    if (head > this.head) this.head = head;
  }

  #onWord(word: ToPage): void {
    if (!this.active || presence.hidden) return;
    if (word.kind === 'frame') this.#onFrame(word.frame, word.ageMs);
    else if (word.kind === 'heartbeat') this.#onHeartbeat(word.heartbeat, word.ageMs);
    else if (word.kind === 'refused') this.refusal = problemOf(word.problem);
    else if (word.kind === 'state') {
      this.connected = word.connected;
      if (word.connected) this.refusal = null;
      this.#watched = new Set(word.watched);
    }
  }

  #onFrame(frame: AreasFrame, ageMs: number): void {
    this.#hear(frame, ageMs);
    this.shown = following(this.shown, frame.areas, frame.edition ?? '', this.#round);
    this.#advance(frame.asOf, frame.recordedAt, frame.head);
    this.now = later(this.now, frame.recordedAt);
    this.frames += 1;
  }

  #onHeartbeat(heartbeat: Heartbeat, ageMs: number): void {
    this.#hear(heartbeat, ageMs);
    this.#advance(heartbeat.asOf, heartbeat.recordedAt, heartbeat.head);
    this.now = heartbeat.now;
  }

  #hear(word: AreasFrame | Heartbeat, ageMs: number): void {
    editions.meet(word.edition);
    const at = performance.now() - ageMs;
    this.#heard = Math.max(this.#heard, at);
    this.#pace = paced(this.#pace, word, at);
    this.behind = isBehind(this.#pace, at);
    this.heardAny = true;
    this.resuming = false;
    this.silentFor = 0;
    this.connected = true;
    this.refusal = null;
    if (word.clock !== undefined) this.clock = word.clock;
  }

  #measure(): void {
    const now = performance.now();
    if (this.resuming && !presence.hidden && now - this.#shownAt > resumeMax) this.resuming = false;
    const silent = this.active ? now - this.#heard : 0;
    this.silentFor = silent > 1000 ? silent : 0;
  }
}

export const live = new Live();
