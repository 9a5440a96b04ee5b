// Holds the streams for all pages of a browser, and hands each page what it wants of them. A page that comes
// is given at once what is known and fresh. Who calls it gives it a clock and a `step` each second.
import type { Problem } from '../api/client';
import type { StreamEars } from '../api/stream';
import type { Area, AreasFrame, Heartbeat } from '../api/types';
import { type FromPage, plain, type ToPage } from './messages';
import { planned } from './plan';

// Pages repeat what they want every 5 s: three times in a row are not missed by one that lives.
const pageSilentMaxMs = 20_000;
// What is known is handed to a page that comes while it is no older than this; a heartbeat is due each 5 s.
const freshMs = 8_000;
// Going from page to page must not close a stream and open it again.
const lingerMs = 3_000;
// A stream that brings areas that nobody wants any more is exchanged for a narrower one after this.
const wideMaxMs = 15_000;

type Say = (word: ToPage) => void;
export type OpenStream = (areas: readonly string[], ears: StreamEars) => { close(): void };

interface Page {
  areas: readonly string[];
  say: Say;
  heardAt: number;
  stream: Stream | null;
}

interface Stream {
  readonly areas: ReadonlySet<string>;
  source: { close(): void };
  connected: boolean;
  edition: string;
  shown: Map<string, Area>;
  frame: AreasFrame | null; // the latest, of which only what stands beside the areas counts
  frameAt: number;
  heartbeat: Heartbeat | null;
  heartbeatAt: number;
  idleSince: number | null;
}

function suffices(has: ReadonlySet<string>, areas: ReadonlySet<string>, narrow: boolean): boolean {
  return [...areas].every((area) => has.has(area)) && !(narrow && has.size > areas.size);
}

export class Hub {
  #pages = new Map<string, Page>();
  #streams: Stream[] = [];
  #plannedAt = 0;

  constructor(
    private readonly open: OpenStream,
    private readonly clock: () => number,
  ) {}

