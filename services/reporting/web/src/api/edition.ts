// Which log the answers are of, in which of its epochs and in which form: the server's `edition`. A position
// means something within one edition only. Opaque but for its end, which is the form.

export interface Change {
  readonly before: string;
  readonly after: string;
}

// `log-epoch-form`; what names no form is a log all of it.
function partsOf(edition: string): { log: string; form: string } {
  const end = edition.lastIndexOf('-');
  return end < 0
    ? { log: edition, form: '' }
    : { log: edition.slice(0, end), form: edition.slice(end + 1) };
}

// Whether the server now answers in another form than this page was made for.
export function isOtherForm({ before, after }: Change): boolean {
  return partsOf(before).form !== partsOf(after).form;
}

// Whether it is another log, or an earlier state of it that went on in another way.
export function isOtherLog({ before, after }: Change): boolean {
  return partsOf(before).log !== partsOf(after).log;
}

export type Met = 'same' | 'other' | 'outdated';

export class Editions {
  #current = '';
  #listeners: ((change: Change) => void)[] = [];

  get current(): string {
    return this.#current;
  }

  // Listeners are told before `meet` returns, in the order in which they came.
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  // What arrives is of `edition`; where it says none, nothing follows from it. `askedUnder` is what was shown
  // when it was asked for: an answer that was on its way while the edition changed does not change it back.
  meet(edition: unknown, askedUnder = this.#current): Met {
    if (typeof edition !== 'string' || edition === '' || edition === this.#current) return 'same';
    const before = this.#current;
    if (before !== '' && askedUnder !== before && edition === askedUnder) return 'outdated';
    this.#current = edition;
    if (before === '') return 'same';
    for (const listener of this.#listeners) listener({ before, after: edition });
    return 'other';
  }
}

export const editions = new Editions();
