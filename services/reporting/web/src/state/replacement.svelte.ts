// What the reader is told when everything on the screen was replaced: until they have taken note of it, also
// over a load of the page.
import { type Change, editions, isOtherForm, isOtherLog } from '../api/edition';
import { mayReload, recent, reloadsIn } from './reload';

export type Replacement = 'log' | 'form' | 'formWithoutReload';

const reloadsKey = 'doorstep.reloads';
const toldKey = 'doorstep.replaced';
const kinds: readonly Replacement[] = ['log', 'form', 'formWithoutReload'];

// Storage may be switched off by the browser's settings: then the page is not loaded anew by itself.
function remembered(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string | null): boolean {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

class Told {
  what = $state.raw<Replacement | null>(null);

  constructor() {
    const before = remembered(toldKey);
    this.what = kinds.find((kind) => kind === before) ?? null;
    editions.onChange((change) => this.#tell(change));
  }

  dismiss(): void {
    this.what = null;
    remember(toldKey, null);
  }

  #tell(change: Change): void {
    const isLog = isOtherLog(change);
    if (isOtherForm(change)) {
      this.what = isLog ? 'log' : 'form';
      if (this.#reload(change.after)) return;
      this.what = 'formWithoutReload';
    } else {
      this.what = 'log';
    }
    remember(toldKey, this.what);
  }

  // Both notes must stay, or the next page would not know that it was loaded for this.
  #reload(edition: string): boolean {
    const reloads = reloadsIn(remembered(reloadsKey));
    const now = Date.now();
    if (!mayReload(reloads, edition, now)) return false;
    const noted = JSON.stringify([...recent(reloads, now), { form: edition, at: now }]);
    if (!remember(reloadsKey, noted) || !remember(toldKey, this.what)) return false;
    location.reload();
    return true;
  }
}

export const replacement = new Told();
