import { describe, expect, it } from 'vitest';
import { problemFrom, problemIn } from '../src/api/client';

const both = { zh: '日志正在重放', en: 'the log is being replayed' };

describe('a problem', () => {
  it('keeps the title, the detail and each line that the server gave', () => {
    const problem = problemFrom(422, {
      code: 'invalidField',
      title: both,
      detail: { zh: '请改正后再试', en: 'correct it and try again' },
      errors: [
        { pointer: '/area', detail: { zh: '没有此区划', en: 'no such area' } },
        { pointer: '/area', detail: { zh: '代码太长', en: 'the code is too long' } },
      ],
    });
    expect(problem.title).toEqual(both);
    expect(problem.code).toBe('invalidField');
    expect(problem.lines.map(({ pointer, detail }) => pointer + detail.en)).toEqual([
      'correct it and try again',
      '/areano such area',
      '/areathe code is too long',
    ]);
  });
  it('shows words of one language in both', () => {
    expect(problemFrom(503, { title: 'overloaded' }).title).toEqual({ zh: 'overloaded', en: 'overloaded' });
    expect(problemFrom(503, { title: { zh: '过载' } }).title).toEqual({ zh: '过载', en: '过载' });
  });
  it('has no words where the server gave none that are words', () => {
    for (const body of [null, 'text', 7, [], { title: { zh: 3 } }, { title: {}, errors: 'many' }]) {
      const problem = problemFrom(500, body);
      expect([problem.title, problem.lines, problem.kind]).toEqual([null, [], 'unavailable']);
    }
  });
  it('is read from an answer whatever its body is', async () => {
    expect((await problemIn(new Response(JSON.stringify({ title: both }), { status: 503 }))).title).toEqual(both);
    expect((await problemIn(new Response('<html>', { status: 404 }))).kind).toBe('notFound');
  });
});
