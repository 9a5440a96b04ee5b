import { describe, expect, it } from 'vitest';
import { type Change, Editions, isOtherForm, isOtherLog } from '../src/api/edition';
import { mayReload, reloadsIn } from '../src/state/reload';

function met(...editions: unknown[]): { store: Editions; changes: Change[]; last: string } {
  const store = new Editions();
  const changes: Change[] = [];
  store.onChange((change) => changes.push(change));
  let last = '';
  for (const edition of editions) last = store.meet(edition);
  return { store, changes, last };
}

describe('an edition', () => {
  it('that is met first is no change, nor one that is met again', () => {
    expect(met('a-1-1', 'a-1-1').changes).toEqual([]);
  });
  it('that is not said changes nothing', () => {
    const { changes, store } = met('a-1-1', undefined, '', 7, null);
    expect([changes, store.current]).toEqual([[], 'a-1-1']);
  });
  it('other than the one shown is a change, also back to an earlier one', () => {
    expect(met('a-1-1', 'a-2-1', 'a-1-1').changes.map(({ after }) => after)).toEqual(['a-2-1', 'a-1-1']);
  });
  it('of an answer that was on its way over a change is outdated', () => {
    const { store, changes } = met('a-1-1', 'a-2-1');
    expect(store.meet('a-1-1', 'a-1-1')).toBe('outdated');
    expect(store.meet('a-3-1', 'a-1-1')).toBe('other');
    expect(changes.length).toBe(2);
  });
  it('tells another form from another log by its end', () => {
    const kinds = (before: string, after: string) => [isOtherLog({ before, after }), isOtherForm({ before, after })];
    expect(kinds('a-1-1', 'a-1-2')).toEqual([false, true]);
    expect(kinds('a-1-1', 'a-2-1')).toEqual([true, false]);
    expect(kinds('a-1-1', 'b-2-2')).toEqual([true, true]);
    expect(kinds('opaque', 'another')).toEqual([true, false]);
  });
});

describe('a page may load itself anew', () => {
  const minute = 60_000;
  it('once for a form', () => {
    expect(mayReload([], 'a-1-2', 0)).toBe(true);
    expect(mayReload([{ form: 'a-1-2', at: 0 }], 'a-1-2', minute)).toBe(false);
    expect(mayReload([{ form: 'a-1-1', at: 0 }], 'a-1-2', minute)).toBe(true);
  });
  it('not for ever where two forms come in turn', () => {
    const both = [{ form: 'a-1-1', at: 0 }, { form: 'a-1-2', at: minute }];
    expect(mayReload(both, 'a-1-3', 2 * minute)).toBe(false);
    expect(mayReload(both, 'a-1-3', 20 * minute)).toBe(true);
  });
  it('whatever its notes say, and a clock that was ahead does not forbid it', () => {
    for (const text of [null, '', '{', '{}', '[1,{"form":2,"at":"x"}]']) expect(reloadsIn(text)).toEqual([]);
    expect(mayReload([{ form: 'a-1-2', at: 9e15 }], 'a-1-2', minute)).toBe(true);
  });
});
