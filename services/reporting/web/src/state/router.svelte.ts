// The view as the address says it, and moving between views. The address is the only state of navigation.
import { historyWords, messages } from '../words';
import { addressOf, goingTo, type Language, type Page, type View, viewOf } from './location';

const languageKey = 'doorstep.language';

// Storage may be switched off by the browser's settings: then the choice lives in the address only.
function rememberedLanguage(): Language | null {
  try {
    const value = localStorage.getItem(languageKey);
    return value === 'zh' || value === 'en' ? value : null;
  } catch {
    return null;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(languageKey, language);
  } catch {
    return;
  }
}

class Router {
  view = $state.raw<View>(viewOf(location.pathname, location.search));
  fragment = $state.raw(location.hash);
  readonly language: Language = $derived(this.view.language ?? rememberedLanguage() ?? 'zh');
  readonly words = $derived(messages[this.language]);
  readonly historyWords = $derived(historyWords[this.language]);
  // How many times the reader moved to another page: what moves the focus there.
  moves = $state.raw(0);

  constructor() {
    addEventListener('popstate', () => this.#follow());
    document.addEventListener('click', (event) => this.#onClick(event));
  }

  href(page: Page): string {
    return addressOf(goingTo(this.view, page));
  }

  change(part: Partial<View>): void {
    this.view = { ...this.view, ...part };
    history.replaceState(null, '', addressOf(this.view) + this.fragment);
  }

  replace(page: Page): void {
    this.change({ page });
  }

  toggleLanguage(): void {
    const language = this.language === 'zh' ? 'en' : 'zh';
    remember(language);
    this.change({ language });
  }

  #follow(): void {
    const before = JSON.stringify(this.view.page);
    this.view = viewOf(location.pathname, location.search);
    this.fragment = location.hash;
    if (JSON.stringify(this.view.page) !== before) this.moves += 1;
  }

  // Links of the board are followed here; anything else a click can mean stays the browser's.
  #onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const address = new URL(link.href);
    if (address.origin !== location.origin || address.pathname.startsWith('/v1/')) return;
    const here = address.pathname === location.pathname && address.search === location.search;
    if (here && address.hash) return;
    event.preventDefault();
    history.pushState(null, '', address.pathname + address.search + address.hash);
    this.#follow();
    if (!address.hash) scrollTo(0, 0);
  }
}

export const router = new Router();