  hear(name: string, message: FromPage, say: Say): void {
    if (message.kind === 'leaves') {
      if (this.#pages.delete(name)) this.#plan();
      return;
    }
    const known = this.#pages.get(name);
    if (known && known.areas.join() === message.areas.join()) {
      known.heardAt = this.clock();
      this.#sayState(known);
      return;
    }
    const stream = known?.stream ?? null;
    const page: Page = { areas: [...message.areas], say, heardAt: this.clock(), stream };
    this.#pages.set(name, page);
    this.#plan();
    this.#sayState(page);
    this.#sayAll(page);
  }

  step(): void {
    const now = this.clock();
    const gone = [...this.#pages].filter(([, page]) => now - page.heardAt > pageSilentMaxMs);
    for (const [name] of gone) this.#pages.delete(name);
    if (gone.length > 0) this.#plan();
    if (now - this.#plannedAt > wideMaxMs) this.#plan(true);
    this.#streams = this.#streams.filter((stream) => {
      if (stream.idleSince === null || now - stream.idleSince < lingerMs) return true;
      stream.source.close();
      return false;
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.source.close();
    this.#streams = [];
    this.#pages.clear();
  }

  // Streams that have all that is wanted of them stay as they are, unless they are to have no more than that.
  // One is closed before the next is opened: together with those that nobody wants, they are never too many.
  #plan(narrow = false): void {
    this.#plannedAt = this.clock();
    const pages = [...this.#pages.values()];
    const plan = planned(pages.map((page) => page.areas));
    const left = [...this.#streams];
    const kept = plan.streams.map((areas) => {
      const at = left.findIndex((stream) => suffices(stream.areas, areas, narrow));
      return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
    });
    const streams = plan.streams.map((areas, at) => kept[at] ?? this.#opened(areas, left.shift()));
    for (const stream of streams) stream.idleSince = null;
    for (const stream of left) stream.idleSince ??= this.#plannedAt;
    this.#streams = [...streams, ...left];
    pages.forEach((page, index) => (page.stream = streams[plan.of[index] ?? 0] ?? null));
  }

  // Whether the server can be reached is known from the stream before it, until this one is refused.
  #opened(areas: ReadonlySet<string>, before: Stream | undefined): Stream {
    before?.source.close();
    const stream: Stream = {
      areas,
      source: { close: () => undefined },
      connected: before?.connected ?? false,
      edition: '',
      shown: new Map(),
      frame: null,
      frameAt: 0,
      heartbeat: null,
      heartbeatAt: 0,
      idleSince: null,
    };
    this.#connect(stream);
    return stream;
  }

  #connect(stream: Stream): void {
    stream.source.close();
    stream.source = this.open([...stream.areas], {
      frame: (frame) => this.#onFrame(stream, frame),
      heartbeat: (heartbeat) => this.#onHeartbeat(stream, heartbeat),
      opened: () => this.#onConnected(stream, true),
      broken: () => this.#onConnected(stream, false),
      refused: (problem) => this.#onRefused(stream, problem),
    });
  }

  #pagesOf(stream: Stream): Page[] {
    return [...this.#pages.values()].filter((page) => page.stream === stream);
  }

  #onFrame(stream: Stream, frame: AreasFrame): void {
    const isOther = this.#meet(stream, frame.edition);
    for (const area of frame.areas) stream.shown.set(area.code, area);
    stream.frame = { ...frame, areas: [] };
    stream.frameAt = this.clock();
    stream.connected = true;
    for (const page of this.#pagesOf(stream)) {
      const areas = frame.areas.filter((area) => page.areas.includes(area.code));
      page.say({ kind: 'frame', frame: { ...frame, areas }, ageMs: 0 });
    }
    // A frame that names what has changed says too little of a new edition: a new stream begins with a whole one.
    if (isOther && frame.areas.length < stream.areas.size) this.#connect(stream);
  }

  #onHeartbeat(stream: Stream, heartbeat: Heartbeat): void {
    const isOther = this.#meet(stream, heartbeat.edition);
    stream.heartbeat = heartbeat;
    stream.heartbeatAt = this.clock();
    stream.connected = true;
    for (const page of this.#pagesOf(stream)) page.say({ kind: 'heartbeat', heartbeat, ageMs: 0 });
    if (isOther) this.#connect(stream);
  }

  // Nothing of the edition before is handed to a page that comes.
  #meet(stream: Stream, edition: string | undefined): boolean {
    if (!edition || edition === stream.edition) return false;
    const isOther = stream.edition !== '';
    stream.edition = edition;
    if (!isOther) return false;
    stream.shown.clear();
    stream.frame = null;
    stream.heartbeat = null;
    return true;
  }

  #onConnected(stream: Stream, connected: boolean): void {
    stream.connected = connected;
    for (const page of this.#pagesOf(stream)) this.#sayState(page);
  }

  #onRefused(stream: Stream, problem: Problem): void {
    for (const page of this.#pagesOf(stream)) page.say({ kind: 'refused', problem: plain(problem) });
  }

  #sayState({ areas, stream, say }: Page): void {
    const watched = areas.filter((area) => stream?.areas.has(area));
    say({ kind: 'state', connected: stream?.connected ?? false, watched });
  }

  #sayAll({ areas, stream, say }: Page): void {
    if (!stream?.connected) return;
    const now = this.clock();
    const { frame, frameAt, heartbeat, heartbeatAt } = stream;
    // A frame holds for as long as anything comes after it.
    if (frame && now - Math.max(frameAt, heartbeatAt) < freshMs) {
      const known = areas.flatMap((area) => stream.shown.get(area) ?? []);
      say({ kind: 'frame', frame: { ...frame, areas: known }, ageMs: now - frameAt });
    }
    if (heartbeat && heartbeatAt >= frameAt && now - heartbeatAt < freshMs) {
      say({ kind: 'heartbeat', heartbeat, ageMs: now - heartbeatAt });
    }
  }
}
