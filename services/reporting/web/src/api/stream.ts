// The live stream: one connection for a set of areas. The browser resumes it after a short break
// by itself (Last-Event-ID); this resumes it with ?since= where the browser gives up, and where a
// connection stays open but says nothing. Frames are handed on as they come. Runs in a page or a worker.
import { type Problem, problemIn } from './client';
import type { AreasFrame, Heartbeat } from './types';

const silentMax = 15_000;
const askingMax = 5_000;
const delays = [500, 1000, 2000, 4000, 8000];

export interface StreamEars {
  frame(frame: AreasFrame): void;
  heartbeat(heartbeat: Heartbeat): void;
  opened(): void;
  broken(): void;
  refused(problem: Problem): void; // what the server says to a stream that it does not give
}

export class LiveStream {
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #watch: ReturnType<typeof setInterval>;
  #heard = performance.now();
  #since: string | null = null;
  #tries = 0;
  #closed = false;

  constructor(
    private readonly areas: readonly string[],
    private readonly ears: StreamEars,
  ) {
    this.#watch = setInterval(() => this.#checkSilence(), 1000);
    this.#open();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    if (this.#timer) clearTimeout(this.#timer);
    this.#source?.close();
  }

  #address(): string {
    const query = new URLSearchParams({ area: this.areas.join(',') });
    if (this.#since) query.set('since', this.#since);
    return `/v1/stream?${query.toString()}`;
  }

  #open(): void {
    this.#source?.close();
    this.#heard = performance.now();
    const source = new EventSource(this.#address());
    this.#source = source;
    source.addEventListener('open', () => {
      this.#heard = performance.now();
      this.ears.opened();
    });
    source.addEventListener('areas', (message) => {
      if (message.lastEventId) this.#since = message.lastEventId;
      this.#hear<AreasFrame>(message, (frame) => this.ears.frame(frame));
    });
    source.addEventListener('heartbeat', (message) => {
      this.#hear<Heartbeat>(message, (heartbeat) => this.ears.heartbeat(heartbeat));
    });
    source.addEventListener('error', () => {
      this.ears.broken();
      if (source.readyState !== EventSource.CLOSED) return;
      void this.#askWhy();
      this.#openLater();
    });
  }

  // The browser keeps to itself what an answer said that is no stream: this asks for it once more.
  async #askWhy(): Promise<void> {
    const asking = new AbortController();
    const timer = setTimeout(() => asking.abort(), askingMax);
    try {
      const response = await fetch(this.#address(), {
        cache: 'no-store',
        headers: { accept: 'text/event-stream' },
        signal: asking.signal,
      });
      if (!response.ok) {
        const problem = await problemIn(response);
        if (!this.#closed) this.ears.refused(problem);
      }
    } catch {
      // Not to be reached: that it is broken has been told.
    } finally {
      clearTimeout(timer);
      asking.abort();
    }
  }

  #hear<T>(message: MessageEvent<string>, tell: (value: T) => void): void {
    this.#heard = performance.now();
    this.#tries = 0;
    let value: T;
    try {
      value = JSON.parse(message.data) as T;
    } catch {
      return; // The next frame says the same and more.
    }
    tell(value);
  }

  #openLater(): void {
    if (this.#closed || this.#timer) return;
    const delay = delays[Math.min(this.#tries++, delays.length - 1)] ?? 8000;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#open();
    }, delay);
  }

  #checkSilence(): void {
    if (this.#timer || performance.now() - this.#heard < silentMax) return;
    this.ears.broken();
    this.#source?.close();
    this.#heard = performance.now();
    this.#openLater();
  }
}
