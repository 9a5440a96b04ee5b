// What the stream says: the areas on the screen as of the latest record, and how fresh that is.
import { areasInStreamMax, LiveStream } from '../api/stream';
import type { Area, AreasFrame, Heartbeat } from '../api/types';
import { milliseconds } from '../shape/time';
import { atStart, isBehind, type Pace, paced } from './freshness';
import { type Areas, merged } from './merge';

// A heartbeat is due every 5 s; after 10 s without a word the figures are called late.
const silentLate = 10_000;

function later(a: string | null, b: string | null): string | null {
  const [left, right] = [milliseconds(a), milliseconds(b)];
  if (left === null) return b;
  return right !== null && right > left ? b : a;
}

class Live {
  areas = $state.raw<Areas>(new Map());
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

  readonly silent = $derived(this.silentFor > silentLate);
  readonly late = $derived(this.silent || this.behind);

  #stream: LiveStream | null = null;
  #watched = '';
  #heard = performance.now();
  #round: string | null = null;
  #pace: Pace = atStart;

  constructor() {
    setInterval(() => this.#measure(), 500);
  }

  // Shows these areas live. Counts of other rounds are not taken where `round` names one.
  watch(codes: readonly string[], round: string | null): void {
    this.#round = round;
    const few = codes.slice(0, areasInStreamMax);
    if (this.#stream && few.join() === this.#watched) return;
    this.#watched = few.join();
    this.#stream?.close();
    if (!this.active) this.#heard = performance.now();
    this.active = true;
    this.#stream = new LiveStream(few, {
      frame: (frame) => this.#onFrame(frame),
      heartbeat: (heartbeat) => this.#onHeartbeat(heartbeat),
      opened: () => (this.connected = true),
      broken: () => (this.connected = false),
    });
  }

  // Whether an area's changes arrive by themselves.
  watches(code: string): boolean {
    return this.#watched.split(',').includes(code);
  }

  // Nothing on the screen is meant to be live any more.
  rest(): void {
    this.#stream?.close();
    this.#stream = null;
    this.#watched = '';
    this.active = false;
    this.#pace = atStart;
    this.behind = false;
    this.silentFor = 0;
  }

  // Answers read over HTTP count like frames: the newer position wins.
  take(areas: readonly Area[], round: string | null): void {
    this.areas = merged(this.areas, areas, round);
    for (const area of areas) this.#advance(area.asOf, area.recordedAt, area.head);
  }

  // Forgets what was counted for another round than this one.
  reset(round: string | null): void {
    this.#round = round;
    this.areas = new Map();
  }

  #advance(asOf: number, recordedAt: string | null, head: number): void {
    if (asOf >= this.asOf) {
      this.asOf = asOf;
      this.recordedAt = later(this.recordedAt, recordedAt);
    }
    if (head > this.head) this.head = head;
  }

  #onFrame(frame: AreasFrame): void {
    this.#hear(frame);
    this.areas = merged(this.areas, frame.areas, this.#round);
    this.#advance(frame.asOf, frame.recordedAt, frame.head);
    this.now = later(this.now, frame.recordedAt);
    this.frames += 1;
  }

  #onHeartbeat(heartbeat: Heartbeat): void {
    this.#hear(heartbeat);
    this.#advance(heartbeat.asOf, heartbeat.recordedAt, heartbeat.head);
    this.now = heartbeat.now;
  }

  #hear(word: { asOf: number; head: number; late?: boolean }): void {
    this.#heard = performance.now();
    this.#pace = paced(this.#pace, word, this.#heard);
    this.behind = isBehind(this.#pace, this.#heard);
    this.heardAny = true;
    this.silentFor = 0;
    this.connected = true;
  }

  #measure(): void {
    const silent = this.active ? performance.now() - this.#heard : 0;
    this.silentFor = silent > 1000 ? silent : 0;
  }
}

export const live = new Live();
