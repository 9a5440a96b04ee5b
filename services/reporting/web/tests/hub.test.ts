import { describe, expect, it } from 'vitest';
import { Problem } from '../src/api/client';
import type { StreamEars } from '../src/api/stream';
import type { AreasFrame, Heartbeat } from '../src/api/types';
import { Hub } from '../src/share/hub';
import type { ToPage } from '../src/share/messages';
import { area } from './fixtures';

class Opened {
  isClosed = false;
  constructor(
    readonly areas: readonly string[],
    readonly ears: StreamEars,
  ) {}
  close(): void {
    this.isClosed = true;
  }
}

class Stage {
  now = 0;
  mostOpen = 0;
  readonly opened: Opened[] = [];
  readonly heard = new Map<string, ToPage[]>();
  readonly hub = new Hub(
    (areas, ears) => {
      const stream = new Opened(areas, ears);
      this.opened.push(stream);
      this.mostOpen = Math.max(this.mostOpen, this.open().length);
      return stream;
    },
    () => this.now,
  );

  open(): Opened[] {
    return this.opened.filter((stream) => !stream.isClosed);
  }

  wants(page: string, ...areas: string[]): void {
    const words = this.heard.get(page) ?? [];
    this.heard.set(page, words);
    this.hub.hear(page, { kind: 'wants', areas }, (word) => words.push(structuredClone(word)));
  }

  leaves(page: string): void {
    this.hub.hear(page, { kind: 'leaves' }, () => undefined);
  }

  // Seconds pass; `living` pages say again what they want.
  pass(seconds: number, living: Record<string, string[]> = {}): void {
    for (let at = 0; at < seconds; at += 1) {
      this.now += 1000;
      if (at % 5 === 0) for (const [page, areas] of Object.entries(living)) this.wants(page, ...areas);
      this.hub.step();
    }
  }

  frames(page: string): AreasFrame[] {
    return (this.heard.get(page) ?? []).flatMap((word) => (word.kind === 'frame' ? [word.frame] : []));
  }
}

const frame = (asOf: number, codes: string[], edition = 'log-1-1'): AreasFrame => ({
  edition,
  asOf,
  recordedAt: null,
  head: asOf,
  areas: codes.map((code) => area(code, { asOf })),
});
const heartbeat = (asOf: number, edition = 'log-1-1'): Heartbeat => ({
  edition,
  asOf,
  head: asOf,
  recordedAt: null,
  now: '2022-03-23T09:00:00+08:00',
  late: false,
});
const codesOf = (of: AreasFrame | undefined) => of?.areas.map(({ code }) => code);

