import { describe, expect, it } from 'vitest';
import type { OpenLine } from '../src/share/lines';
import type { FromPage, ToPage } from '../src/share/messages';
import { PageOfStreams, repeatMs } from '../src/share/page';

class Way {
  readonly sent: FromPage[] = [];
  opened = 0;
  closed = 0;
  answers = true;
  hear: (word: ToPage) => void = () => undefined;
  failed: () => void = () => undefined;
  readonly open: OpenLine = (hear, failed) => {
    this.opened += 1;
    this.hear = hear;
    this.failed = failed;
    return {
      send: (message) => {
        this.sent.push(message);
        if (this.answers) hear({ kind: 'state', connected: true, watched: [] });
      },
      close: () => (this.closed += 1),
    };
  };
}

class Stage {
  now = 0;
  readonly heard: ToPage[] = [];
  readonly ways = [new Way(), new Way()];
  readonly page: PageOfStreams;

  constructor(open: readonly OpenLine[] = this.ways.map((way) => way.open)) {
    this.page = new PageOfStreams(open, (word) => this.heard.push(word), () => this.now);
  }

  pass(times: number): void {
    for (let at = 0; at < times; at += 1) {
      this.now += repeatMs;
      this.page.step();
    }
  }
}

describe('a page', () => {
  it('says again and again what it wants', () => {
    const stage = new Stage();
    stage.page.wants(['1']);
    stage.pass(3);
    expect(stage.ways[0]?.sent).toEqual(Array(4).fill({ kind: 'wants', areas: ['1'] }));
    expect(stage.ways[1]?.opened).toBe(0);
  });
  it('takes another way where nobody answers, and the last one for ever', () => {
    const stage = new Stage();
    for (const way of stage.ways) way.answers = false;
    stage.page.wants(['1']);
    stage.pass(4);
    expect(stage.ways[0]?.closed).toBe(1);
    expect(stage.ways[1]?.sent[0]).toEqual({ kind: 'wants', areas: ['1'] });
    stage.pass(20);
    expect(stage.ways[0]?.opened).toBe(1);
    expect(stage.ways[1]?.opened).toBeGreaterThan(2);
  });
  it('takes another way where the first is missing or fails', () => {
    const [first, second] = [new Way(), new Way()];
    const stage = new Stage([() => null, first.open, second.open]);
    stage.page.wants(['1']);
    expect(first.opened).toBe(1);
    first.failed();
    expect(second.sent).toEqual([{ kind: 'wants', areas: ['1'] }]);
    first.hear({ kind: 'refused', problem: { kind: 'refused', status: 400, title: null, lines: [], code: '' } });
    expect(stage.heard.every((word) => word.kind === 'state')).toBe(true);
  });
  it('does not blame the way for the time that the computer slept', () => {
    const stage = new Stage();
    const [way] = stage.ways;
    stage.page.wants(['1']);
    if (way) way.answers = false;
    stage.now += 3_600_000;
    stage.page.step();
    expect(way?.closed).toBe(0);
    expect(way?.sent.length).toBe(2);
  });
  it('leaves when it rests, and comes by the way that worked', () => {
    const stage = new Stage();
    stage.page.wants(['1']);
    stage.page.rest();
    expect(stage.ways[0]?.sent.at(-1)).toEqual({ kind: 'leaves' });
    expect(stage.ways[0]?.closed).toBe(1);
    stage.pass(9);
    stage.page.wants(['2']);
    expect(stage.ways[0]?.opened).toBe(2);
    expect(stage.ways[1]?.opened).toBe(0);
  });
  it('says at once what it wants when another one holds the streams', () => {
    const stage = new Stage();
    stage.page.wants(['1']);
    stage.ways[0]?.hear({ kind: 'again' });
    expect(stage.ways[0]?.sent.length).toBe(2);
  });
});
