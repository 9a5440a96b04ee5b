// One thing read from the server: its value, or the problem in words with another try coming by itself.
// A value once read stays on the screen while a later try fails.
// Of another edition nothing that was read before stays: each one begins anew by itself.
import { Problem } from '../api/client';
import { editions } from '../api/edition';
import { presence } from './presence.svelte';

const delays = [2, 4, 8, 15, 30];
// The code of a cursor that belongs to another edition: the list begins at its first page again.
const outdated = 'cursorOutdated';

// While a log is being replaced, answers of both editions may come in turn: they must not make each other be
// asked for without a pause.
const quietMs = 3_000;
const pauseMs = 1_000;

const running = new Set<{ startOver(pauseMs: number): void }>();
let changedAt = Number.NEGATIVE_INFINITY;
editions.onChange(() => {
  const now = performance.now();
  const pause = now - changedAt < quietMs ? pauseMs : 0;
  changedAt = now;
  for (const load of [...running]) load.startOver(pause);
});

export class Load<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  seconds = $state.raw(0); // until the next try
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tries = 0;
  #read: ((signal: AbortSignal) => Promise<T>) | null = null;
  #key = '';

  // Reads what `key` names. Another key forgets the value; the same one keeps it until the new is there.
  async run(key: string, read: (signal: AbortSignal) => Promise<T>): Promise<void> {
    if (key !== this.#key) {
      this.value = null;
      this.#tries = 0;
      this.problem = null;
    }
    this.#key = key;
    this.#read = read;
    running.add(this);
    await this.again();
  }

  startOver(pause: number): void {
    this.value = null;
    this.problem = null;
    this.#tries = 0;
    this.#stopWaiting();
    this.#abort?.abort();
    if (pause === 0) void this.again();
    else this.#timer = setTimeout(() => void this.again(), pause);
  }

  async again(): Promise<void> {
    this.#stopWaiting();
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const value = await this.#read?.(abort.signal);
      if (abort.signal.aborted || value === undefined) return;
      this.value = value;
      this.problem = null;
      this.#tries = 0;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (error instanceof Problem && error.code === outdated && this.#tries++ === 0) return this.again();
      this.problem = error instanceof Problem ? error : new Problem('unreadable', 0, null);
      this.#tryLater();
    }
  }

  stop(): void {
    running.delete(this);
    this.#abort?.abort();
    this.#stopWaiting();
  }

  #tryLater(): void {
    this.seconds = delays[Math.min(this.#tries++, delays.length - 1)] ?? 30;
    this.#timer = setInterval(() => {
      if (presence.hidden) return;
      this.seconds -= 1;
      if (this.seconds <= 0) void this.again();
    }, 1000);
  }

  #stopWaiting(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }
}

// At most one call per `pauseMs`, and one after the last time it was asked for. None while nobody sees the
// page: what it shows is read again when it comes back.
export class Throttled {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ranAt = 0;

  constructor(
    private readonly pauseMs: number,
    private readonly act: () => void,
  ) {}

  ask(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#ranAt + this.pauseMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (presence.hidden) return;
      this.#ranAt = performance.now();
      this.act();
    }, wait);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
