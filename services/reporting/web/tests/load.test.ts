import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Problem, readArea, readRounds } from '../src/api/client';
import { editions } from '../src/api/edition';
import type * as Loads from '../src/state/load.svelte';

let Load: typeof Loads.Load;

beforeAll(async () => {
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => undefined });
  vi.stubGlobal('addEventListener', () => undefined);
  ({ Load } = await import('../src/state/load.svelte'));
});

// As long after the change before that the next is one of its own.
async function quiet(): Promise<void> {
  await vi.advanceTimersByTimeAsync(10_000);
}

function answering(...answers: (() => object)[]): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    const answer = answers[Math.min(asked.push(path), answers.length) - 1];
    return Promise.resolve(new Response(JSON.stringify(answer?.())));
  });
  return asked;
}

describe('a read', () => {
  it('that was on its way while the edition changed is done again', async () => {
    editions.meet('read-1-1');
    const asked = answering(
      () => (editions.meet('read-2-1'), { edition: 'read-1-1', asOf: 900, rounds: [] }),
      () => ({ edition: 'read-2-1', asOf: 3, rounds: [] }),
    );
    expect((await readRounds()).asOf).toBe(3);
    expect([asked.length, editions.current]).toEqual([2, 'read-2-1']);
  });
  it('that is the first to bring another edition makes it the one shown', async () => {
    editions.meet('read-3-1');
    answering(() => ({ edition: 'read-4-1', asOf: 3 }));
    await readArea('431224', null);
    expect(editions.current).toBe('read-4-1');
  });
});

describe('what was read', () => {
  beforeAll(() => void vi.useFakeTimers());
  afterAll(() => void vi.useRealTimers());

  it('is forgotten and read anew when the edition changes, however low its position', async () => {
    await quiet();
    editions.meet('load-1-1');
    await quiet();
    const load = new Load<string>();
    let reads = 0;
    await load.run('key', () => Promise.resolve(`answer ${(reads += 1)}`));
    expect(load.value).toBe('answer 1');
    editions.meet('load-2-1');
    expect(load.value).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    expect(load.value).toBe('answer 2');
    load.stop();
    await quiet();
    editions.meet('load-3-1');
    await quiet();
    expect(reads).toBe(2);
  });
  it('does not come back by a read that began before the change', async () => {
    await quiet();
    const load = new Load<string>();
    const answers: ((value: string) => void)[] = [];
    void load.run('key', () => new Promise((done) => answers.push(done)));
    editions.meet('load-4-1');
    answers[1]?.('new');
    answers[0]?.('old');
    await vi.advanceTimersByTimeAsync(0);
    expect(load.value).toBe('new');
    load.stop();
  });
  it('is not asked for without a pause while two editions come in turn', async () => {
    const load = new Load<string>();
    let reads = 0;
    await load.run('key', () => {
      reads += 1;
      editions.meet(`turn-${reads % 2}-1`);
      return Promise.resolve('mixed');
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toBeGreaterThan(3);
    expect(reads).toBeLessThan(9);
    load.stop();
  });
  it('by a cursor that is of another edition begins at its first page, once without a word', async () => {
    const outdated = new Problem('refused', 409, { zh: '从头再来', en: 'begin again' }, [], 'cursorOutdated');
    const load = new Load<string>();
    let reads = 0;
    await load.run('key', () => {
      reads += 1;
      return reads === 1 ? Promise.reject(outdated) : Promise.resolve('whole');
    });
    expect([load.value, load.problem]).toEqual(['whole', null]);
    await load.run('other', () => Promise.reject(outdated));
    expect(load.problem).toBe(outdated);
    load.stop();
  });
});