describe('the streams of a browser', () => {
  it('are one for pages that want the same, and each page gets its own areas', () => {
    const stage = new Stage();
    stage.wants('a', '1', '2');
    stage.wants('b', '2');
    expect(stage.open().length).toBe(1);
    stage.open()[0]?.ears.frame(frame(7, ['1', '2']));
    expect(codesOf(stage.frames('a')[0])).toEqual(['1', '2']);
    expect(codesOf(stage.frames('b')[0])).toEqual(['2']);
  });
  it('tell a page that its areas have not changed either, by the position', () => {
    const stage = new Stage();
    stage.wants('a', '1', '2');
    stage.wants('b', '2');
    stage.open()[0]?.ears.frame(frame(8, ['1']));
    expect(stage.frames('b')[0]).toMatchObject({ asOf: 8, areas: [] });
  });
  it('give a page that comes what is known at once, with its age', () => {
    const stage = new Stage();
    stage.wants('a', '1', '2');
    stage.open()[0]?.ears.frame(frame(7, ['1', '2']));
    stage.open()[0]?.ears.frame(frame(9, ['1']));
    stage.now = 3000;
    stage.wants('b', '1', '2');
    expect(stage.opened.length).toBe(1);
    expect(stage.frames('b').map(({ asOf, areas }) => [asOf, areas.map((one) => one.asOf)])).toEqual([[9, [9, 7]]]);
    expect(stage.heard.get('b')?.find((word) => word.kind === 'frame')).toMatchObject({ ageMs: 3000 });
  });
  it('give a page nothing that is old, or of a stream that is broken', () => {
    const stage = new Stage();
    stage.wants('a', '1');
    stage.open()[0]?.ears.frame(frame(7, ['1']));
    stage.now = 9000;
    stage.wants('b', '1');
    stage.open()[0]?.ears.frame(frame(8, ['1']));
    stage.open()[0]?.ears.broken();
    stage.wants('c', '1');
    expect(stage.frames('b').map(({ asOf }) => asOf)).toEqual([8]);
    expect(stage.frames('c')).toEqual([]);
    expect(stage.heard.get('c')?.[0]).toMatchObject({ kind: 'state', connected: false });
  });
  it('begin anew for areas that they do not have, without an older one beside them', () => {
    const stage = new Stage();
    stage.wants('a', '1');
    stage.wants('b', '2');
    expect(stage.opened.map(({ areas, isClosed }) => [areas.join(), isClosed])).toEqual([
      ['1', true],
      ['1,2', false],
    ]);
  });
  it('stay for the pages that stay, whichever was there first', () => {
    const stage = new Stage();
    const many = [...Array(60).keys()].map((at) => `a${at}`);
    stage.wants('a', ...many);
    stage.wants('b', ...many.map((code) => `b${code}`));
    stage.leaves('a');
    stage.pass(10, { b: many.map((code) => `b${code}`) });
    expect(stage.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });
  it('are never more than two, also while one is exchanged for another', () => {
    const stage = new Stage();
    for (let at = 0; at < 40; at += 1) {
      const codes = [...Array(1 + ((at * 37) % 64)).keys()].map((one) => `${at % 7}/${one}`);
      stage.wants(String(at % 5), ...codes);
      if (at % 6 === 0) stage.leaves(String((at + 2) % 5));
      stage.pass(1);
      expect(stage.mostOpen).toBeLessThanOrEqual(2);
    }
  });
  it('are let go of soon after the last page has left, and not before', () => {
    const stage = new Stage();
    stage.wants('a', '1');
    stage.leaves('a');
    stage.pass(2);
    stage.wants('a', '1');
    expect(stage.opened.length).toBe(1);
    stage.leaves('a');
    stage.pass(5);
    expect(stage.open()).toEqual([]);
  });
  it('are let go of when a page dies without a word, and narrowed to what the living want', () => {
    const stage = new Stage();
    stage.wants('dead', '1', '2');
    stage.wants('living', '3');
    stage.pass(45, { living: ['3'] });
    expect(stage.open().map(({ areas }) => areas)).toEqual([['3']]);
    stage.pass(45);
    expect(stage.open()).toEqual([]);
  });
  it('leave a page that lives where it is, however long', () => {
    const stage = new Stage();
    stage.pass(300, { a: ['1', '2'] });
    expect(stage.opened.length).toBe(1);
  });
  it('never give a page anything of an edition that is over', () => {
    const stage = new Stage();
    stage.wants('a', '1', '2');
    stage.open()[0]?.ears.frame(frame(900, ['1', '2']));
    stage.open()[0]?.ears.frame(frame(5, ['1'], 'log-2-1'));
    stage.wants('b', '2');
    expect(stage.frames('b').flatMap(({ areas }) => areas)).toEqual([]);
  });
  it('begin anew where a frame or a heartbeat of another edition does not say all', () => {
    for (const tell of [
      (ears: StreamEars) => ears.frame(frame(5, ['1'], 'log-2-1')),
      (ears: StreamEars) => ears.heartbeat(heartbeat(5, 'log-2-1')),
    ]) {
      const stage = new Stage();
      stage.wants('a', '1', '2');
      const [first] = stage.open();
      first?.ears.frame(frame(900, ['1', '2']));
      if (first) tell(first.ears);
      expect(first?.isClosed).toBe(true);
      stage.open()[0]?.ears.frame(frame(5, ['1', '2'], 'log-2-1'));
      expect(codesOf(stage.frames('a').at(-1))).toEqual(['1', '2']);
      expect(stage.open().length).toBe(1);
    }
  });
  it('hand on what the server says instead of a stream', () => {
    const stage = new Stage();
    stage.wants('a', '1');
    const title = { zh: '人太多', en: 'too many' };
    stage.open()[0]?.ears.refused(new Problem('unavailable', 503, title));
    expect(stage.heard.get('a')?.at(-1)).toMatchObject({ kind: 'refused', problem: { status: 503, title } });
  });
});
