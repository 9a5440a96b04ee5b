// A page's end of the shared streams: it says what it wants again and again, and takes another way where it
// gets no answer.
import type { FromPage, ToPage } from './messages';
import type { Line, OpenLine } from './lines';

export const repeatMs = 5_000;
// Each `wants` is answered at once: three without an answer, and nobody is there.
const silentMaxMs = 15_000;

export class PageOfStreams {
  #areas: readonly string[] = [];
  #line: Line | null = null;
  #way = 0;
  #heardAt = 0;
  #lookedAt = 0;

  // `ways`: the last one is one that always works.
  constructor(
    private readonly ways: readonly OpenLine[],
    private readonly hear: (word: ToPage) => void,
    private readonly clock: () => number,
  ) {}

  wants(areas: readonly string[]): void {
    this.#areas = [...areas];
    if (!this.#line) this.#connect();
    this.#say();
  }

  rest(): void {
    this.#areas = [];
    this.#line?.send({ kind: 'leaves' });
    this.#line?.close();
    this.#line = null;
  }

  // To be called each `repeatMs`.
  step(): void {
    if (!this.#line) return;
    const now = this.clock();
    // A computer that slept heard nothing either.
    if (now - this.#lookedAt > 2 * repeatMs) this.#heardAt = now;
    this.#lookedAt = now;
    if (now - this.#heardAt > silentMaxMs) this.#takeNextWay();
    else this.#say();
  }

  #say(): void {
    if (this.#areas.length > 0) this.#line?.send({ kind: 'wants', areas: this.#areas } satisfies FromPage);
  }

  #takeNextWay(): void {
    this.#line?.close();
    this.#line = null;
    this.#way += 1;
    this.#connect();
    this.#say();
  }

  #connect(): void {
    this.#heardAt = this.#lookedAt = this.clock();
    for (; !this.#line; this.#way += 1) {
      const at = Math.min(this.#way, this.ways.length - 1);
      let line: Line | null = null;
      const isCurrent = () => line === this.#line;
      line = this.ways[at]?.(
        (word) => isCurrent() && this.#onWord(word),
        () => this.#line && isCurrent() && this.#takeNextWay(),
      ) ?? null;
      this.#line = line;
      if (line || at === this.ways.length - 1) return;
    }
  }

  #onWord(word: ToPage): void {
    this.#heardAt = this.clock();
    if (word.kind === 'again') this.#say();
    else this.hear(word);
  }
}
