// Whether anybody can see this page. A hidden one lets go of what it holds of the server.
class Presence {
  hidden = $state.raw(document.visibilityState === 'hidden');
  returns = $state.raw(0); // how often it came back: what is shown is read again
  #listeners: ((hidden: boolean) => void)[] = [];

  constructor() {
    document.addEventListener('visibilitychange', () => this.#look());
    // A page on its way out may never hear that it is hidden; one that comes back is shown.
    addEventListener('pagehide', () => this.#set(true));
    addEventListener('pageshow', () => this.#look());
  }

  onChange(listener: (hidden: boolean) => void): void {
    this.#listeners.push(listener);
  }

  #look(): void {
    this.#set(document.visibilityState === 'hidden');
  }

  #set(hidden: boolean): void {
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    if (!hidden) this.returns += 1;
    for (const listener of this.#listeners) listener(hidden);
  }
}

export const presence = new Presence();
