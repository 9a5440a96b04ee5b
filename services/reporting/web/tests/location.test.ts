import { describe, expect, it } from 'vitest';
import { addressOf, goingTo, viewOf } from '../src/state/location';

describe('the address', () => {
  it('names the page, the language, the round, the order and the list', () => {
    const address = '/areas/431224100?lang=en&round=0197&sort=-untouched&answer=nobody&list=households';
    const view = viewOf('/areas/431224100', address.split('?')[1] ?? '');
    expect(view).toMatchObject({
      page: { kind: 'area', code: '431224100' },
      language: 'en',
      round: '0197',
      sort: 'untouched',
      descending: true,
      filter: 'nobody',
      households: true,
    });
    expect(addressOf(view)).toBe(address);
  });
  it('of the county as it opens says nothing more', () => {
    expect(addressOf(viewOf('/', ''))).toBe('/');
    expect(addressOf(viewOf('/areas/431224', '?'))).toBe('/areas/431224');
  });
  it('with words that nobody knows falls back to the defaults', () => {
    const view = viewOf('/areas/431224', '?lang=fr&sort=colour&answer=maybe');
    expect(view).toMatchObject({ language: null, sort: 'code', filter: 'all' });
  });
  it('of a household is an id and nothing else', () => {
    expect(viewOf('/households/0197A-b', '').page).toEqual({ kind: 'household', id: '0197a-b' });
    expect(viewOf('/households/../v1', '').page.kind).toBe('unknown');
  });
  it('keeps order and language on the way down, and leaves filters behind', () => {
    const view = viewOf('/areas/431224', '?lang=en&sort=coverage&answer=partial&list=households');
    expect(addressOf(goingTo(view, { kind: 'area', code: '431224100' }))).toBe(
      '/areas/431224100?lang=en&sort=coverage',
    );
    expect(addressOf(goingTo(view, { kind: 'household', id: 'ab' }))).toBe('/households/ab?lang=en');
  });
});
