// What the address says, and the other way round: a link copied from one screen opens the same view on
// another. Pure.

export type Page =
  | { kind: 'root' }
  | { kind: 'area'; code: string }
  | { kind: 'household'; id: string }
  | { kind: 'unknown'; path: string };

export type Language = 'zh' | 'en';
export const sortKeys = ['code', 'name', 'coverage', 'progress', 'untouched', 'roster'] as const;
export type SortKey = (typeof sortKeys)[number];
export const householdFilters = [
  'all',
  'untouched',
  'attempted',
  'partial',
  'settled',
  'screened',
  'nobody',
  'beside',
] as const;
export type HouseholdFilter = (typeof householdFilters)[number];

export interface View {
  page: Page;
  language: Language | null; // null: not said, so the reader's own choice holds
  round: string | null; // null: the current one
  sort: SortKey;
  descending: boolean;
  filter: HouseholdFilter;
  households: boolean; // list the households of an area that has areas below
}

const areaPath = /^\/areas\/(\d{1,17})\/?$/;
const householdPath = /^\/households\/([0-9a-fA-F-]{1,64})\/?$/;

function oneOf<T extends string>(values: readonly T[], value: string | null, otherwise: T): T {
  return values.find((known) => known === value) ?? otherwise;
}

function pageOf(path: string): Page {
  if (path === '/' || path === '/index.html') return { kind: 'root' };
  const code = areaPath.exec(path)?.[1];
  if (code) return { kind: 'area', code };
  const id = householdPath.exec(path)?.[1];
  if (id) return { kind: 'household', id: id.toLowerCase() };
  return { kind: 'unknown', path };
}

export function viewOf(path: string, search: string): View {
  const query = new URLSearchParams(search);
  const language = query.get('lang');
  const sort = query.get('sort') ?? '';
  return {
    page: pageOf(path),
    language: language === 'zh' || language === 'en' ? language : null,
    round: query.get('round') || null,
    sort: oneOf(sortKeys, sort.replace(/^-/, ''), 'code'),
    descending: sort.startsWith('-'),
    filter: oneOf(householdFilters, query.get('answer'), 'all'),
    households: query.get('list') === 'households',
  };
}

export function addressOf(view: View): string {
  const { page } = view;
  const path =
    page.kind === 'area'
      ? `/areas/${page.code}`
      : page.kind === 'household'
        ? `/households/${page.id}`
        : page.kind === 'unknown'
          ? page.path
          : '/';
  const query = new URLSearchParams();
  if (view.language) query.set('lang', view.language);
  if (view.round) query.set('round', view.round);
  if (view.sort !== 'code' || view.descending) {
    query.set('sort', (view.descending ? '-' : '') + view.sort);
  }
  if (view.filter !== 'all') query.set('answer', view.filter);
  if (view.households) query.set('list', 'households');
  const search = query.toString();
  return search ? `${path}?${search}` : path;
}

// The view one click further: what belongs to the list left behind is dropped, the rest stays.
export function goingTo(view: View, page: Page): View {
  const stays = page.kind === 'area' && view.page.kind === 'area';
  return {
    ...view,
    page,
    sort: stays ? view.sort : 'code',
    descending: stays && view.descending,
    filter: 'all',
    households: false,
  };
}
