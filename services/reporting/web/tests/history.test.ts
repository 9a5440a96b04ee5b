import { describe, expect, it } from 'vitest';
import { problemFrom } from '../src/api/client';
import { entriesOf, isNil } from '../src/state/history';
import { historyEn } from '../src/words/history.en';
import { historyZh } from '../src/words/history.zh';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { recorded } from './fixtures';

function visit(position: number, disposition: string, id = `v${position}`) {
  return recorded(
    position,
    'visitRecorded',
    {
      visit: id,
      doneBy: ['0197-aaaaaa'],
      mode: 'atDoor',
      started: '2022-03-23T09:01:00+08:00',
      ended: '2022-03-23T09:06:00+08:00',
      disposition,
      persons: { registered: 4, usual: 3, present: 0 },
    },
    id,
  );
}

const only = (records: Parameters<typeof entriesOf>[0], language: 'zh' | 'en' = 'zh') => {
  const entries = language === 'zh' ? entriesOf(records, zh, historyZh) : entriesOf(records, en, historyEn);
  const first = entries[0];
  if (!first) throw new Error('no entry');
  return first;
};

describe('a household’s history', () => {
  it('tells a visit in words: what, how, when, by whom', () => {
    const entry = only([visit(12, 'noAnswer')]);
    expect(entry.title).toBe('走访：锁门未见');
    expect(entry.details).toEqual(['上门 09:01–09:06', '走访人 aaaaaa', '户籍 4，常住 3']);
    expect(entry.position).toBe(12);
    expect(only([visit(12, 'noAnswer')], 'en').title).toBe('Visit: no answer');
  });
  it('never says that a household refused, not in the raw record either', () => {
    for (const disposition of ['refusedForNow', 'notAccessible']) {
      const entry = only([visit(12, disposition)]);
      expect(entry.title).toBe('走访：未能完成');
      expect(entry.raw).not.toContain(disposition);
      expect(entry.raw).toContain('withheld');
    }
  });
  it('never says so by the task that follows', () => {
    const task = recorded(13, 'taskOpened', {
      task: 't', ordinal: 2, approach: 'atDoor', reason: 'notAccessible',
    });
    const entry = only([task]);
    expect(entry.details).toEqual([]);
    expect(entry.raw).not.toContain('notAccessible');
  });
  it('ties a retraction to its visit, both ways', () => {
    const retraction = recorded(20, 'visitRetracted', { visit: 'v12', reason: 'wrongHousehold' });
    const entries = entriesOf([visit(12, 'screened'), retraction], zh, historyZh);
    expect(entries[0]?.retractedBy).toBe(20);
    expect(entries[1]?.title).toBe('撤回走访（记录 #12）');
    expect(entries[1]?.details).toEqual(['记错了户']);
  });
  it('names the record that made a rule say something', () => {
    const done = recorded(13, 'taskDone', { task: 't', visit: 'v12' });
    done.event.causation = 'v12';
    const entry = entriesOf([visit(12, 'screened'), done], zh, historyZh)[1];
    expect(entry).toMatchObject({ by: { kind: 'rule' }, because: 12, details: ['由记录 #12 的走访完成'] });
  });
  it('says who stated it: a worker, a rule, or an imported list', () => {
    expect(only([visit(12, 'screened')]).by).toEqual({ kind: 'worker', id: '000001' });
    const imported = recorded(3, 'householdRegistered', { kind: 'family' });
    imported.event.actor = '00000000-0000-0000-0000-000000000000';
    expect(only([imported]).by).toEqual({ kind: 'list' });
  });
  it('marks what was recorded long after it happened', () => {
    const late = visit(12, 'screened');
    late.recordedAt = '2022-03-23T15:00:00+08:00';
    expect(only([late]).late).toBe(true);
    expect(only([visit(12, 'screened')]).late).toBe(false);
  });
  it('shows a type that it does not know, and words that it does not know', () => {
    expect(only([recorded(5, 'matterOpened', {})]).title).toBe('其他记录（matterOpened）');
    expect(only([recorded(5, 'taskCancelled', { reason: 'whatever' })]).title).toBe('任务取消：whatever');
  });
  it('knows a nil id', () => {
    expect(isNil('00000000-0000-0000-0000-000000000000')).toBe(true);
    expect(isNil('0197')).toBe(false);
  });
});

describe('a problem', () => {
  it('keeps the words of the server', () => {
    const problem = problemFrom(422, {
      title: { zh: '内容有误', en: 'wrong' },
      errors: [{ pointer: '/a', detail: { zh: '甲', en: 'a' } }, { pointer: 3 }, null],
    });
    expect(problem.title).toEqual({ zh: '内容有误', en: 'wrong' });
    expect(problem.lines).toEqual([{ pointer: '/a', detail: { zh: '甲', en: 'a' } }]);
  });
  it('without words says at least what kind it is', () => {
    expect(problemFrom(404, undefined).kind).toBe('notFound');
    expect(problemFrom(503, 'busy').kind).toBe('unavailable');
    expect(problemFrom(400, { title: 7 }).title).toBeNull();
  });
});

describe('the two languages', () => {
  it('have the same words to say, and no word is empty', () => {
    const keys = (value: object, path = ''): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === 'object' ? keys(inner, `${path}${key}.`) : [`${path}${key}${inner === '' ? '!' : ''}`],
      );
    expect(keys(en).sort()).toEqual(keys(zh).sort());
    expect(keys(historyEn).sort()).toEqual(keys(historyZh).sort());
    expect(keys(zh).filter((key) => key.endsWith('!'))).toEqual([]);
  });
  it('use no word that readers of the board take for something else', () => {
    const text = JSON.stringify([zh, historyZh]) + Object.values(zh).map(String).join('');
    for (const avoided of ['事件', '溯源', '水位', '假名', '投影']) expect(text).not.toContain(avoided);
  });
});
